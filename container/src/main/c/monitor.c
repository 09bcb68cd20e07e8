/*
 * The life of a container's parent: keeps the console, answers the daemon, and writes down how init ended. It sleeps in
 * epoll(7) without a timeout, so an idle container costs no wake-up.
 *
 * The console's output goes into a ring buffer; whoever is attached reads from that buffer at its own pace. So a slow or
 * stuck reader never holds up the guest, and loses only what the ring has lost too.
 */
#include "abi.h"
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLIENTS 16

static struct {
	struct monitor m;
	int epoll, reader; /* reader: our end of the attached console stream, or -1 */
	int client[CLIENTS];
	char *ring;
	uint64_t written, cleared, read_up_to; /* counts of bytes since the start */
	char typed[4096];
	size_t typed_from, typed_to;
	bool console_idle; /* no process inside has it open */
	uint32_t console_mask, reader_mask;
} self;

static void watch(int operation, int fd, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.fd = fd};

	epoll_ctl(self.epoll, operation, fd, &event);
}

static uint64_t oldest(void)
{
	uint64_t kept = self.written > self.m.ring_size ? self.written - self.m.ring_size : 0;

	return kept > self.cleared ? kept : self.cleared;
}

/* The longest piece of the ring from a position that lies in one stretch of memory. */
static size_t stretch(uint64_t from, const char **start)
{
	uint64_t at = from & (self.m.ring_size - 1), length = self.written - from;

	*start = self.ring + at;
	return (size_t)(length < self.m.ring_size - at ? length : self.m.ring_size - at);
}

static void copy_ring_to(int fd)
{
	const char *start;
	size_t length;

	for (uint64_t at = oldest(); (length = stretch(at, &start)) > 0;) {
		ssize_t done = write(fd, start, length);

		if (done <= 0)
			return;
		at += (uint64_t)done;
	}
}

static void drop_reader(void)
{
	if (self.reader < 0)
		return;
	close(self.reader);
	self.reader = -1;
	self.typed_from = self.typed_to = 0;
}

/*
 * What epoll must wake us for follows from the state alone. A master whose slave nobody holds open is "hung up" for ever,
 * but may be opened again (getty does): edge-triggered it is told once and then only when something comes.
 */
static void watch_console(void)
{
	bool pending = self.typed_to > self.typed_from;
	uint32_t console = EPOLLIN | (pending ? EPOLLOUT : 0u) | (self.console_idle ? (uint32_t)EPOLLET : 0u);
	uint32_t reader = (pending ? 0u : EPOLLIN | EPOLLRDHUP) | (self.read_up_to < self.written ? EPOLLOUT : 0u);

	if (self.m.console >= 0 && console != self.console_mask)
		watch(EPOLL_CTL_MOD, self.m.console, self.console_mask = console);
	if (self.reader >= 0 && reader != self.reader_mask)
		watch(EPOLL_CTL_MOD, self.reader, self.reader_mask = reader);
}

static void feed_reader(void)
{
	const char *start;
	size_t length;

	if (self.reader < 0)
		return;
	if (self.read_up_to < oldest())
		self.read_up_to = oldest();
	while ((length = stretch(self.read_up_to, &start)) > 0) {
		ssize_t sent = send(self.reader, start, length, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0) {
			if (errno != EAGAIN && errno != EINTR)
				drop_reader();
			return;
		}
		self.read_up_to += (uint64_t)sent;
	}
}

static void feed_console(void)
{
	while (self.typed_to > self.typed_from) {
		ssize_t done = write(self.m.console, self.typed + self.typed_from, self.typed_to - self.typed_from);

		if (done <= 0)
			return;
		self.typed_from += (size_t)done;
	}
	self.typed_from = self.typed_to = 0;
}

/* Answers whether the console is still there: with no one inside holding it, the master reads as EIO. */
static bool read_console(void)
{
	for (int rounds = 0; rounds < 64; rounds++) {
		uint64_t at = self.written & (self.m.ring_size - 1);
		ssize_t got = read(self.m.console, self.ring + at, self.m.ring_size - at);

		if (got <= 0)
			return got < 0 && errno == EAGAIN;
		self.written += (uint64_t)got;
		feed_reader();
	}
	return true;
}

static void on_reader(uint32_t events)
{
	if ((events & EPOLLIN) != 0 && self.typed_to == 0) {
		ssize_t got = recv(self.reader, self.typed, sizeof(self.typed), MSG_DONTWAIT);

		if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
			drop_reader();
			return;
		}
		self.typed_to = got > 0 ? (size_t)got : 0;
		feed_console();
	} else if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
		drop_reader();
		return;
	}
	feed_reader();
}

static void attach_reader(int client, bool take_over)
{
	struct report answer = {.type = REPORT_ANSWER};
	int pair[2];

	if (self.reader >= 0 && !take_over) {
		answer.error = EBUSY;
		report_send(client, &answer, NULL, 0);
		return;
	}
	drop_reader();
	if (self.m.console < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0) {
		answer.error = self.m.console < 0 ? ENXIO : errno;
		report_send(client, &answer, NULL, 0);
		return;
	}
	report_send(client, &answer, &pair[1], 1);
	close(pair[1]);
	self.reader = pair[0];
	/* A new reader sees what comes from now on; what was is in the log. */
	self.read_up_to = self.written;
	watch(EPOLL_CTL_ADD, self.reader, self.reader_mask = EPOLLIN | EPOLLRDHUP);
}

static void answer_ring(int client)
{
	struct report answer = {.type = REPORT_ANSWER};
	int file = memfd_create("console", MFD_CLOEXEC);

	if (file < 0) {
		answer.error = errno;
		report_send(client, &answer, NULL, 0);
		return;
	}
	copy_ring_to(file);
	report_send(client, &answer, &file, 1);
	close(file);
}

static void answer_request(int client, const struct request *request)
{
	struct report answer = {.type = REPORT_ANSWER, .a = self.m.init};
	struct winsize size = {.ws_col = (unsigned short)request->a, .ws_row = (unsigned short)request->b};

	switch (request->code) {
	case REQUEST_STATUS:
		report_send(client, &answer, &self.m.init_pidfd, 1);
		return;
	case REQUEST_CONSOLE:
		attach_reader(client, request->a == 1);
		return;
	case REQUEST_READ_RING:
		answer_ring(client);
		return;
	case REQUEST_LISTENER:
		answer.error = self.m.listener < 0 ? ENOENT : 0;
		report_send(client, &answer, &self.m.listener, self.m.listener < 0 ? 0 : 1);
		return;
	case REQUEST_RESIZE:
		if (self.m.console < 0 || ioctl(self.m.console, TIOCSWINSZ, &size) < 0)
			answer.error = self.m.console < 0 ? ENXIO : errno;
		break;
	case REQUEST_CLEAR_RING:
		self.cleared = self.written;
		break;
	default:
		answer.error = ENOSYS;
	}
	report_send(client, &answer, NULL, 0);
}

static void add_client(int fd)
{
	for (int i = 0; i < CLIENTS; i++)
		if (self.client[i] < 0) {
			self.client[i] = fd;
			watch(EPOLL_CTL_ADD, fd, EPOLLIN);
			return;
		}
	close(fd);
}

static void on_client(int fd)
{
	struct request request;
	ssize_t got = recv(fd, &request, sizeof(request), MSG_DONTWAIT);

	if (got == (ssize_t)sizeof(request)) {
		answer_request(fd, &request);
		return;
	}
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	for (int i = 0; i < CLIENTS; i++)
		if (self.client[i] == fd)
			self.client[i] = -1;
	close(fd);
}

/* Written beside and renamed, so that a reader finds all of it or none. */
static void write_status(const siginfo_t *end)
{
	char text[64];
	int length = snprintf(text, sizeof(text), "%s %d\n", end->si_code == CLD_EXITED ? "exited" : "killed", end->si_status);
	int fd = openat(self.m.run_fd, "status.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		return;
	if (write(fd, text, (size_t)length) == length)
		renameat(self.m.run_fd, "status.new", self.m.run_fd, "status");
	close(fd);
}

/* The order is a promise: who hears of the end finds the status and the console's log already written. */
static _Noreturn void finish(void)
{
	struct report end = {.type = REPORT_EXITED};
	siginfo_t info = {0};

	while (waitid(LV_P_PIDFD, (id_t)self.m.init_pidfd, &info, WEXITED) < 0 && errno == EINTR)
		;
	if (self.m.console >= 0)
		read_console();
	if (self.m.log_fd >= 0 && ftruncate(self.m.log_fd, 0) == 0)
		copy_ring_to(self.m.log_fd);
	write_status(&info);
	end.a = info.si_code == CLD_EXITED ? CLD_EXITED : CLD_KILLED;
	end.b = info.si_status;
	for (int i = 0; i < CLIENTS; i++)
		if (self.client[i] >= 0)
			report_send(self.client[i], &end, NULL, 0);
	_exit(0);
}

static void on_console(uint32_t events)
{
	if ((events & EPOLLOUT) != 0)
		feed_console();
	if ((events & (EPOLLIN | EPOLLHUP)) != 0)
		self.console_idle = !read_console();
}

void watch_container(const struct monitor *monitor)
{
	self.m = *monitor;
	self.reader = -1;
	for (int i = 0; i < CLIENTS; i++)
		self.client[i] = -1;
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	self.epoll = epoll_create1(EPOLL_CLOEXEC);
	self.ring = mmap(NULL, self.m.ring_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (self.epoll < 0 || self.ring == MAP_FAILED)
		_exit(125);
	watch(EPOLL_CTL_ADD, self.m.init_pidfd, EPOLLIN);
	watch(EPOLL_CTL_ADD, self.m.listen_fd, EPOLLIN);
	if (self.m.console >= 0)
		watch(EPOLL_CTL_ADD, self.m.console, self.console_mask = EPOLLIN);
	add_client(self.m.first_client);
	for (;;) {
		struct epoll_event events[8];
		int count = epoll_wait(self.epoll, events, 8, -1);

		for (int i = 0; i < count; i++) {
			int fd = events[i].data.fd;

			if (fd == self.m.init_pidfd) {
				finish();
			} else if (fd == self.m.listen_fd) {
				int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

				if (client >= 0)
					add_client(client);
			} else if (fd == self.m.console) {
				on_console(events[i].events);
				break;
			} else if (fd == self.reader) {
				on_reader(events[i].events);
				break;
			} else {
				on_client(fd);
				break;
			}
		}
		watch_console();
	}
}
