package io.lightvisor.e2e;

import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

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
    private record Started(Optional<LightvisorHost> host, Optional<Throwable> failure) implements AutoCloseable {
        static Started attempt() {
            try {
                return new Started(Optional.of(LightvisorHost.start()), Optional.empty());
            } catch (RuntimeException | Error e) {
                return new Started(Optional.empty(), Optional.of(e));
            }
        }

        LightvisorHost orThrow() {
            return host.orElseThrow(() -> new AssertionError("the host did not start", failure.orElseThrow()));
        }

        @Override
        public void close() {
            host.ifPresent(LightvisorHost::close);
        }
    }
}
