/*
 * The plan "start": makes the one child that will be PID 1 and sees it through to exec.
 *
 *     parent (becomes the monitor)                 child (becomes init)
 *     clone3, all namespaces at once  ----------->  waits for "mapped"
 *     cgroups, id maps, rlimits; "mapped" ------->  mounts, /dev, hostname, ...
 *     tells Java: pid, pidfd, network namespace     hands over the console's master
 *     Java moves NICs in: "go"        ----------->  sysctls, capabilities, seccomp
 *     end of the channel = exec worked <----------  exec closes the channel
 *
 * A failure on either side, or a daemon that dies before "go", ends both: nothing half made stays.
 */
#include "abi.h"
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void be_init(struct context *context, const char *steps)
{
	struct report mapped;
	int none;

	context->stage = "wait for the id map";
	/* Also the end of a parent that failed: then nobody is left to tell. */
	if (report_receive(context->sync_fd, &mapped, &none) <= 0)
		_exit(125);
	run_steps(context, steps, context->plan->child_size);
	_exit(125);
}

static _Noreturn void give_up(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	_exit(125);
}

void start_container(struct context *context, const char *parent, const char *child)
{
	const struct plan_header *plan = context->plan;
	struct monitor monitor = {.listen_fd = plan->listen_fd, .run_fd = plan->run_fd, .log_fd = plan->log_fd,
		.console = -1, .listener = -1, .first_client = plan->report_fd, .ring_size = plan->ring_size};
	struct report report = {.type = REPORT_CREATED};
	int channel[2], handed[2], null;
	bool about_to_exec = false;
	char path[32];
	pid_t pid;

	signal(SIGPIPE, SIG_IGN);
	context->stage = "make channel";
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) < 0)
		die(context, "socketpair(2)", "channel to init");
	pid = clone_child(context, plan->clone_flags, &monitor.init_pidfd);
	if (pid == 0) {
		signal(SIGPIPE, SIG_DFL);
		close(channel[0]);
		/* Failures go to the parent, which hands them on: Java hears of one start from one side only. */
		context->sync_fd = context->report_fd = channel[1];
		be_init(context, child);
	}
	close(channel[1]);
	monitor.init = context->pid = pid;
	run_steps(context, parent, plan->parent_size);
	report_send(channel[0], &report, NULL, 0);

	context->stage = "hand over init";
	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	handed[0] = monitor.init_pidfd;
	handed[1] = open(path, O_RDONLY | O_CLOEXEC);
	if (handed[1] < 0)
		die(context, "open(2)", path);
	report.a = pid;
	report_send(plan->report_fd, &report, handed, 2);
	close(handed[1]);

	for (;;) {
		struct pollfd ready[] = {{.fd = channel[0], .events = POLLIN}, {.fd = plan->report_fd, .events = POLLIN}};
		int passed;

		if (poll(ready, 2, -1) < 0)
			continue;
		if (ready[1].revents != 0) {
			struct request go;

			if (recv(plan->report_fd, &go, sizeof(go), 0) <= 0)
				give_up(pid);
			report.type = REPORT_RUNNING;
			report_send(channel[0], &report, NULL, 0);
		}
		if (ready[0].revents == 0)
			continue;
		if (report_receive(channel[0], &report, &passed) <= 0)
			break;
		if (report.type == REPORT_FAILED) {
			report_send(plan->report_fd, &report, NULL, 0);
			give_up(pid);
		}
		if (report.type == REPORT_ANSWER)
			monitor.console = passed;
		else if (report.type == REPORT_LISTENER)
			monitor.listener = passed;
		else
			about_to_exec = report.type == REPORT_RUNNING;
	}
	if (!about_to_exec) {
		report_failure(plan->report_fd, "start init", "clone3(2)", "init was killed before it could run", ECHILD);
		give_up(pid);
	}
	close(channel[0]);
	report = (struct report){.type = REPORT_RUNNING, .a = pid};
	report_send(plan->report_fd, &report, NULL, 0);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int i = 0; i < 3; i++)
		dup2(null, i);
	if (null > 2)
		close(null);
	watch_container(&monitor);
}
