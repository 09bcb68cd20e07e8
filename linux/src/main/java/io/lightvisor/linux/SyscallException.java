package io.lightvisor.linux;

/// The kernel refused a call. Says which call, about what, and why:
/// `pidfd_open(2) pid 4711: ESRCH, no such process`.
///
/// Unchecked, because nearly every line of the code above talks to the kernel, and a refusal that the caller
/// expects is told apart by [#is]; everything else ends the operation, which reports the message as it is.
public final class SyscallException extends RuntimeException {
    private final String call;
    private final String subject;
    private final Errno errno;

    /// @param call the manual page, for example `openat2(2)`
    /// @param subject what the call was about, for example `etc/passwd` or `pid 4711`
    public SyscallException(String call, String subject, Errno errno) {
        this(call, subject, errno, "");
    }

    /// @param detail what the kernel said beyond the errno (the log of fsconfig(2)); empty if nothing
    public SyscallException(String call, String subject, Errno errno, String detail) {
        super(message(call, subject, errno, detail));
        this.call = call;
        this.subject = subject;
        this.errno = errno;
    }

    public String call() {
        return call;
    }

    public String subject() {
        return subject;
    }

    public Errno errno() {
        return errno;
    }

    public boolean is(Errno expected) {
        return errno == expected;
    }

    public boolean is(Errno expected, Errno or) {
        return errno == expected || errno == or;
    }

    private static String message(String call, String subject, Errno errno, String detail) {
        var text = new StringBuilder(call);
        if (!subject.isEmpty()) {
            text.append(' ').append(subject);
        }
        text.append(": ").append(errno.name()).append(", ").append(errno.text());
        if (!detail.isEmpty()) {
            text.append(" (").append(detail).append(')');
        }
        return text.toString();
    }
}
