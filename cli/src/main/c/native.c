/*
 * What the command `lxc` needs of the operating system, as functions of io.lightvisor.cli.terminal.Native. Registered by the
 * starter: loading a library, or the JDK's own sockets, would each cost more than the command. Results below zero are
 * negative errnos.
 */
#define _GNU_SOURCE
#include "jstart.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

enum { BUFFER = 32 * 1024 };

static struct termios saved_mode;
static volatile sig_atomic_t is_raw;
static int signal_pipe[2] = {-1, -1};

static jint native_connect(JNIEnv *env, jclass class, jbyteArray path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	jsize length = (*env)->GetArrayLength(env, path);
	int fd;

	(void)class;
	if (length <= 0 || (size_t)length >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	(*env)->GetByteArrayRegion(env, path, 0, length, (jbyte *)address.sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		int error = errno;

		close(fd);
		return -error;
	}
	return fd;
}

static jint native_read(JNIEnv *env, jclass class, jint fd, jbyteArray into, jint from, jint length)
{
	char buffer[BUFFER];
	ssize_t n;

	(void)class;
	do
		n = read(fd, buffer, length < BUFFER ? (size_t)length : BUFFER);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	(*env)->SetByteArrayRegion(env, into, from, (jsize)n, (const jbyte *)buffer);
	return (jint)n;
}

static jint native_write(JNIEnv *env, jclass class, jint fd, jbyteArray bytes, jint from, jint length)
{
	char buffer[BUFFER];
	jint done = 0;

	(void)class;
	while (done < length) {
		jint part = length - done < BUFFER ? length - done : BUFFER;
		jint sent = 0;

		(*env)->GetByteArrayRegion(env, bytes, from + done, part, (jbyte *)buffer);
		if ((*env)->ExceptionCheck(env))
			return -EFAULT;
		while (sent < part) {
			ssize_t n = send(fd, buffer + sent, (size_t)(part - sent), MSG_NOSIGNAL);

			if (n < 0 && errno == EINTR)
				continue;
			if (n < 0)
				return -errno;
			sent += (jint)n;
		}
		done += part;
	}
	return length;
}

static void native_shutdown(JNIEnv *env, jclass class, jint fd)
{
	(void)env;
	(void)class;
	shutdown(fd, SHUT_RDWR);
}

static void native_close(JNIEnv *env, jclass class, jint fd)
{
	(void)env;
	(void)class;
	close(fd);
}

static jboolean native_is_terminal(JNIEnv *env, jclass class, jint fd)
{
	struct termios mode;

	(void)env;
	(void)class;
	return tcgetattr(fd, &mode) == 0 ? JNI_TRUE : JNI_FALSE;
}

static jint native_size(JNIEnv *env, jclass class, jint fd)
{
	struct winsize size;

	(void)env;
	(void)class;
	if (ioctl(fd, TIOCGWINSZ, &size) < 0)
		return -errno;
	return size.ws_col << 16 | size.ws_row;
}

void restore_terminal(void)
{
	if (is_raw) {
		is_raw = 0;
		tcsetattr(0, TCSADRAIN, &saved_mode);
	}
}

/* Whoever ends us while the terminal is raw must not leave it so. */
static void on_fatal(int number)
{
	restore_terminal();
	signal(number, SIG_DFL);
	raise(number);
}

static void restore_when_killed(int number)
{
	struct sigaction action;

	if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_DFL) {
		action = (struct sigaction){.sa_handler = on_fatal};
		sigaction(number, &action, NULL);
	}
}

static jint native_raw(JNIEnv *env, jclass class, jint fd)
{
	struct termios mode;

	(void)env;
	(void)class;
	if (tcgetattr(fd, &mode) < 0)
		return -errno;
	if (!is_raw)
		saved_mode = mode;
	cfmakeraw(&mode);
	if (tcsetattr(fd, TCSADRAIN, &mode) < 0)
		return -errno;
	if (!is_raw)
		atexit(restore_terminal);
	is_raw = 1;
	restore_when_killed(SIGHUP);
	restore_when_killed(SIGTERM);
	return 0;
}

static void native_restore(JNIEnv *env, jclass class, jint fd)
{
	(void)env;
	(void)class;
	(void)fd;
	restore_terminal();
}

static void native_echo(JNIEnv *env, jclass class, jint fd, jboolean on)
{
	struct termios mode;

	(void)env;
	(void)class;
	if (tcgetattr(fd, &mode) < 0)
		return;
	mode.c_lflag = on ? mode.c_lflag | ECHO : mode.c_lflag & ~(tcflag_t)ECHO;
	tcsetattr(fd, TCSADRAIN, &mode);
}

/* Only passes the number on: whoever waits in native_next_signal decides. */
static void on_signal(int number)
{
	int error = errno;
	char byte = (char)number;

	if (write(signal_pipe[1], &byte, 1) < 0)
		errno = 0;
	errno = error;
}

static void native_watch(JNIEnv *env, jclass class, jintArray numbers)
{
	jint list[16];
	jsize count = (*env)->GetArrayLength(env, numbers);
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	(void)class;
	if (count > 16)
		count = 16;
	if (signal_pipe[0] < 0 && pipe2(signal_pipe, O_CLOEXEC) < 0)
		return;
	(*env)->GetIntArrayRegion(env, numbers, 0, count, list);
	for (jsize i = 0; i < count; i++)
		sigaction(list[i], &action, NULL);
}

static jint native_next_signal(JNIEnv *env, jclass class)
{
	char byte;
	ssize_t n;

	(void)env;
	(void)class;
	do
		n = read(signal_pipe[0], &byte, 1);
	while (n < 0 && errno == EINTR);
	return n == 1 ? byte : -1;
}

static jstring native_error_text(JNIEnv *env, jclass class, jint number)
{
	char buffer[128];

	(void)class;
	return (*env)->NewStringUTF(env, strerror_r(number, buffer, sizeof(buffer)));
}

/*
 * The JVM catches these to end in its own time; a command is to end at once, as any other. What was ignored (nohup) stays so.
 */
static void let_signals_end_us(void)
{
	static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	struct sigaction action;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (sigaction(numbers[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN) {
			action = (struct sigaction){.sa_handler = SIG_DFL};
			sigaction(numbers[i], &action, NULL);
		}
	}
}

int register_native(JNIEnv *env)
{
	static const JNINativeMethod methods[] = {
		{(char *)"connect", (char *)"([B)I", (void *)native_connect},
		{(char *)"read", (char *)"(I[BII)I", (void *)native_read},
		{(char *)"write", (char *)"(I[BII)I", (void *)native_write},
		{(char *)"shutdown", (char *)"(I)V", (void *)native_shutdown},
		{(char *)"close", (char *)"(I)V", (void *)native_close},
		{(char *)"isTerminal", (char *)"(I)Z", (void *)native_is_terminal},
		{(char *)"size", (char *)"(I)I", (void *)native_size},
		{(char *)"raw", (char *)"(I)I", (void *)native_raw},
		{(char *)"restore", (char *)"(I)V", (void *)native_restore},
		{(char *)"echo", (char *)"(IZ)V", (void *)native_echo},
		{(char *)"watch", (char *)"([I)V", (void *)native_watch},
		{(char *)"nextSignal", (char *)"()I", (void *)native_next_signal},
		{(char *)"errorText", (char *)"(I)Ljava/lang/String;", (void *)native_error_text},
	};
	jclass class = (*env)->FindClass(env, "io/lightvisor/cli/terminal/Native");
	jfieldID there;

	if (class == NULL)
		return -1;
	if ((*env)->RegisterNatives(env, class, methods, sizeof(methods) / sizeof(methods[0])) != 0)
		return -1;
	there = (*env)->GetStaticFieldID(env, class, "there", "Z");
	if (there == NULL)
		return -1;
	(*env)->SetStaticBooleanField(env, class, there, JNI_TRUE);
	let_signals_end_us();
	return 0;
}
