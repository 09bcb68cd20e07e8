package io.lightvisor.engine.instance;

import io.lightvisor.linux.fs.ConfinedTree;
import io.lightvisor.model.Idmap;
import io.lightvisor.model.Problem;
import java.util.ArrayList;
import java.util.List;

/// The root of an instance, running or not, open for one caller: its files by the paths and ids of the guest. Close it;
/// what is open in it does not outlive the state of the instance in which it was opened.
public final class GuestRoot implements AutoCloseable {
    /// What an id that is not the guest's looks like inside: /proc/sys/kernel/overflowuid.
    private static final long OVERFLOW_ID = 65534;

    private final SharedRoot shared;
    private final List<AutoCloseable> mine = new ArrayList<>(1);
    private boolean closed;

    GuestRoot(SharedRoot shared) {
        this.shared = shared;
    }

    /// Its files. Ids in there are the host's: see [#insideUid] and [#hostUid].
    public ConfinedTree tree() {
        return shared.tree();
    }

    /// The guest's number of a user of the host; 65534 if it has none.
    public long insideUid(int host) {
        return inside(Idmap.Kind.UID, host);
    }

    /// The guest's number of a group of the host; 65534 if it has none.
    public long insideGid(int host) {
        return inside(Idmap.Kind.GID, host);
    }

    private long inside(Idmap.Kind kind, int host) {
        long id = shared.idmap().toInside(kind, Integer.toUnsignedLong(host));
        return id < 0 ? OVERFLOW_ID : id;
    }

    /// The host's number of a user of the guest.
    ///
    /// @throws io.lightvisor.model.ProblemException if the guest has no such user
    public long hostUid(long inside) {
        return host(Idmap.Kind.UID, inside);
    }

    /// The host's number of a group of the guest.
    ///
    /// @throws io.lightvisor.model.ProblemException if the guest has no such group
    public long hostGid(long inside) {
        return host(Idmap.Kind.GID, inside);
    }

    private long host(Idmap.Kind kind, long inside) {
        long id = inside < 0 || inside >= 0xFFFFFFFFL ? -1 : shared.idmap().toHost(kind, inside);
        if (id < 0) {
            throw Problem.badValue(
                            kind == Idmap.Kind.UID ? "uid" : "gid",
                            String.valueOf(inside),
                            "the instance's id map has no such id")
                    .exception();
        }
        return id;
    }

    /// Closes `transfer` as soon as the instance starts, ends or goes, so that nothing waits for it.
    public <T extends AutoCloseable> T using(T transfer) {
        mine.add(transfer);
        shared.add(transfer);
        return transfer;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            mine.forEach(shared::remove);
            shared.release();
        }
    }
}
