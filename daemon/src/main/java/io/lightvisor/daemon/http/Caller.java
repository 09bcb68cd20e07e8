package io.lightvisor.daemon.http;

import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.TrustedCertificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Who sent a request.
public sealed interface Caller {
    /// Whether all routes are open to it.
    boolean isTrusted();

    /// `unix` or `tls`, as events name it.
    String protocol();

    /// For events and logs: the user's name, or the certificate's fingerprint; empty if unknown.
    String username();

    /// For events and logs: `@` for the socket, else address and port.
    String address();

    /// Someone on this host who may open the socket; the file's mode decides that, so every one of them is
    /// trusted.
    ///
    /// @param name asks SO_PEERCRED (unix(7)) for the user's name: the JDK looks it up in /etc/passwd, which
    /// takes longer
    ///     than most answers, so only who needs the name asks
    record Local(Supplier<String> name) implements Caller {
        @Override
        public String username() {
            return name.get();
        }

        @Override
        public boolean isTrusted() {
            return true;
        }

        @Override
        public String protocol() {
            return "unix";
        }

        @Override
        public String address() {
            return "@";
        }
    }

    /// Someone over TLS.
    ///
    /// @param certificate what the client showed, if anything
    /// @param fingerprint its SHA-256, or null without certificate
    /// @param trusted     the entry of the trust store that it matches, if any
    record Remote(
            String address,
            @Nullable X509Certificate certificate,
            @Nullable Fingerprint fingerprint,
            Optional<TrustedCertificate> trusted)
            implements Caller {
        @Override
        public boolean isTrusted() {
            return trusted.isPresent()
                    && trusted.get().type().equals("client")
                    && !trusted.get().restricted();
        }

        @Override
        public String protocol() {
            return "tls";
        }

        @Override
        public String username() {
            return fingerprint == null ? "" : fingerprint.value();
        }
    }
}
