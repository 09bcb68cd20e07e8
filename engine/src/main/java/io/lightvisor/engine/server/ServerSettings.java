package io.lightvisor.engine.server;

import io.lightvisor.engine.event.Events;
import io.lightvisor.engine.event.Urls;
import io.lightvisor.engine.operation.Precondition;
import io.lightvisor.model.Project;
import io.lightvisor.model.ServerConfig;
import io.lightvisor.model.config.Schemas;
import io.lightvisor.store.Kind;
import io.lightvisor.store.Store;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.spec.InvalidKeySpecException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// The server's own keys. The trust password is kept as a salted hash and shown as `true`.
public final class ServerSettings {
    /// The one key whose value never leaves.
    public static final String TRUST_PASSWORD = "core.trust_password";

    private static final int ROUNDS = 100_000;

    private final Store store;
    private final Events events;
    private final CopyOnWriteArrayList<Reaction> reactions = new CopyOnWriteArrayList<>();

    /// Puts a change into effect; what it throws undoes the change.
    @FunctionalInterface
    public interface Reaction {
        void apply(ServerConfig before, ServerConfig after) throws Exception;
    }

    public ServerSettings(Store store, Events events) {
        this.store = store;
        this.events = events;
    }

    /// What is set.
    public ServerConfig current() {
        return store.facts().serverConfig();
    }

    /// What a client may see: the password as `true`.
    public Map<String, String> shown() {
        var config = new TreeMap<>(current().config());
        config.computeIfPresent(TRUST_PASSWORD, (_, _) -> "true");
        return config;
    }

    /// Will be asked to put each change into effect, before it is answered.
    public void onChange(Reaction reaction) {
        reactions.add(reaction);
    }

    /// Sets the keys: all of them, or with `patch` these beside what is there. An empty value unsets.
    public void update(Precondition<ServerConfig> precondition, Map<String, String> wanted, boolean patch)
            throws Exception {
        Schemas.server().validate(wanted);
        var changed = new TreeMap<>(wanted);
        String password = changed.get(TRUST_PASSWORD);
        if (password != null && !password.isEmpty() && !password.equals("true")) {
            changed.put(TRUST_PASSWORD, hash(password));
        }
        var before = new ServerConfig[1];
        var after = store.decide(draft -> {
            var old = draft.serverConfig();
            precondition.check(old);
            before[0] = old;
            var config = new TreeMap<String, String>(patch ? old.config() : Map.of());
            changed.forEach((k, v) -> {
                if (v.isEmpty()) {
                    config.remove(k);
                } else if (k.equals(TRUST_PASSWORD) && v.equals("true")) {
                    config.put(k, old.get(k, "true"));
                } else {
                    config.put(k, v);
                }
            });
            var now = new ServerConfig(config);
            draft.put(Kind.SERVER_CONFIG, now);
            return now;
        });
        try {
            for (var reaction : reactions) {
                reaction.apply(before[0], after);
            }
        } catch (Exception e) {
            store.decide(draft -> {
                draft.put(Kind.SERVER_CONFIG, before[0]);
                return true;
            });
            throw e;
        }
        events.lifecycle(Project.DEFAULT, "config-updated", Urls.of("config", ""));
    }

    /// Whether this is the trust password; false where none is set.
    public boolean isTrustPassword(String text) {
        String kept = current().get(TRUST_PASSWORD, "");
        int dot = kept.indexOf('.');
        if (dot < 0) {
            return false;
        }
        return Certificates.sameSecret(kept, hash(text, HexFormat.of().parseHex(kept.substring(0, dot))));
    }

    private static String hash(String password) {
        var salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        return hash(password, salt);
    }

    private static String hash(String password, byte[] salt) {
        try {
            var spec = new PBEKeySpec(password.toCharArray(), salt, ROUNDS, 256);
            var key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec);
            return HexFormat.of().formatHex(salt) + "." + HexFormat.of().formatHex(key.getEncoded());
        } catch (NoSuchAlgorithmException | InvalidKeySpecException e) {
            throw new IllegalStateException("the JDK lacks PBKDF2WithHmacSHA256", e);
        }
    }
}
