package io.lightvisor.container.plan;

import io.lightvisor.linux.Fd;
import io.lightvisor.linux.process.Spawn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// A plan in the making: its header, the steps of the parent and those of the child, and the descriptors that go with
/// it.
///
///     header | steps of the parent | steps of the child          "struct plan_header, src/main/c/plan.h"
public final class Plan {
    /// Where the launcher finds its plan.
    public static final int PLAN_FD = 3;
    /// Where it reports.
    public static final int REPORT_FD = 4;

    private static final int MAGIC = 0x3150564c;
    private static final int HEADER_SIZE = 56;
    private static final int NONE = -1;

    /// What the launcher is to do with it.
    public enum Kind {
        START,
        ENTER,
        MAP,
        PROXY
    }

    private final Kind kind;
    private final long cloneFlags;
    private final Steps parent = new Steps();
    private final Steps child = new Steps();
    private final List<Fd> descriptors = new ArrayList<>();
    private int cgroup = NONE;
    private int pidfd = NONE;
    private int listen = NONE;
    private int run = NONE;
    private int log = NONE;
    private int ringSize;
    private byte[] table = {};

    public Plan(Kind kind, long cloneFlags) {
        this.kind = kind;
        this.cloneFlags = cloneFlags;
    }

    public Steps parent() {
        return parent;
    }

    public Steps child() {
        return child;
    }

    /// Hands a descriptor to the launcher.
    ///
    /// @return its number there
    public int give(Fd fd) {
        descriptors.add(fd);
        return REPORT_FD + descriptors.size();
    }

    /// The child is born in this cgroup: the open folder of one in the unified hierarchy.
    public Plan bornIn(Fd cgroup) {
        this.cgroup = give(cgroup);
        return this;
    }

    /// The child is born in the pid namespace of this process.
    ///
    /// @return the number of the pidfd there
    public int enters(Fd pidfd) {
        this.pidfd = give(pidfd);
        return this.pidfd;
    }

    /// A proxy ends with this process.
    ///
    /// @return the number of the pidfd there
    public int endsWith(Fd pidfd) {
        return enters(pidfd);
    }

    /// What a proxy forwards, in place of steps of a child: "struct proxy_table, src/main/c/plan.h".
    public Plan table(byte[] table) {
        this.table = table.clone();
        return this;
    }

    /// What a monitor needs for its life: a listening socket, the run folder, the file that gets the console at the
    /// end.
    ///
    /// @param ringSize bytes of console output kept, a power of two
    public Plan monitor(Fd listen, Fd runFolder, Fd log, int ringSize) {
        this.listen = give(listen);
        this.run = give(runFolder);
        this.log = give(log);
        this.ringSize = ringSize;
        return this;
    }

    /// Gives all descriptors to a program about to be run, beside the plan itself and the report channel.
    public void giveTo(Spawn spawn) {
        for (int i = 0; i < descriptors.size(); i++) {
            spawn.descriptor(REPORT_FD + 1 + i, descriptors.get(i));
        }
    }

    public byte[] toBytes() {
        byte[] parentSteps = parent.toBytes();
        byte[] childSteps = kind == Kind.PROXY ? table : child.toBytes();
        return ByteBuffer.allocate(HEADER_SIZE + parentSteps.length + childSteps.length)
                .order(ByteOrder.nativeOrder())
                .putInt(MAGIC)
                .putInt(kind.ordinal() + 1)
                .putInt(parentSteps.length)
                .putInt(childSteps.length)
                .putLong(cloneFlags)
                .putInt(REPORT_FD + descriptors.size())
                .putInt(REPORT_FD)
                .putInt(cgroup)
                .putInt(pidfd)
                .putInt(listen)
                .putInt(run)
                .putInt(log)
                .putInt(ringSize)
                .put(parentSteps)
                .put(childSteps)
                .array();
    }
}
