/*
 * The plan "proxy": forwards connections from where Java has opened sockets to where the table says, until the
 * container's init ends or somebody ends this process. It is the daemon's no longer once it has said that it runs, so
 * connections outlive a restart of the daemon.
 *
 * The side that it connects to is the one it has entered (steps of the plan: setns(2), then the ids to be). It holds the
 * network namespace of a container open, and therefore ends with its init: that is the pidfd in the epoll.
 */
#include "proxy.h"

#include "abi.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define EVENTS 64

struct proxy proxy;

/* Asks for events; 0 keeps the descriptor known and quiet. */
bool watch(struct watched *watched, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = watched};
	int operation = watched->events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

	if (watched->events == events)
		return true;
	if (events == 0)
		operation = EPOLL_CTL_DEL;
	if (epoll_ctl(proxy.epoll, operation, watched->fd, &event) < 0)
		return false;
	watched->events = events;
	return true;
}

/* Closing ends what epoll knows of a descriptor, as no other process has it. */
void forget(struct watched *watched)
{
	if (watched->fd >= 0) {
		watch(watched, 0);
		close(watched->fd);
	}
	watched->fd = -1;
	watched->events = 0;
}

void resume_accepting(void)
{
	for (uint32_t i = 0; i < proxy.listeners; i++)
		if (proxy.all[i].paused) {
			proxy.all[i].paused = false;
			watch(&proxy.all[i].watched, EPOLLIN);
		}
}

static void init_ended(struct watched *self, uint32_t events)
{
	(void)self;
	(void)events;
	_exit(0);
}

static void listen_to(struct context *context, const char *table)
{
	struct proxy_table head;
	const struct proxy_target *targets;
	const struct proxy_listener *listeners;

	memcpy(&head, table, sizeof(head));
	listeners = (const struct proxy_listener *)(table + sizeof(head));
	targets = (const struct proxy_target *)(listeners + head.listeners);
	context->stage = "listen";
	proxy.header = head.header != 0;
	proxy.listeners = head.listeners;
	proxy.all = calloc(head.listeners, sizeof(*proxy.all));
	if (proxy.all == NULL)
		die(context, "calloc(3)", "listeners");
	for (uint32_t i = 0; i < head.listeners; i++) {
		struct listener *listener = &proxy.all[i];

		listener->kind = listeners[i].kind;
		listener->target = &targets[head.targets == 1 ? 0 : i];
		listener->watched.fd = listeners[i].fd;
		listener->watched.ready = listener->kind == PROXY_UDP ? datagram_arrived : stream_accept;
		fcntl(listener->watched.fd, F_SETFD, FD_CLOEXEC);
		if (listener->kind == PROXY_UDP && !datagram_prepare(listener))
			die(context, "setsockopt(2)", "address of datagrams");
		if (!watch(&listener->watched, EPOLLIN))
			die(context, "epoll_ctl(2)", "listener");
	}
}

_Noreturn void forward_connections(struct context *context, const char *parent, const char *table)
{
	struct watched init = {.ready = init_ended, .fd = context->plan->pidfd};
	struct report running = {.type = REPORT_RUNNING};
	struct epoll_event events[EVENTS];
	struct rlimit files;
	struct timespec now;

	prctl(PR_SET_NAME, "lightvisor-prx");
	/* A descriptor or two for each connection, and as many as the host allows. */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	context->stage = "make epoll";
	proxy.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (proxy.epoll < 0)
		die(context, "epoll_create1(2)", "proxy");
	if (!watch(&init, EPOLLIN))
		die(context, "epoll_ctl(2)", "pidfd of init");
	run_steps(context, parent, context->plan->parent_size);
	listen_to(context, table);
	report_send(context->report_fd, &running, NULL, 0);
	close(context->report_fd);
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		/* Only sessions of datagrams have no other end than time. */
		int count = epoll_wait(proxy.epoll, events, EVENTS, datagram_waiting() ? 10000 : -1);

		clock_gettime(CLOCK_MONOTONIC, &now);
		proxy.now = now.tv_sec;
		for (int i = 0; i < count; i++) {
			struct watched *watched = events[i].data.ptr;

			/* An earlier event of this round may have closed it; what it lies in is freed after the round. */
			if (watched->fd >= 0)
				watched->ready(watched, events[i].events);
		}
		datagram_expire();
		stream_free_closed();
	}
}
