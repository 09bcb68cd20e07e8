package io.lightvisor.daemon.endpoint;

import io.lightvisor.api.CertificatePut;
import io.lightvisor.api.CertificatesPost;
import io.lightvisor.api.JsonTree;
import io.lightvisor.api.WireException;
import io.lightvisor.api.http.TlsIdentity;
import io.lightvisor.daemon.http.Answer;
import io.lightvisor.daemon.http.Call;
import io.lightvisor.daemon.http.Caller;
import io.lightvisor.daemon.http.ETag;
import io.lightvisor.daemon.http.Route;
import io.lightvisor.daemon.http.Trust;
import io.lightvisor.engine.server.Certificates;
import io.lightvisor.engine.server.ServerSettings;
import io.lightvisor.model.Problem;
import io.lightvisor.model.ProjectName;
import io.lightvisor.model.TrustedCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `/1.0/certificates`: the trust store. A guest gets in by the trust password or by a token.
final class CertificatesEndpoint {
    private final Certificates certificates;
    private final ServerSettings settings;
    private final ServerFacts server;

    CertificatesEndpoint(Certificates certificates, ServerSettings settings, ServerFacts server) {
        this.certificates = certificates;
        this.settings = settings;
        this.server = server;
    }

    List<Route> routes() {
        return List.of(
                Route.memory("GET", "/1.0/certificates", this::list),
                Route.of("POST", "/1.0/certificates", this::create).forGuests(),
                Route.memory("GET", "/1.0/certificates/{fingerprint}", this::get),
                Route.of("PUT", "/1.0/certificates/{fingerprint}", this::replace),
                Route.of("PATCH", "/1.0/certificates/{fingerprint}", this::replace),
                Route.of("DELETE", "/1.0/certificates/{fingerprint}", this::delete));
    }

    private Answer list(Call call) {
        var found = new ArrayList<Object>();
        for (var certificate : certificates.list()) {
            found.add(
                    call.recursion() == 0
                            ? Links.of("certificates", certificate.fingerprint().value())
                            : wire(certificate));
        }
        return Answer.sync(found);
    }

    private static io.lightvisor.api.Certificate wire(TrustedCertificate certificate) {
        return new io.lightvisor.api.Certificate(
                certificate.name(),
                certificate.type(),
                certificate.restricted(),
                certificate.projects().stream().map(ProjectName::value).toList(),
                certificate.certificate(),
                certificate.fingerprint().value());
    }

    private static String tag(TrustedCertificate certificate) {
        return ETag.of(
                certificate.name(),
                certificate.type(),
                certificate.restricted(),
                certificate.projects().stream().map(ProjectName::value).toList(),
                certificate.certificate());
    }

    private Answer get(Call call) {
        var certificate = certificates.require(call.variable(0));
        return Answer.sync(wire(certificate)).tagged(tag(certificate));
    }

    private Answer create(Call call) throws IOException {
        var post = call.json(CertificatesPost.class);
        boolean trusted = call.caller().isTrusted();
        if (trusted && Fields.flag(post.token())) {
            return token(post);
        }
        Optional<Certificates.Admission> admission = Optional.empty();
        if (!trusted) {
            admission = admit(Fields.text(post.password()));
        }
        String type = Fields.text(post.type(), "client");
        if (type.isEmpty()) {
            type = "client";
        }
        if (!type.equals("client") && !type.equals("metrics")) {
            throw Problem.badRequest("Unknown request type " + Problem.printable(type))
                    .exception();
        }
        X509Certificate certificate = certificate(call, post.certificate());
        var fingerprint = Trust.fingerprint(certificate);
        String name = admission.map(Certificates.Admission::name).orElse("");
        if (name.isEmpty()) {
            name = Fields.text(post.name());
        }
        if (name.isEmpty()) {
            name = remoteName(call);
        }
        certificates.add(new TrustedCertificate(
                fingerprint,
                name,
                admission.map(Certificates.Admission::type).orElse(type),
                pem(certificate),
                admission.map(Certificates.Admission::restricted).orElse(trusted && Fields.flag(post.restricted())),
                admission
                        .map(Certificates.Admission::projects)
                        .orElseGet(() -> trusted ? Fields.list(post.projects(), ProjectName::new) : List.of())));
        return Answer.created(Links.of("certificates", fingerprint.value()));
    }

    private static String remoteName(Call call) {
        String address = call.caller().address();
        int colon = address.lastIndexOf(':');
        return colon > 0 ? address.substring(0, colon) : address;
    }

    /// The trust password, or a token: base64 of JSON with a secret in it. Throws 403.
    private Optional<Certificates.Admission> admit(String password) {
        if (!password.isEmpty()) {
            String secret = secretOf(password);
            if (!secret.isEmpty()) {
                var admission = certificates.redeem(secret);
                if (admission.isPresent()) {
                    return admission;
                }
            }
            if (settings.isTrustPassword(password)) {
                return Optional.empty();
            }
        }
        throw new Problem.Forbidden("not authorized", "", "").exception();
    }

    private static String secretOf(String token) {
        try {
            return JsonTree.object(Base64.getDecoder().decode(token)).text("secret");
        } catch (IllegalArgumentException | WireException e) {
            return "";
        }
    }

    private Answer token(CertificatesPost post) {
        String name = Fields.required(post.name(), "A client name is required to make a token");
        var addresses = server.addresses();
        if (addresses.isEmpty()) {
            throw Problem.badRequest("Can't issue token when server isn't listening on network")
                    .exception();
        }
        String type = Fields.text(post.type());
        var operation = certificates.createToken(
                name,
                type.isEmpty() ? "client" : type,
                Fields.flag(post.restricted()),
                Fields.list(post.projects(), ProjectName::new),
                server.certificate().fingerprint().value(),
                addresses,
                expiry(settings.current().get("core.remote_token_expiry", "")));
        return Answer.operation(OperationWire.of(operation.view()));
    }

    /// `1M 2H 3d 4w 5m 6y` from now; empty is never ([Instant#EPOCH]).
    static Instant expiry(String text) {
        var when = java.time.ZonedDateTime.now(java.time.ZoneOffset.UTC);
        boolean any = false;
        for (String part : text.strip().split(" +", -1)) {
            if (part.length() < 2) {
                continue;
            }
            long n;
            try {
                n = Long.parseLong(part.substring(0, part.length() - 1));
            } catch (NumberFormatException e) {
                throw Problem.badValue("expiry", text, "it is like 1M 2H 3d 4w 5m 6y")
                        .exception(e);
            }
            any = true;
            when = switch (part.charAt(part.length() - 1)) {
                case 'S' -> when.plusSeconds(n);
                case 'M' -> when.plusMinutes(n);
                case 'H' -> when.plusHours(n);
                case 'd' -> when.plusDays(n);
                case 'w' -> when.plusWeeks(n);
                case 'm' -> when.plusMonths(n);
                case 'y' -> when.plusYears(n);
                default ->
                    throw Problem.badValue("expiry", text, "it is like 1M 2H 3d 4w 5m 6y")
                            .exception();
            };
        }
        return any ? when.toInstant() : Instant.EPOCH;
    }

    private static X509Certificate certificate(Call call, @Nullable String base64) {
        if (base64 != null && !base64.isEmpty()) {
            return parse(base64);
        }
        if (call.caller() instanceof Caller.Remote remote && remote.certificate() != null) {
            return remote.certificate();
        }
        throw Problem.badRequest("No client certificate provided").exception();
    }

    private static X509Certificate parse(String base64) {
        try {
            byte[] der = Base64.getMimeDecoder().decode(base64);
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (IllegalArgumentException | CertificateException | ClassCastException e) {
            throw new Problem.BadRequest(
                            "Invalid certificate material",
                            String.valueOf(e.getMessage()),
                            "send base64 of its DER form")
                    .exception(e);
        }
    }

    private static String pem(X509Certificate certificate) {
        try {
            return TlsIdentity.pem(certificate);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate without encoding", e);
        }
    }

    private Answer replace(Call call) throws IOException {
        var put = call.json(CertificatePut.class);
        boolean patch = call.method().equals("PATCH");
        var before = certificates.require(call.variable(0));
        String text = Fields.text(put.certificate());
        String pem = before.certificate();
        var fingerprint = before.fingerprint();
        if (!text.isEmpty() && !text.equals(before.certificate())) {
            X509Certificate certificate = text.contains("-----BEGIN") ? parsePem(text) : parse(text);
            pem = pem(certificate);
            fingerprint = Trust.fingerprint(certificate);
        }
        String type = Fields.text(put.type(), before.type());
        var wanted = new TrustedCertificate(
                fingerprint,
                Fields.text(put.name(), patch ? before.name() : ""),
                type.isEmpty() ? before.type() : type,
                pem,
                put.restricted() == null ? patch && before.restricted() : put.restricted(),
                put.projects() == null && patch ? before.projects() : Fields.list(put.projects(), ProjectName::new));
        certificates.update(call.variable(0), current -> call.requireMatch(tag(current)), wanted);
        return Answer.empty();
    }

    private static X509Certificate parsePem(String text) {
        try {
            return TlsIdentity.certificate(text);
        } catch (GeneralSecurityException e) {
            throw new Problem.BadRequest("Invalid certificate material", String.valueOf(e.getMessage()), "")
                    .exception(e);
        }
    }

    private Answer delete(Call call) {
        certificates.delete(call.variable(0));
        return Answer.empty();
    }
}
