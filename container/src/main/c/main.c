/*
 * lightvisor-monitor: starts a container and stays as its parent, or enters one for a command, or makes a user
 * namespace for idmapped mounts, or forwards connections between a host and a container. It does what a JVM cannot (new user and pid namespaces, the last steps as PID 1, staying
 * behind when the daemon goes) and nothing else: every decision is in the plan. Whoever spawns it gives it default signal
 * dispositions and an empty mask, because those survive exec and an init must find them as the kernel makes them.
 */
#include "abi.h"
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * clone3(2), not unshare(2): CLONE_INTO_CGROUP (Linux 5.7) puts the child in its cgroup before it runs one instruction,
 * so nothing it forks can be outside the limits. Answers as fork(2); the child closes what only its parent needs itself.
 */
pid_t clone_child(struct context *context, uint64_t flags, int *pidfd)
{
	struct lv_clone_args arguments = {
		.flags = flags | LV_CLONE_PIDFD, .pidfd = (uint64_t)(uintptr_t)pidfd, .exit_signal = SIGCHLD};
	pid_t pid;

	context->stage = "make process";
	if (context->plan->cgroup_fd >= 0) {
		arguments.flags |= LV_CLONE_INTO_CGROUP;
		arguments.cgroup = (uint64_t)context->plan->cgroup_fd;
	}
	pid = (pid_t)syscall(SYS_clone3, &arguments, sizeof(arguments));
	if (pid < 0)
		die(context, "clone3(2)", "new namespaces");
	return pid;
}

int main(void)
{
	struct context context = {
		.report_fd = 4, .sync_fd = -1, .old_root = -1, .console = -1, .master = -1, .stage = "read plan"};
	const struct plan_header *plan;
	const char *parent, *child;
	struct stat stat;

	if (fstat(PLAN_FD, &stat) < 0)
		die(&context, "fstat(2)", "plan");
	if ((size_t)stat.st_size < sizeof(*plan)) {
		errno = EINVAL;
		die(&context, "read", "plan");
	}
	plan = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_PRIVATE, PLAN_FD, 0);
	if (plan == MAP_FAILED)
		die(&context, "mmap(2)", "plan");
	close(PLAN_FD);
	if (plan->magic != PLAN_MAGIC || plan->parent_size > (size_t)stat.st_size - sizeof(*plan) ||
	    plan->child_size > (size_t)stat.st_size - sizeof(*plan) - plan->parent_size) {
		errno = EINVAL;
		die(&context, "read", "plan");
	}
	context.plan = plan;
	context.report_fd = plan->report_fd;
	syscall(SYS_close_range, (unsigned)plan->highest_fd + 1, ~0u, 0);
	prctl(PR_SET_NAME, "lightvisor-mon");
	parent = (const char *)(plan + 1);
	child = parent + plan->parent_size;
	switch (plan->kind) {
	case PLAN_START:
		start_container(&context, parent, child);
	case PLAN_ENTER:
		enter_container(&context, parent, child);
	case PLAN_MAP:
		make_user_namespace(&context, parent);
	case PLAN_PROXY:
		forward_connections(&context, parent, child);
	default:
		errno = EINVAL;
		die(&context, "read", "kind of plan");
	}
}
