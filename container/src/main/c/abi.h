/*
 * Kernel constants and structures that the C library's headers may lack (musl ships no linux/ headers).
 * Spelling and values as in include/uapi/linux of the kernel; the file is named beside each group.
 */
#ifndef LIGHTVISOR_ABI_H
#define LIGHTVISOR_ABI_H

#include <stdint.h>
#include <sys/syscall.h>

/* Numbers from 424 on are the same on every architecture. */
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_open_tree
#define SYS_open_tree 428
#endif
#ifndef SYS_move_mount
#define SYS_move_mount 429
#endif
#ifndef SYS_clone3
#define SYS_clone3 435
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif

/* sched.h */
#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif
#define LV_CLONE_PIDFD 0x00001000ULL
#define LV_CLONE_INTO_CGROUP 0x200000000ULL
struct lv_clone_args {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

/* mount.h */
#define LV_OPEN_TREE_CLONE 1
#define LV_OPEN_TREE_CLOEXEC O_CLOEXEC
#define LV_AT_RECURSIVE 0x8000
#define LV_MOVE_MOUNT_F_EMPTY_PATH 0x04
#define LV_MOVE_MOUNT_T_SYMLINKS 0x10
#define LV_MOUNT_ATTR_RDONLY 0x01
struct lv_mount_attr {
	uint64_t attr_set, attr_clr, propagation, userns_fd;
};

/* close_range.h, wait.h */
#define LV_CLOSE_RANGE_CLOEXEC 4
#define LV_P_PIDFD ((idtype_t)3)

/* seccomp.h, filter.h */
#define LV_SECCOMP_SET_MODE_FILTER 1
#define LV_SECCOMP_FILTER_FLAG_SPEC_ALLOW 4
#define LV_SECCOMP_FILTER_FLAG_NEW_LISTENER 8
struct lv_sock_filter {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};
struct lv_sock_fprog {
	unsigned short len;
	const struct lv_sock_filter *filter;
};

/* capability.h: version 3 of capset(2) takes two words of each set. */
#define LV_CAPABILITY_VERSION_3 0x20080522
struct lv_cap_header {
	uint32_t version;
	int pid;
};
struct lv_cap_data {
	uint32_t effective, permitted, inheritable;
};

/* asm-generic/ioctls.h */
#define LV_TIOCGPTPEER 0x5441

/* magic.h */
#define LV_DEVPTS_SUPER_MAGIC 0x1cd1

#endif
