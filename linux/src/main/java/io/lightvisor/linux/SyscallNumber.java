package io.lightvisor.linux;

/// The numbers of the system calls, in one table: x86_64 keeps its own, aarch64 the generic ones.
/// Names as the kernel spells them. Source: arch/x86/entry/syscalls/syscall_64.tbl and
/// include/uapi/asm-generic/unistd.h.
public final class SyscallNumber {
    private static final boolean X86_64 = isX86();

    public static final int accept4 = pick(288, 242);
    public static final int bind = pick(49, 200);
    public static final int bpf = pick(321, 280);
    public static final int capget = pick(125, 90);
    public static final int capset = pick(126, 91);
    public static final int close = pick(3, 57);
    public static final int connect = pick(42, 203);
    public static final int copy_file_range = pick(326, 285);
    public static final int dup3 = pick(292, 24);
    public static final int epoll_create1 = pick(291, 20);
    public static final int epoll_ctl = pick(233, 21);
    public static final int epoll_pwait = pick(281, 22);
    public static final int eventfd2 = pick(290, 19);
    public static final int faccessat2 = 439;
    public static final int fallocate = pick(285, 47);
    public static final int fchmod = pick(91, 52);
    public static final int fchmodat = pick(268, 53);
    public static final int fchmodat2 = 452;
    public static final int fchown = pick(93, 55);
    public static final int fchownat = pick(260, 54);
    public static final int fcntl = pick(72, 25);
    public static final int fdatasync = pick(75, 83);
    public static final int fgetxattr = pick(193, 10);
    public static final int flistxattr = pick(196, 13);
    public static final int flock = pick(73, 32);
    public static final int fremovexattr = pick(199, 16);
    public static final int fsconfig = 431;
    public static final int fsetxattr = pick(190, 7);
    public static final int fsmount = 432;
    public static final int fsopen = 430;
    public static final int fspick = 433;
    public static final int fstatfs = pick(138, 44);
    public static final int fsync = pick(74, 82);
    public static final int ftruncate = pick(77, 46);
    public static final int getdents64 = pick(217, 61);
    public static final int getpeername = pick(52, 205);
    public static final int getpid = pick(39, 172);
    public static final int getsockname = pick(51, 204);
    public static final int getsockopt = pick(55, 209);
    public static final int gettid = pick(186, 178);
    public static final int getxattr = pick(191, 8);
    public static final int inotify_add_watch = pick(254, 27);
    public static final int inotify_init1 = pick(294, 26);
    public static final int inotify_rm_watch = pick(255, 28);
    public static final int ioctl = pick(16, 29);
    public static final int kill = pick(62, 129);
    public static final int lgetxattr = pick(192, 9);
    public static final int linkat = pick(265, 37);
    public static final int listen = pick(50, 201);
    public static final int listxattr = pick(194, 11);
    public static final int llistxattr = pick(195, 12);
    public static final int lremovexattr = pick(198, 15);
    public static final int lseek = pick(8, 62);
    public static final int lsetxattr = pick(189, 6);
    public static final int memfd_create = pick(319, 279);
    public static final int mkdirat = pick(258, 34);
    public static final int mknodat = pick(259, 33);
    public static final int mount = pick(165, 40);
    public static final int mount_setattr = 442;
    public static final int move_mount = 429;
    public static final int open_tree = 428;
    public static final int openat = pick(257, 56);
    public static final int openat2 = 437;
    public static final int pidfd_getfd = 438;
    public static final int pidfd_open = 434;
    public static final int pidfd_send_signal = 424;
    public static final int pipe2 = pick(293, 59);
    public static final int ppoll = pick(271, 73);
    public static final int pread64 = pick(17, 67);
    public static final int prlimit64 = pick(302, 261);
    public static final int pwrite64 = pick(18, 68);
    public static final int quotactl = pick(179, 60);
    public static final int quotactl_fd = 443;
    public static final int read = pick(0, 63);
    public static final int readlinkat = pick(267, 78);
    public static final int recvfrom = pick(45, 207);
    public static final int recvmsg = pick(47, 212);
    public static final int removexattr = pick(197, 14);
    public static final int renameat2 = pick(316, 276);
    public static final int sched_getaffinity = pick(204, 123);
    public static final int sched_setaffinity = pick(203, 122);
    public static final int sched_setscheduler = pick(144, 119);
    public static final int sendfile = pick(40, 71);
    public static final int sendmsg = pick(46, 211);
    public static final int sendto = pick(44, 206);
    public static final int setfsgid = pick(123, 152);
    public static final int setfsuid = pick(122, 151);
    public static final int setgroups = pick(116, 159);
    public static final int setns = pick(308, 268);
    public static final int setsockopt = pick(54, 208);
    public static final int setxattr = pick(188, 5);
    public static final int shutdown = pick(48, 210);
    public static final int socket = pick(41, 198);
    public static final int socketpair = pick(53, 199);
    public static final int splice = pick(275, 76);
    public static final int statfs = pick(137, 43);
    public static final int statx = pick(332, 291);
    public static final int symlinkat = pick(266, 36);
    public static final int syncfs = pick(306, 267);
    public static final int umount2 = pick(166, 39);
    public static final int unlinkat = pick(263, 35);
    public static final int unshare = pick(272, 97);
    public static final int utimensat = pick(280, 88);
    public static final int waitid = pick(247, 95);
    public static final int write = pick(1, 64);

    private SyscallNumber() {}

    /// Whether this is the x86_64 kernel interface; aarch64 otherwise. Some flags and structures differ as
    /// well.
    public static boolean x86() {
        return X86_64;
    }

    private static int pick(int x86, int generic) {
        return X86_64 ? x86 : generic;
    }

    private static boolean isX86() {
        String arch = System.getProperty("os.arch", "");
        return switch (arch) {
            case "amd64", "x86_64" -> true;
            case "aarch64", "arm64" -> false;
            default -> throw new UnsupportedOperationException("no system call table for the architecture " + arch);
        };
    }
}
