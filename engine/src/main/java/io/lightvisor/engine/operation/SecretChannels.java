package io.lightvisor.engine.operation;

import io.lightvisor.model.Problem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The websockets of one operation: each has a name (`0`, `1`, `2`, `control`) and a secret of 32 random
/// bytes, may
/// connect once, and is held
/// until the operation lets go of it.
public final class SecretChannels implements Channels {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, Slot> byName = new LinkedHashMap<>();
    private final CountDownLatch requiredConnected;
    private final CountDownLatch released = new CountDownLatch(1);

    private static final class Slot {
        final String secret;
        final boolean required;
        final CountDownLatch connected = new CountDownLatch(1);
        boolean taken; // guarded by the slot
        volatile @Nullable Channel channel;

        Slot(String secret, boolean required) {
            this.secret = secret;
            this.required = required;
        }
    }

    /// @param required must connect before the operation's work begins
    /// @param optional may connect at any time
    public SecretChannels(Set<String> required, Set<String> optional) {
        for (var name : required) {
            byName.put(name, new Slot(secret(), true));
        }
        for (var name : optional) {
            byName.put(name, new Slot(secret(), false));
        }
        requiredConnected = new CountDownLatch(required.size());
    }

    private static String secret() {
        var bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /// Names to secrets, as an operation's metadata shows them under `fds`.
    public Map<String, Object> secrets() {
        var secrets = new LinkedHashMap<String, Object>();
        byName.forEach((name, slot) -> secrets.put(name, slot.secret));
        return secrets;
    }

    @Override
    public void check(String secret) {
        var slot = slot(secret);
        synchronized (slot) {
            if (slot.taken) {
                throw Problem.badRequest("Websocket number already connected").exception();
            }
        }
    }

    @Override
    public void connect(String secret, Channel channel) throws InterruptedException {
        var slot = slot(secret);
        synchronized (slot) {
            if (slot.taken) {
                throw Problem.badRequest("Websocket number already connected").exception();
            }
            slot.taken = true;
        }
        slot.channel = channel;
        slot.connected.countDown();
        if (slot.required) {
            requiredConnected.countDown();
        }
        released.await();
        // One that comes after the end (a quick command's control channel) is not closed by release().
        channel.close();
    }

    private Slot slot(String secret) {
        if (secret.isEmpty()) {
            throw Problem.badRequest("Missing websocket secret").exception();
        }
        for (var slot : byName.values()) {
            if (MessageDigest.isEqual(
                    slot.secret.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8))) {
                return slot;
            }
        }
        throw new Problem.Forbidden("not authorized", "", "").exception();
    }

    /// Waits for all required channels.
    public void awaitRequired(Duration timeout) throws InterruptedException {
        if (!requiredConnected.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
            throw Problem.failed("Timed out waiting for websockets to connect", "")
                    .exception();
        }
    }

    /// A channel that is connected; a required one after [#awaitRequired].
    public Channel require(String name) {
        return find(name).orElseThrow(() -> new IllegalStateException("channel " + name + " is not connected"));
    }

    /// A channel if it is connected by now.
    public Optional<Channel> find(String name) {
        var slot = byName.get(name);
        return slot == null ? Optional.empty() : Optional.ofNullable(slot.channel);
    }

    /// Waits until an optional channel connects, or the operation lets go of all.
    public Channel await(String name) throws InterruptedException {
        var slot = byName.get(name);
        if (slot == null) {
            throw new IllegalArgumentException("no channel " + name);
        }
        slot.connected.await();
        return require(name);
    }

    /// Closes all channels and lets their connections go. One that connects later finds an end at once, no
    /// error.
    public void release() {
        var open = new ArrayList<Channel>();
        for (var slot : byName.values()) {
            var channel = slot.channel;
            if (channel != null) {
                open.add(channel);
            }
        }
        closeAll(open);
        released.countDown();
    }

    private static void closeAll(List<Channel> channels) {
        for (var channel : channels) {
            channel.close();
        }
    }
}
