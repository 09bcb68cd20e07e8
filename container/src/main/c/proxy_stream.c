/*
 * Connections of bytes: TCP and unix sockets among each other, and to UDP.
 *
 * Between two of TCP the bytes move by splice(2) through a pipe and are never copied here. Pipes are shared: a direction
 * holds one only while it has bytes that its other side does not take yet, so a quiet connection is two descriptors.
 * Between unix sockets descriptors may travel (SCM_RIGHTS), which splice would lose; and towards UDP the bounds of reads
 * are those of the datagrams. Both go through a buffer.
 */
#include "proxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define CHUNK (256 * 1024)
#define BUFFER (64 * 1024)
#define LARGEST_DATAGRAM 65507
#define MOST_FDS 32
#define ROUNDS 16 /* reads of one direction before others have their turn */
#define KEPT_PIPES 32

struct connection;

struct side {
	struct watched watched;
	struct connection *connection;
	bool ended; /* nothing more comes from it */
};

/* From side I to the other one. */
struct direction {
	size_t pending; /* bytes read and not yet written */
	int pipe[2];
	char *buffer;
	size_t at; /* of the first pending byte in the buffer */
	int fds[MOST_FDS];
	int count;
	bool closed; /* the other side has been told the end */
};

struct connection {
	struct side sides[2]; /* accepted, connected */
	struct direction directions[2];
	struct connection *next;
	bool connecting, spliced, closed, datagrams;
};

static struct connection *closed_ones;
static int pipes[KEPT_PIPES][2];
static int pipe_count;

static bool take_pipe(int pipe[2])
{
	if (pipe_count > 0) {
		pipe_count--;
		memcpy(pipe, pipes[pipe_count], 2 * sizeof(int));
		return true;
	}
	if (pipe2(pipe, O_NONBLOCK | O_CLOEXEC) < 0) {
		pipe[0] = pipe[1] = -1;
		return false;
	}
	/* Refused above a limit per user; then it is smaller. */
	fcntl(pipe[1], F_SETPIPE_SZ, CHUNK);
	return true;
}

/* An empty one is kept for the next. */
static void give_pipe(int pipe[2], bool empty)
{
	if (pipe[0] < 0)
		return;
	if (empty && pipe_count < KEPT_PIPES) {
		memcpy(pipes[pipe_count], pipe, 2 * sizeof(int));
		pipe_count++;
	} else {
		close(pipe[0]);
		close(pipe[1]);
	}
	pipe[0] = pipe[1] = -1;
}

static void drop_fds(struct direction *direction)
{
	for (int i = 0; i < direction->count; i++)
		close(direction->fds[i]);
	direction->count = 0;
}

static void close_connection(struct connection *connection)
{
	if (connection->closed)
		return;
	connection->closed = true;
	for (int i = 0; i < 2; i++) {
		struct direction *direction = &connection->directions[i];

		forget(&connection->sides[i].watched);
		give_pipe(direction->pipe, direction->pending == 0);
		drop_fds(direction);
		free(direction->buffer);
		direction->buffer = NULL;
	}
	connection->next = closed_ones;
	closed_ones = connection;
	resume_accepting();
}

/* Events of the same round may still point to them, so they are freed after it. */
void stream_free_closed(void)
{
	while (closed_ones != NULL) {
		struct connection *next = closed_ones->next;

		free(closed_ones);
		closed_ones = next;
	}
}

/* How a read or write ended when it moved nothing. */
enum outcome { MOVED, WAITS, ENDED, BROKEN };

static enum outcome why(ssize_t result)
{
	if (result > 0)
		return MOVED;
	if (result == 0)
		return ENDED;
	return errno == EAGAIN || errno == EINTR ? WAITS : BROKEN;
}

static enum outcome read_message(int from, struct direction *direction, size_t most)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(MOST_FDS * sizeof(int))];
	} control;
	struct iovec bytes = {direction->buffer, most};
	struct msghdr message = {
		.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
	ssize_t got = recvmsg(from, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);

	if (got < 0)
		return why(got);
	for (struct cmsghdr *at = CMSG_FIRSTHDR(&message); at != NULL; at = CMSG_NXTHDR(&message, at))
		if (at->cmsg_level == SOL_SOCKET && at->cmsg_type == SCM_RIGHTS) {
			int count = (int)((at->cmsg_len - CMSG_LEN(0)) / sizeof(int));

			for (int i = 0; i < count; i++) {
				int fd;

				memcpy(&fd, CMSG_DATA(at) + (size_t)i * sizeof(int), sizeof(fd));
				if (direction->count < MOST_FDS)
					direction->fds[direction->count++] = fd;
				else
					close(fd);
			}
		}
	direction->at = 0;
	direction->pending = (size_t)got;
	return why(got);
}

static enum outcome write_message(int to, struct direction *direction)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(MOST_FDS * sizeof(int))];
	} control;
	struct iovec bytes = {direction->buffer + direction->at, direction->pending};
	struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
	ssize_t put;

	if (direction->count > 0) {
		size_t size = (size_t)direction->count * sizeof(int);

		memset(&control, 0, sizeof(control));
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(size);
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(size);
		memcpy(CMSG_DATA(&control.head), direction->fds, size);
	}
	put = sendmsg(to, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	/* Only a unix socket takes descriptors. */
	if (put < 0 && direction->count > 0 && errno != EAGAIN && errno != EINTR) {
		message.msg_controllen = 0;
		put = sendmsg(to, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	}
	if (put > 0) {
		drop_fds(direction);
		direction->at += (size_t)put;
		direction->pending -= (size_t)put;
	}
	return why(put);
}

static enum outcome read_some(struct connection *connection, int i)
{
	struct direction *direction = &connection->directions[i];
	int from = connection->sides[i].watched.fd;
	ssize_t got;

	if (!connection->spliced) {
		if (direction->buffer == NULL)
			direction->buffer = malloc(BUFFER);
		if (direction->buffer == NULL)
			return BROKEN;
		return read_message(from, direction, connection->datagrams && i == 0 ? LARGEST_DATAGRAM : BUFFER);
	}
	if (direction->pipe[0] < 0 && !take_pipe(direction->pipe))
		return BROKEN;
	got = splice(from, NULL, direction->pipe[1], NULL, CHUNK, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
	if (got > 0)
		direction->pending += (size_t)got;
	else
		give_pipe(direction->pipe, true);
	return why(got);
}

static enum outcome write_some(struct connection *connection, int i)
{
	struct direction *direction = &connection->directions[i];
	int to = connection->sides[1 - i].watched.fd;
	ssize_t put;

	if (!connection->spliced)
		return write_message(to, direction);
	put = splice(direction->pipe[0], NULL, to, NULL, direction->pending, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
	if (put > 0)
		direction->pending -= (size_t)put;
	return why(put);
}

/* Moves what can be moved one way; false if the connection is broken. */
static bool move(struct connection *connection, int i)
{
	struct direction *direction = &connection->directions[i];
	struct side *from = &connection->sides[i];

	for (int round = 0; round < ROUNDS; round++) {
		enum outcome outcome;

		if (direction->pending > 0) {
			outcome = write_some(connection, i);
			/* A datagram that nobody takes is lost, as datagrams are. */
			if (outcome == BROKEN && connection->datagrams && i == 0)
				direction->pending = 0;
			else if (outcome == BROKEN || outcome == ENDED)
				return false;
			if (outcome == WAITS)
				return true;
			continue;
		}
		give_pipe(direction->pipe, true);
		if (from->ended)
			break;
		outcome = read_some(connection, i);
		if (outcome == WAITS)
			return true;
		if (outcome == BROKEN) {
			/* The answer "nobody there" to a datagram is no end of the connection. */
			if (!(connection->datagrams && i == 1))
				return false;
			return true;
		}
		if (outcome == ENDED && !(connection->datagrams && i == 1))
			from->ended = true;
	}
	if (from->ended && direction->pending == 0 && !direction->closed) {
		direction->closed = true;
		shutdown(connection->sides[1 - i].watched.fd, SHUT_WR);
	}
	return true;
}

/* Waits for what the state of both directions needs. */
static void rearm(struct connection *connection)
{
	struct direction *out = &connection->directions[0], *in = &connection->directions[1];

	if ((out->closed && in->closed) || (connection->datagrams && out->closed)) {
		close_connection(connection);
		return;
	}
	for (int i = 0; i < 2; i++) {
		struct side *side = &connection->sides[i];
		uint32_t events = 0;

		if (connection->directions[i].pending == 0 && !side->ended)
			events |= EPOLLIN;
		if (connection->directions[1 - i].pending > 0)
			events |= EPOLLOUT;
		if (!watch(&side->watched, events)) {
			close_connection(connection);
			return;
		}
	}
}

/* "PROXY TCP4 SOURCE DESTINATION PORT PORT", The PROXY protocol, version 1. */
static size_t proxy_line(int accepted, char *line, size_t room)
{
	struct sockaddr_storage peer = {0}, local = {0};
	socklen_t length = sizeof(peer);
	char from[INET6_ADDRSTRLEN], to[INET6_ADDRSTRLEN];

	getpeername(accepted, (struct sockaddr *)&peer, &length);
	length = sizeof(local);
	getsockname(accepted, (struct sockaddr *)&local, &length);
	if (peer.ss_family == AF_INET6) {
		struct sockaddr_in6 *p = (struct sockaddr_in6 *)&peer, *l = (struct sockaddr_in6 *)&local;
		bool four = IN6_IS_ADDR_V4MAPPED(&p->sin6_addr);

		inet_ntop(four ? AF_INET : AF_INET6, four ? (void *)&p->sin6_addr.s6_addr[12] : &p->sin6_addr, from, sizeof(from));
		inet_ntop(four ? AF_INET : AF_INET6, four ? (void *)&l->sin6_addr.s6_addr[12] : &l->sin6_addr, to, sizeof(to));
		return (size_t)snprintf(line, room, "PROXY TCP%c %s %s %u %u\r\n", four ? '4' : '6', from, to, ntohs(p->sin6_port),
			ntohs(l->sin6_port));
	}
	if (peer.ss_family == AF_INET) {
		struct sockaddr_in *p = (struct sockaddr_in *)&peer, *l = (struct sockaddr_in *)&local;

		inet_ntop(AF_INET, &p->sin_addr, from, sizeof(from));
		inet_ntop(AF_INET, &l->sin_addr, to, sizeof(to));
		return (size_t)snprintf(
			line, room, "PROXY TCP4 %s %s %u %u\r\n", from, to, ntohs(p->sin_port), ntohs(l->sin_port));
	}
	return (size_t)snprintf(line, room, "PROXY UNKNOWN\r\n");
}

static void connected(struct connection *connection)
{
	int error = 0;
	socklen_t length = sizeof(error);
	int to = connection->sides[1].watched.fd;

	if (getsockopt(to, SOL_SOCKET, SO_ERROR, &error, &length) < 0 || error != 0) {
		close_connection(connection);
		return;
	}
	connection->connecting = false;
	if (proxy.header) {
		char line[108];
		size_t size = proxy_line(connection->sides[0].watched.fd, line, sizeof(line));

		/* The queue of a new connection is empty and takes so little at once. */
		if (send(to, line, size, MSG_NOSIGNAL) != (ssize_t)size) {
			close_connection(connection);
			return;
		}
	}
	rearm(connection);
}

static void side_ready(struct watched *self, uint32_t events)
{
	struct side *side = (struct side *)self;
	struct connection *connection = side->connection;
	(void)events;

	if (connection->closed)
		return;
	if (connection->connecting) {
		if (side == &connection->sides[1])
			connected(connection);
		return;
	}
	if (!move(connection, 0) || !move(connection, 1)) {
		close_connection(connection);
		return;
	}
	/* Both are gone, whatever was on its way. */
	if ((events & EPOLLERR) != 0 && !connection->datagrams) {
		close_connection(connection);
		return;
	}
	rearm(connection);
}

/* Whoever writes decides when to send: two hops that both gather add up to a visible delay. And a peer that is gone
 * without a word must be noticed some day. */
static void set_up(int tcp)
{
	int one = 1;

	setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(tcp, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
}

static void begin(const struct listener *listener, int accepted)
{
	const struct proxy_target *target = listener->target;
	struct connection *connection = calloc(1, sizeof(*connection));
	const struct sockaddr *address = (const struct sockaddr *)target->address;
	int type = target->kind == PROXY_UDP ? SOCK_DGRAM : SOCK_STREAM;
	int to;

	if (connection == NULL) {
		close(accepted);
		return;
	}
	to = socket(address->sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	for (int i = 0; i < 2; i++) {
		connection->sides[i].watched = (struct watched){.ready = side_ready, .fd = i == 0 ? accepted : to};
		connection->sides[i].connection = connection;
		connection->directions[i].pipe[0] = connection->directions[i].pipe[1] = -1;
	}
	connection->datagrams = target->kind == PROXY_UDP;
	connection->spliced = !connection->datagrams && (listener->kind != PROXY_UNIX || target->kind != PROXY_UNIX);
	if (to < 0) {
		close_connection(connection);
		return;
	}
	if (listener->kind == PROXY_TCP)
		set_up(accepted);
	if (target->kind == PROXY_TCP)
		set_up(to);
	connection->connecting = true;
	if (connect(to, address, target->length) == 0) {
		connected(connection);
		return;
	}
	if (errno != EINPROGRESS || !watch(&connection->sides[1].watched, EPOLLOUT))
		close_connection(connection);
}

void stream_accept(struct watched *self, uint32_t events)
{
	struct listener *listener = (struct listener *)self;
	(void)events;

	for (int i = 0; i < ROUNDS; i++) {
		int accepted = accept4(self->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (accepted >= 0) {
			begin(listener, accepted);
			continue;
		}
		/* What waits in the queue would wake us without end: it waits until a connection has ended. */
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
			listener->paused = true;
			watch(self, 0);
		}
		return;
	}
}
