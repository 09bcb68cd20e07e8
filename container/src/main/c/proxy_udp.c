/*
 * Datagrams: each sender has a session, a socket of its own towards the target, so that answers find their way back.
 * Nobody says when a session is over: it is after a while of silence.
 */
#include "proxy.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define SILENCE 90 /* seconds; longer than a DNS client waits, and than most NATs keep */
#define MOST_SESSIONS 4096
#define LARGEST 65536
#define BATCH 64

struct session {
	struct watched watched;
	struct listener *listener;
	struct session *next;
	struct sockaddr_storage client;
	socklen_t length;
	/* Which of our addresses was written to: the answer must come from there. */
	_Alignas(struct cmsghdr) char control[64];
	size_t control_length;
	time_t last;
};

static struct session *gone;
static char datagram[LARGEST];
static unsigned sessions;

bool datagram_prepare(const struct listener *listener)
{
	int fd = listener->watched.fd, one = 1, family;
	socklen_t length = sizeof(family);

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &length) < 0)
		return false;
	if (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof(one)) < 0)
		return false;
	return family != AF_INET || setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one)) == 0;
}

bool datagram_waiting(void)
{
	return sessions > 0;
}

static void end(struct listener *listener, struct session **at)
{
	struct session *session = *at;

	*at = session->next;
	listener->count--;
	sessions--;
	forget(&session->watched);
	session->next = gone;
	gone = session;
}

void datagram_expire(void)
{
	while (gone != NULL) {
		struct session *next = gone->next;

		free(gone);
		gone = next;
	}
	for (uint32_t i = 0; sessions > 0 && i < proxy.listeners; i++) {
		struct session **at = &proxy.all[i].sessions;

		while (*at != NULL)
			if (proxy.now - (*at)->last > SILENCE)
				end(&proxy.all[i], at);
			else
				at = &(*at)->next;
	}
}

static void answer(struct watched *self, uint32_t events)
{
	struct session *session = (struct session *)self;
	(void)events;

	session->last = proxy.now;
	for (int i = 0; i < BATCH; i++) {
		ssize_t got = recv(self->fd, datagram, sizeof(datagram), MSG_DONTWAIT);
		struct iovec bytes = {datagram, (size_t)got};
		struct msghdr message = {.msg_name = &session->client,
			.msg_namelen = session->length,
			.msg_iov = &bytes,
			.msg_iovlen = 1,
			.msg_control = session->control_length > 0 ? session->control : NULL,
			.msg_controllen = session->control_length};

		/* Also "nobody there", which is news of an earlier datagram and no end. */
		if (got < 0)
			return;
		sendmsg(session->listener->watched.fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	}
}

/* The address that a datagram was sent to becomes the one that its answer is sent from. */
static void remember(struct session *session, struct msghdr *message)
{
	session->control_length = 0;
	for (struct cmsghdr *at = CMSG_FIRSTHDR(message); at != NULL; at = CMSG_NXTHDR(message, at)) {
		struct cmsghdr *ours = (struct cmsghdr *)session->control;

		if (at->cmsg_level == IPPROTO_IP && at->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;

			memcpy(&info, CMSG_DATA(at), sizeof(info));
			info.ipi_ifindex = 0;
			memcpy(CMSG_DATA(ours), &info, sizeof(info));
			ours->cmsg_len = CMSG_LEN(sizeof(info));
			session->control_length = CMSG_SPACE(sizeof(info));
		} else if (at->cmsg_level == IPPROTO_IPV6 && at->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo info;

			memcpy(&info, CMSG_DATA(at), sizeof(info));
			/* A link-local address means nothing without its link. */
			if (!IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr))
				info.ipi6_ifindex = 0;
			memcpy(CMSG_DATA(ours), &info, sizeof(info));
			ours->cmsg_len = CMSG_LEN(sizeof(info));
			session->control_length = CMSG_SPACE(sizeof(info));
		} else {
			continue;
		}
		ours->cmsg_level = at->cmsg_level;
		ours->cmsg_type = at->cmsg_type;
	}
}

static struct session *session_of(struct listener *listener, struct msghdr *message)
{
	const struct proxy_target *target = listener->target;
	const struct sockaddr *address = (const struct sockaddr *)target->address;
	struct session **at = &listener->sessions, *session;

	for (; *at != NULL; at = &(*at)->next) {
		session = *at;
		if (session->length == message->msg_namelen &&
		    memcmp(&session->client, message->msg_name, session->length) == 0) {
			/* To the front: who writes now writes again. */
			*at = session->next;
			session->next = listener->sessions;
			return listener->sessions = session;
		}
		/* The last of a full list has been silent longest. */
		if (session->next == NULL && listener->count >= MOST_SESSIONS) {
			end(listener, at);
			break;
		}
	}
	session = calloc(1, sizeof(*session));
	if (session == NULL)
		return NULL;
	session->watched.ready = answer;
	session->watched.fd = socket(address->sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (session->watched.fd < 0 || connect(session->watched.fd, address, target->length) < 0 ||
	    !watch(&session->watched, EPOLLIN)) {
		forget(&session->watched);
		free(session);
		return NULL;
	}
	session->listener = listener;
	memcpy(&session->client, message->msg_name, message->msg_namelen);
	session->length = message->msg_namelen;
	session->next = listener->sessions;
	listener->sessions = session;
	listener->count++;
	sessions++;
	return session;
}

void datagram_arrived(struct watched *self, uint32_t events)
{
	struct listener *listener = (struct listener *)self;
	(void)events;

	for (int i = 0; i < BATCH; i++) {
		struct sockaddr_storage client = {0};
		_Alignas(struct cmsghdr) char control[128];
		struct iovec bytes = {datagram, sizeof(datagram)};
		struct msghdr message = {.msg_name = &client,
			.msg_namelen = sizeof(client),
			.msg_iov = &bytes,
			.msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof(control)};
		ssize_t got = recvmsg(self->fd, &message, MSG_DONTWAIT);
		struct session *session;

		if (got < 0)
			return;
		session = session_of(listener, &message);
		if (session == NULL)
			continue;
		remember(session, &message);
		session->last = proxy.now;
		send(session->watched.fd, datagram, (size_t)got, MSG_NOSIGNAL | MSG_DONTWAIT);
	}
}
