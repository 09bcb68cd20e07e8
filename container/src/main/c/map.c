/*
 * The plan "map": makes a user namespace with a given id map and hands it to Java, which needs it for idmapped mounts
 * (mount_setattr(2), MOUNT_ATTR_IDMAP). The descriptor keeps the namespace; the process that was its first member goes.
 */
#include "abi.h"
#include "launcher.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void make_user_namespace(struct context *context, const char *parent)
{
	struct report report = {.type = REPORT_MAPPED};
	char path[32];
	int pidfd, userns;
	pid_t pid = clone_child(context, context->plan->clone_flags, &pidfd);

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	context->pid = pid;
	snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	userns = open(path, O_RDONLY | O_CLOEXEC);
	if (userns >= 0)
		run_steps(context, parent, context->plan->parent_size);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (userns < 0)
		die(context, "open(2)", path);
	report_send(context->report_fd, &report, &userns, 1);
	_exit(0);
}
