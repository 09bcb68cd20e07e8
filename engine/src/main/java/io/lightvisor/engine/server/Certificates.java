package io.lightvisor.engine.server;

import io.lightvisor.engine.event.Events;
import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.operation.Operation;
import io.lightvisor.engine.operation.Operations;
import io.lightvisor.engine.operation.Precondition;
import io.lightvisor.model.Fingerprint;
import io.lightvisor.model.Problem;
import io.lightvisor.model.Project;
import io.lightvisor.model.ProjectName;
import io.lightvisor.model.TrustedCertificate;
import io.lightvisor.store.Facts;
import io.lightvisor.store.Kind;
import io.lightvisor.store.Store;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Client certificates that may use the API, and the tokens that admit new ones.
public final class Certificates {
    private final Store store;
    private final Events events;
    private final Operations operations;
    private final SecureRandom random = new SecureRandom();

    public Certificates(Store store, Events events, Operations operations) {
        this.store = store;
        this.events = events;
        this.operations = operations;
    }

    /// All of them.
    public List<TrustedCertificate> list() {
        return store.facts().certificates();
    }

    /// The certificate with exactly this fingerprint.
    public Optional<TrustedCertificate> find(Fingerprint fingerprint) {
        return store.facts().certificate(fingerprint);
    }

    /// The certificate whose fingerprint begins so.
    public TrustedCertificate require(String prefix) {
        return require(store.facts(), prefix);
    }

    private static TrustedCertificate require(Facts facts, String prefix) {
        TrustedCertificate found = null;
        for (var c : facts.certificates()) {
            if (!prefix.isEmpty() && c.fingerprint().value().startsWith(prefix)) {
                if (found != null) {
                    throw Problem.badRequest("More than one certificate matches")
                            .exception();
                }
                found = c;
            }
        }
        if (found == null) {
            throw Problem.notFound("Certificate not found").exception();
        }
        return found;
    }

    /// Trusts a certificate.
    public void add(TrustedCertificate certificate) {
        store.decide(draft -> {
            if (draft.certificate(certificate.fingerprint()).isPresent()) {
                throw Problem.badRequest("Certificate already in trust store").exception();
            }
            for (var project : certificate.projects()) {
                Projects.require(draft, project);
            }
            draft.put(Kind.CERTIFICATE, certificate);
            return true;
        });
        events.lifecycle(
                Project.DEFAULT,
                "certificate-created",
                Urls.of("certificates", certificate.fingerprint().value()));
    }

    /// Changes name, type, restriction, projects or the certificate itself.
    public void update(String prefix, Precondition<TrustedCertificate> precondition, TrustedCertificate wanted) {
        store.decide(draft -> {
            var before = require(draft, prefix);
            precondition.check(before);
            draft.remove(Kind.CERTIFICATE, before.fingerprint());
            draft.put(Kind.CERTIFICATE, wanted);
            return true;
        });
        events.lifecycle(
                Project.DEFAULT,
                "certificate-updated",
                Urls.of("certificates", wanted.fingerprint().value()));
    }

    /// Trusts a certificate no longer.
    public void delete(String prefix) {
        var gone = store.decide(draft -> {
            var certificate = require(draft, prefix);
            draft.remove(Kind.CERTIFICATE, certificate.fingerprint());
            return certificate;
        });
        events.lifecycle(
                Project.DEFAULT,
                "certificate-deleted",
                Urls.of("certificates", gone.fingerprint().value()));
    }

    /// Makes a token that admits one client.
    ///
    /// @param fingerprint of the server's certificate
    /// @param addresses   where the server listens
    /// @param expiresAt   or [Instant#EPOCH] for never
    public Operation createToken(
            String clientName,
            String type,
            boolean restricted,
            List<ProjectName> projects,
            String fingerprint,
            List<String> addresses,
            Instant expiresAt) {
        var secret = new byte[32];
        random.nextBytes(secret);
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("addresses", addresses);
        metadata.put("fingerprint", fingerprint);
        var request = new LinkedHashMap<String, Object>();
        request.put("name", clientName);
        request.put("type", type);
        request.put("restricted", restricted);
        request.put("projects", projects.stream().map(ProjectName::value).toList());
        metadata.put("request", request);
        metadata.put("secret", HexFormat.of().formatHex(secret));
        metadata.put("expiresAt", expiresAt.equals(Instant.EPOCH) ? "0001-01-01T00:00:00Z" : expiresAt.toString());
        return operations.token(Project.DEFAULT, "Executing operation", Map.of(), metadata, () -> {});
    }

    /// What a used token allows.
    public record Admission(String name, String type, boolean restricted, List<ProjectName> projects) {}

    /// Uses a token: it is gone afterwards. Empty if there is none with this secret, or it has expired.
    public Optional<Admission> redeem(String secret) {
        for (var op : operations.list(Project.DEFAULT)) {
            var view = op.view();
            if (view.status().isFinal() || !(view.metadata().get("request") instanceof Map<?, ?> request)) {
                continue;
            }
            if (!sameSecret(String.valueOf(view.metadata().get("secret")), secret)) {
                continue;
            }
            op.complete();
            String expires = String.valueOf(view.metadata().get("expiresAt"));
            if (!expires.startsWith("0001") && Instant.parse(expires).isBefore(Instant.now())) {
                return Optional.empty();
            }
            var projects = new ArrayList<ProjectName>();
            if (request.get("projects") instanceof List<?> names) {
                for (var name : names) {
                    projects.add(new ProjectName(String.valueOf(name)));
                }
            }
            return Optional.of(new Admission(
                    String.valueOf(request.get("name")),
                    String.valueOf(request.get("type")),
                    Boolean.TRUE.equals(request.get("restricted")),
                    projects));
        }
        return Optional.empty();
    }

    /// Compares in constant time.
    public static boolean sameSecret(String a, String b) {
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }
}
