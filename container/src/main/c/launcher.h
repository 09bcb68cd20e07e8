/* What the files of this program share. */
#ifndef LIGHTVISOR_LAUNCHER_H
#define LIGHTVISOR_LAUNCHER_H

#include "plan.h"

#include <stdbool.h>
#include <sys/types.h>

/* Where this process stands while it carries out steps. */
struct context {
	const struct plan_header *plan;
	int report_fd;    /* where failures go */
	int sync_fd;      /* between parent and child of one start, or -1 */
	int old_root;     /* the host's root while it is still mounted, or -1 */
	int console;      /* terminal for stdio, or -1 */
	int master;       /* enter: master of that terminal, until Java has it; or -1 */
	pid_t pid;        /* the child, in the parent; 0 in the child */
	const char *stage; /* name of the step in progress */
};

/* report.c */
void report_send(int fd, const struct report *report, const int *fds, int count);
ssize_t report_receive(int fd, struct report *report, int *passed);
void report_failure(int fd, const char *stage, const char *call, const char *subject, int error);
_Noreturn void die(struct context *context, const char *call, const char *subject);

/* steps.c */
void run_steps(struct context *context, const char *steps, size_t size);

/* terminal.c */
int terminal_open(struct context *context, int columns, int rows, int *master);

/* The plans. */
_Noreturn void start_container(struct context *context, const char *parent, const char *child);
_Noreturn void enter_container(struct context *context, const char *parent, const char *child);
_Noreturn void make_user_namespace(struct context *context, const char *parent);
_Noreturn void forward_connections(struct context *context, const char *parent, const char *table);

/* monitor.c */
struct monitor {
	int init_pidfd, listen_fd, run_fd, log_fd, console, first_client;
	int listener; /* of the seccomp program, or -1; kept for a daemon that comes later */
	pid_t init;
	uint32_t ring_size;
};
_Noreturn void watch_container(const struct monitor *monitor);

pid_t clone_child(struct context *context, uint64_t flags, int *pidfd);

#endif
