/*
 * The plan "enter": runs one command in a running container (or carries out steps there), waits for it, reports how it
 * ended.
 *
 * setns(2) to a pid namespace changes only where children are born, so the parent enters just that one, stays a process
 * of the host otherwise, and its child (already in the container's pid namespace and, with cgroup v2, in its cgroup)
 * enters the rest at once. One fork is enough; the parent is what waits.
 */
#include "abi.h"
#include "launcher.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void enter_container(struct context *context, const char *parent, const char *child)
{
	const struct plan_header *plan = context->plan;
	struct report report = {.type = REPORT_CREATED};
	siginfo_t end = {0};
	int pidfd;
	pid_t pid;

	context->stage = "enter pid namespace";
	if (setns(plan->pidfd, CLONE_NEWPID) < 0)
		die(context, "setns(2)", "pid namespace of init");
	/* The guest's root must not trace its way into this program while it is on its way in. Exec ends it. */
	prctl(PR_SET_DUMPABLE, 0);
	pid = clone_child(context, plan->clone_flags, &pidfd);
	if (pid == 0) {
		run_steps(context, child, plan->child_size);
		/* A plan without a command changes something inside and is done. */
		_exit(0);
	}
	context->pid = pid;
	run_steps(context, parent, plan->parent_size);
	report.a = pid;
	report_send(plan->report_fd, &report, &pidfd, 1);
	/* The pipes of the command must have no other holder than the command, or their reader never sees the end. */
	for (int fd = 0; fd <= plan->highest_fd; fd++)
		if (fd != plan->report_fd && fd != pidfd)
			close(fd);
	while (waitid(LV_P_PIDFD, (id_t)pidfd, &end, WEXITED) < 0 && errno == EINTR)
		;
	report = (struct report){.type = REPORT_EXITED, .a = end.si_code, .b = end.si_status};
	report_send(plan->report_fd, &report, NULL, 0);
	_exit(0);
}
