package io.lightvisor.container;

import io.lightvisor.container.seccomp.Abi;
import io.lightvisor.container.seccomp.Interception;
import io.lightvisor.linux.Errno;
import io.lightvisor.linux.Fd;
import io.lightvisor.linux.SyscallException;
import io.lightvisor.linux.seccomp.SeccompListener;
import io.lightvisor.model.ProblemException;

/// Answers the system calls of one container, or of one command in it, that its seccomp program hands on. A platform
/// thread waits (the kernel keeps it while it looks for the next call), and each call is answered by a virtual thread
/// of its own, so that a slow mount holds up nobody else.
///
///     guest      mknod(...) ----> kernel holds the thread
///     here       next() <-------- "thread 4711 calls mknod with ..."
///                looks at its memory, its rights, the path; does it, or not
///                answer() ------> the call returns
///
/// While no daemon runs the monitor keeps the other end open: calls wait for the next daemon. What the kernel itself
/// refuses to a container it may carry out (`proceed`); everything else is done here on copies of the arguments.
final class CallListener {
    private static final System.Logger LOG = System.getLogger("lightvisor.container");

    private final SeccompListener listener;
    private final InterceptedCalls calls;
    private final String name;

    private CallListener(Fd listener, InterceptedCalls calls, String name) {
        this.listener = new SeccompListener(listener);
        this.calls = calls;
        this.name = name;
    }

    /// Begins. Ends with the last process that has the program.
    static void start(Fd listener, InterceptedCalls calls, String name) {
        var each = new CallListener(listener, calls, name);
        Thread.ofPlatform().daemon().name("lightvisor:calls " + name).start(each::listen);
    }

    private void listen() {
        try (listener) {
            while (true) {
                var call = listener.next();
                if (call.isEmpty()) {
                    return;
                }
                Thread.ofVirtual().name("lightvisor:call of " + name).start(() -> answer(call.get()));
            }
        } catch (SyscallException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "system calls of {0} not answered any more: {1}",
                    name,
                    e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(SeccompListener.Call call) {
        try {
            if (call.arch() != Abi.native64().auditArch()) {
                listener.proceed(call);
                return;
            }
            calls.answer(listener, call, Interception.callName(call.number()));
        } catch (SyscallException e) {
            LOG.log(System.Logger.Level.DEBUG, "call of {0} refused: {1}", name, e.getMessage());
            refuse(call, e.errno());
        } catch (ProblemException e) {
            LOG.log(System.Logger.Level.DEBUG, "call of {0} refused: {1}", name, e.getMessage());
            refuse(call, Errno.EPERM);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            refuse(call, Errno.EPERM);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "call of " + name + " not answered", e);
            refuse(call, Errno.EPERM);
        }
    }

    private void refuse(SeccompListener.Call call, Errno error) {
        try {
            listener.refuse(call, error);
        } catch (SyscallException e) {
            LOG.log(System.Logger.Level.WARNING, "answer to a call of {0} not sent: {1}", name, e.getMessage());
        }
    }
}
