package io.lightvisor.e2e;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;

/// Starts the daemon with the first test that asks for it and keeps it for all others.
final class LightvisorExtension implements ParameterResolver, AfterEachCallback {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == LightvisorHost.class;
    }

    @Override
    public LightvisorHost resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return host(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        host(context).clean();
    }

    private static LightvisorHost host(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(Started.class, _ -> Started.attempt(), Started.class)
                .orThrow();
    }

    /// The host, or why there is none: a start that failed once is not tried again for every test.
    private record Started(Optional<LightvisorHost> host, Optional<Throwable> failure, AtomicBoolean told)
            implements AutoCloseable {
        static Started attempt() {
            try {
                return new Started(Optional.of(LightvisorHost.start()), Optional.empty(), new AtomicBoolean());
            } catch (RuntimeException | Error e) {
                return new Started(Optional.empty(), Optional.of(e), new AtomicBoolean());
            }
        }

        /// The first test that asks fails with the reason; all others are skipped.
        LightvisorHost orThrow() {
            if (host.isPresent()) {
                return host.get();
            }
            if (told.getAndSet(true)) {
                throw new TestAbortedException("the host did not start, see the first failure");
            }
            throw new AssertionError("the host did not start", failure.orElseThrow());
        }

        @Override
        public void close() {
            host.ifPresent(LightvisorHost::close);
        }
    }
}
