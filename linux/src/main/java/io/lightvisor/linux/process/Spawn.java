package io.lightvisor.linux.process;

import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.Scratch;
import io.lightvisor.linux.SpawnedDescriptors;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.Syscalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A program about to be run: posix_spawn(3). The child gets the descriptors named here and no others, the
/// signals 1 to 31 at their defaults, none blocked, and the environment given, nothing of ours. Descriptors 0
/// to 2 that are not named are /dev/null.
///
///     try (var child = Spawn.program("/usr/bin/tar", "-xf", "-").descriptor(0, input).start()) {
///         child.waitFor();
///     }
///
/// The call takes about as long as execve(2): the kernel suspends this thread until then (vfork). A program
/// that cannot be executed is an exception here, not an exit status.
public final class Spawn {
    private static final int SETSIGDEF = 0x04;
    private static final int SETSIGMASK = 0x08;
    private static final int SETSID = 0x80;

    /// glibc has 80 and 336 bytes for these, musl less.
    private static final int STRUCT_ROOM = 1024;

    private static final int SIGSET_SIZE = 128;
    private static final int O_RDWR = 2;

    private static final MemorySegment POSIX_SPAWN = Syscalls.function("posix_spawn");
    private static final MemorySegment ACTIONS_INIT = Syscalls.function("posix_spawn_file_actions_init");
    private static final MemorySegment ACTIONS_DESTROY = Syscalls.function("posix_spawn_file_actions_destroy");
    private static final MemorySegment ADD_DUP2 = Syscalls.function("posix_spawn_file_actions_adddup2");
    private static final MemorySegment ADD_OPEN = Syscalls.function("posix_spawn_file_actions_addopen");
    private static final MemorySegment ADD_CHDIR = Syscalls.function("posix_spawn_file_actions_addchdir_np");
    private static final MemorySegment ADD_CLOSE = Syscalls.function("posix_spawn_file_actions_addclose");
    private static final MemorySegment ADD_CLOSEFROM = Syscalls.function("posix_spawn_file_actions_addclosefrom_np");
    private static final MemorySegment ATTR_INIT = Syscalls.function("posix_spawnattr_init");
    private static final MemorySegment ATTR_DESTROY = Syscalls.function("posix_spawnattr_destroy");
    private static final MemorySegment ATTR_FLAGS = Syscalls.function("posix_spawnattr_setflags");
    private static final MemorySegment ATTR_SIGDEFAULT = Syscalls.function("posix_spawnattr_setsigdefault");
    private static final MemorySegment ATTR_SIGMASK = Syscalls.function("posix_spawnattr_setsigmask");

    private final String program;
    private final List<String> arguments = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final SortedMap<Integer, Fd> descriptors = new TreeMap<>();
    private Optional<Path> directory = Optional.empty();
    private boolean newSession;

    private Spawn(String program) {
        this.program = program;
    }

    /// @param program the path of the file; it is not searched for. Also argv[0], unless [#name] says otherwise
    public static Spawn program(String program, String... arguments) {
        var spawn = new Spawn(program);
        spawn.arguments.add(program);
        spawn.arguments.addAll(List.of(arguments));
        return spawn;
    }

    /// As [#program(String,String...)].
    public static Spawn program(Path program, List<String> arguments) {
        return program(program.toString(), arguments.toArray(new String[0]));
    }

    /// What the program sees as argv[0], and people in ps(1).
    public Spawn name(String argv0) {
        arguments.set(0, argv0);
        return this;
    }

    public Spawn argument(String argument) {
        arguments.add(argument);
        return this;
    }

    /// Sets a variable of the environment, which is empty otherwise.
    public Spawn environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    public Spawn environment(Map<String, String> variables) {
        environment.putAll(variables);
        return this;
    }

    /// Gives the child this open file under that number. Ours stays open and ours.
    public Spawn descriptor(int number, Fd fd) {
        descriptors.put(number, fd);
        return this;
    }

    public Spawn directory(Path directory) {
        this.directory = Optional.of(directory);
        return this;
    }

    /// The child leads a session of its own: it has no terminal, and no signal for ours reaches it.
    public Spawn newSession() {
        this.newSession = true;
        return this;
    }

    /// Runs the program.
    ///
    /// @throws SyscallException of `posix_spawn(3)`, for example with `ENOENT`
    public Child start() {
        try (var scratch = Scratch.borrow();
                var given = SpawnedDescriptors.prepare(descriptors)) {
            var actions = scratch.allocate(STRUCT_ROOM);
            var attributes = scratch.allocate(STRUCT_ROOM);
            ok(Syscalls.call(ACTIONS_INIT, actions.address(), 0, 0, 0, 0, 0));
            try {
                ok(Syscalls.call(ATTR_INIT, attributes.address(), 0, 0, 0, 0, 0));
                try {
                    addActions(scratch, actions.address(), given);
                    setAttributes(scratch, attributes.address());
                    return run(scratch, actions.address(), attributes.address());
                } finally {
                    Syscalls.call(ATTR_DESTROY, attributes.address(), 0, 0, 0, 0, 0);
                }
            } finally {
                Syscalls.call(ACTIONS_DESTROY, actions.address(), 0, 0, 0, 0, 0);
            }
        }
    }

    private void addActions(Scratch scratch, long actions, SpawnedDescriptors given) {
        if (directory.isPresent()) {
            ok(Syscalls.call(ADD_CHDIR, actions, scratch.text(directory.get().toString()), 0, 0, 0, 0));
        }
        int beyond = 3;
        for (int number = 0; number < 3; number++) {
            if (!descriptors.containsKey(number)) {
                ok(Syscalls.call(ADD_OPEN, actions, number, scratch.text("/dev/null"), O_RDWR, 0, 0));
            }
        }
        for (int i = 0; i < given.count(); i++) {
            ok(Syscalls.call(ADD_DUP2, actions, given.source(i), given.target(i), 0, 0, 0));
            beyond = Math.max(beyond, given.target(i) + 1);
        }
        for (int number = 3; number < beyond; number++) {
            if (!descriptors.containsKey(number)) {
                ok(Syscalls.call(ADD_CLOSE, actions, number, 0, 0, 0, 0));
            }
        }
        // Everything of ours is close-on-exec; what the JVM or a library has opened may not be.
        ok(Syscalls.call(ADD_CLOSEFROM, actions, beyond, 0, 0, 0, 0));
    }

    private void setAttributes(Scratch scratch, long attributes) {
        var signals = scratch.allocate(SIGSET_SIZE);
        ok(Syscalls.call(ATTR_SIGMASK, attributes, signals.address(), 0, 0, 0, 0));
        // All of 1 to 31. glibc keeps 32 and 33 for itself and leaves them ignored in the child, whatever is asked
        // here.
        signals.set(ValueLayout.JAVA_LONG, 0, 0x7FFFFFFFL);
        ok(Syscalls.call(ATTR_SIGDEFAULT, attributes, signals.address(), 0, 0, 0, 0));
        int flags = SETSIGDEF | SETSIGMASK | (newSession ? SETSID : 0);
        ok(Syscalls.call(ATTR_FLAGS, attributes, flags, 0, 0, 0, 0));
    }

    private Child run(Scratch scratch, long actions, long attributes) {
        var variables = new ArrayList<String>(environment.size());
        environment.forEach((name, value) -> variables.add(name + "=" + value));
        var pid = scratch.allocate(4);
        int error = Syscalls.call(
                POSIX_SPAWN,
                pid.address(),
                scratch.text(program),
                actions,
                attributes,
                vector(scratch, arguments),
                vector(scratch, variables));
        if (error != 0) {
            throw new SyscallException("posix_spawn(3)", program, Errno.of(error));
        }
        // Nobody else waits for our children, so the pid cannot be another's yet, even if the child has ended.
        int number = pid.get(ValueLayout.JAVA_INT, 0);
        return new Child(Pidfd.open(number), program);
    }

    private static long vector(Scratch scratch, List<String> texts) {
        var array = scratch.allocate((texts.size() + 1) * 8L);
        for (int i = 0; i < texts.size(); i++) {
            array.set(ValueLayout.JAVA_LONG, i * 8L, scratch.text(texts.get(i)));
        }
        return array.address();
    }

    private void ok(int error) {
        if (error != 0) {
            throw new SyscallException("posix_spawn(3) preparation", program, Errno.of(error));
        }
    }
}
