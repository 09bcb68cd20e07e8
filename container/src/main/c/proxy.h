/* What the files of the proxy share: one thread, one epoll, and what it waits for. */
#ifndef LIGHTVISOR_PROXY_H
#define LIGHTVISOR_PROXY_H

#include "launcher.h"

#include <stddef.h>
#include <sys/socket.h>
#include <time.h>

/* Whatever epoll tells about starts with this. */
struct watched {
	void (*ready)(struct watched *self, uint32_t events);
	int fd;
	uint32_t events; /* asked for now */
};

struct listener {
	struct watched watched;
	uint32_t kind;
	const struct proxy_target *target;
	bool paused; /* no descriptor was free to accept with */
	struct session *sessions;
	unsigned count;
};

struct proxy {
	int epoll;
	bool header;
	uint32_t listeners;
	struct listener *all;
	time_t now;
};

extern struct proxy proxy;

/* proxy.c */
bool watch(struct watched *watched, uint32_t events);
void forget(struct watched *watched);
void resume_accepting(void);

/* proxy_stream.c */
void stream_accept(struct watched *self, uint32_t events);
void stream_free_closed(void);

/* proxy_udp.c */
void datagram_arrived(struct watched *self, uint32_t events);
bool datagram_prepare(const struct listener *listener);
void datagram_expire(void);
bool datagram_waiting(void);

#endif
