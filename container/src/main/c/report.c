/* The one way to say something to Java: packets of struct report on a SOCK_SEQPACKET socket, with descriptors. */
#include "launcher.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_PASSED 3

/* Never blocks and never fails: a daemon that is gone or does not read must not hold up a container. */
void report_send(int fd, const struct report *report, const int *fds, int count)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(MAX_PASSED * sizeof(int))];
	} control;
	struct iovec bytes = {(void *)report, sizeof(*report)};
	struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};

	if (count > 0) {
		memset(&control, 0, sizeof(control));
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int));
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN((size_t)count * sizeof(int));
		memcpy(CMSG_DATA(&control.head), fds, (size_t)count * sizeof(int));
	}
	while (sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno == EINTR)
		;
}

/* Waits for one packet. The answer is as recv(2)'s; *passed is a descriptor that came along, or -1. */
ssize_t report_receive(int fd, struct report *report, int *passed)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec bytes = {report, sizeof(*report)};
	struct msghdr message = {
		.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
	ssize_t got;

	do
		got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	*passed = -1;
	if (got > 0 && message.msg_controllen >= CMSG_LEN(sizeof(int)) && control.head.cmsg_type == SCM_RIGHTS)
		memcpy(passed, CMSG_DATA(&control.head), sizeof(int));
	return got;
}

void report_failure(int fd, const char *stage, const char *call, const char *subject, int error)
{
	struct report report = {.type = REPORT_FAILED, .error = error};
	size_t at = 0;
	const char *parts[] = {stage, call, subject};

	for (int i = 0; i < 3; i++) {
		size_t room = sizeof(report.text) - at - (size_t)(3 - i);
		size_t length = strlen(parts[i]);

		if (length > room)
			length = room;
		memcpy(report.text + at, parts[i], length);
		at += length + 1;
	}
	report_send(fd, &report, NULL, 0);
}

/* The one way to fail. */
void die(struct context *context, const char *call, const char *subject)
{
	report_failure(context->report_fd, context->stage, call, subject, errno);
	_exit(125);
}
