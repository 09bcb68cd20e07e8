/*
 * The plan: what Java decided, as a flat list of steps that this program carries out in order.
 *
 *     header | steps of the parent | steps of the child
 *
 * For a proxy the second list is a table instead (struct proxy_table), and the first is what comes before.
 *
 * A step is a head (struct step_head), its numbers (8 bytes each), then its texts: a 4-byte length, the bytes, at least
 * one NUL, padded to 8 bytes. All integers are in the byte order of the machine. The plan arrives in a sealed memfd at
 * descriptor 3; it is written by io.lightvisor.container.plan.PlanWriter, whose table of steps is this one.
 */
#ifndef LIGHTVISOR_PLAN_H
#define LIGHTVISOR_PLAN_H

#include <stddef.h>
#include <stdint.h>

#define PLAN_FD 3
#define PLAN_MAGIC 0x3150564cu /* "LVP1" */
#define MAX_NUMBERS 4
#define MAX_TEXTS 4

enum plan_kind { PLAN_START = 1, PLAN_ENTER = 2, PLAN_MAP = 3, PLAN_PROXY = 4 };

struct plan_header {
	uint32_t magic, kind;
	uint32_t parent_size, child_size; /* bytes of the two lists */
	uint64_t clone_flags;
	int32_t highest_fd; /* everything above is closed at once */
	int32_t report_fd;  /* SOCK_SEQPACKET to Java */
	int32_t cgroup_fd;  /* folder of the cgroup v2 to be born in, or -1 */
	int32_t pidfd;      /* enter: the init whose pid namespace to enter; proxy: whose end is ours; else -1 */
	int32_t listen_fd;  /* start: listening control socket */
	int32_t run_fd;     /* start: run folder, for the exit status */
	int32_t log_fd;     /* start: takes the console's ring buffer at the end, or -1 */
	uint32_t ring_size; /* start: bytes of that buffer, a power of two */
};

/* name, numbers, texts */
enum step_code {
	/* by the parent, about the child */
	STEP_PROC_WRITE = 1, /* -; file below /proc/PID, text */
	STEP_ATTACH,         /* -; a cgroup.procs */
	/* by either */
	STEP_PRLIMIT, /* resource, soft, hard */
	/* by the child */
	STEP_JOIN,       /* -; a cgroup.procs */
	STEP_SETNS,      /* fd, flags */
	STEP_UNSHARE,    /* flags */
	STEP_PDEATHSIG,  /* signal */
	STEP_SETSID,     /* - */
	STEP_IDS,        /* uid, gid; groups as 4-byte integers */
	STEP_CAPS,       /* bits to drop from the bounding set; and nothing stays inheritable */
	STEP_SECCOMP,    /* 1 to hand on its listener; struct sock_filter[] */
	STEP_HOSTNAME,   /* -; name */
	STEP_MOUNT,      /* flags, step flags; source, target, type, data */
	STEP_PLACE,      /* fd of a detached mount, step flags; target */
	STEP_BIND,       /* step flags; source in the old root, target */
	STEP_READONLY,   /* -; mount point */
	STEP_PIVOT,      /* -; new root */
	STEP_LEAVE_OLD,  /* - */
	STEP_MKDIR,      /* mode; path */
	STEP_SYMLINK,    /* -; content, path */
	STEP_WRITE,      /* mode to create with or 0, step flags; path, text */
	STEP_MKNOD,      /* mode, device; path */
	STEP_CHOWN,      /* uid, gid; path */
	STEP_CHDIR,      /* step flags; path */
	STEP_CONSOLE,    /* width, height; makes pts/0 of /dev/pts the console, hands its master to the parent */
	STEP_TERMINAL,   /* width, height, uid, gid; as above for a command, the master goes to Java */
	STEP_STDIO,      /* fd 0, fd 1, fd 2; -1 for the console or terminal */
	STEP_CONTROL,    /* - ; makes fd 0 the controlling terminal */
	STEP_AWAIT_GO,   /* - */
	STEP_EXEC,       /* -; arguments, environment (each NUL-ended), search path, folder or nothing */
	STEP_UMASK,      /* mask */
	STEP_UNMOUNT,    /* -; mount point */
	STEP_UNLINK,     /* -; path */
	STEP_CODES
};

enum step_flag {
	STEP_OPTIONAL = 1,  /* a failure is no failure */
	STEP_RECURSIVE = 2, /* with the mounts below */
	STEP_RDONLY = 4,
	STEP_MAKE_DIR = 8, /* the target is made if it is not there */
	STEP_MAKE_FILE = 16,
	STEP_INSIDE = 32,   /* the source is the container's, not the host's */
	STEP_WRITABLE = 64, /* also where the source is read-only */
};

struct step_head {
	uint32_t size; /* of the whole step */
	uint16_t code;
	uint8_t numbers, texts;
};

struct step {
	uint16_t code;
	int64_t n[MAX_NUMBERS];
	const char *text[MAX_TEXTS];
	uint32_t length[MAX_TEXTS];
};

/* A proxy: where it listens, and where what comes there goes; then the listeners, then the targets. */
struct proxy_table {
	uint32_t header; /* 1: a line of the PROXY protocol goes before each connection */
	uint32_t listeners;
	uint32_t targets; /* as many as listeners, or one for all */
};

enum proxy_kind { PROXY_TCP = 1, PROXY_UDP = 2, PROXY_UNIX = 3 };

struct proxy_listener {
	int32_t fd;
	uint32_t kind;
};

struct proxy_target {
	uint32_t kind, length;
	char address[128]; /* a struct sockaddr of that length */
};

/* What this program tells Java; text is "stage\0call\0subject\0" of a failure. */
enum report_type {
	REPORT_CREATED = 1, /* a = pid of the child; descriptors: pidfd, network namespace (start) */
	REPORT_RUNNING,     /* start: init has been exec'ed. enter: about to; descriptor: terminal master */
	REPORT_FAILED,
	REPORT_EXITED, /* a = CLD_EXITED or CLD_KILLED, b = code or signal */
	REPORT_MAPPED, /* descriptor: user namespace */
	REPORT_ANSWER, /* to a request; error = 0 or errno */
	REPORT_LISTENER, /* descriptor: where the kernel asks what a system call shall answer */
};

struct report {
	uint32_t type;
	int32_t error, a, b;
	char text[240];
};

/* What Java asks of a running monitor. */
enum request_code {
	REQUEST_GO = 1,     /* start: the network is there */
	REQUEST_STATUS,     /* -> a = pid of init; descriptor: its pidfd */
	REQUEST_CONSOLE,    /* a = 1: take it over -> descriptor: stream to the console; EBUSY */
	REQUEST_RESIZE,     /* a, b = columns, rows */
	REQUEST_READ_RING,  /* -> descriptor: memfd with the content */
	REQUEST_CLEAR_RING, /* - */
	REQUEST_LISTENER,   /* -> descriptor: that of the seccomp program; ENOENT if it has none */
};

struct request {
	uint32_t code;
	int32_t a, b;
};

#endif
