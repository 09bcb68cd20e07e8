/*
 * Starts a Java program within this process.
 *
 * A JVM started by libjvm needs no `java`, no shell and no search: that and the flags below are half of a command's start-up
 * time. What to start stands in a file beside the runtime, found through /proc/self/exe, so links to the program
 * (/usr/local/bin/lxc -> PREFIX/bin/lxc) and a moved installation work:
 *
 *     PREFIX/bin/lxc                        this program
 *     PREFIX/lib/lxc.conf                   main=, classpath=, aot=, flag= (again and again)
 *     PREFIX/lib/runtime/lib/server/libjvm.so
 *
 * Names in classpath= and aot= are below PREFIX/lib, those of the class path divided by colons. The name of the
 * configuration is that of the file itself, not of the link. Environment: LIGHTVISOR_JAVA_OPTS adds flags, divided by spaces;
 * LIGHTVISOR_TRAIN=1 ends the JVM properly (a cache is written then) instead of leaving at once, and uses no cache.
 *
 * If the main class has "static int start(byte[][])" that is called and its answer is the exit code; else
 * "static void main(String[])", after which the JVM is waited for.
 */
#define _GNU_SOURCE
#include "jstart.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_OPTIONS = 128, LONGEST = 64 * 1024 };

typedef jint (*create_vm)(JavaVM **, void **, void *);

static const char *program = "jstart";
static char prefix[PATH_MAX];
static char main_class[512];
static JavaVMOption options[MOST_OPTIONS];
static int option_count;

static void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

static void fail(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", program);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	_exit(1);
}

static char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));

static char *text(const char *format, ...)
{
	va_list args;
	char *made;

	va_start(args, format);
	if (vasprintf(&made, format, args) < 0)
		fail("out of memory");
	va_end(args);
	return made;
}

static void add_option(char *option)
{
	if (option_count == MOST_OPTIONS)
		fail("more than %d flags", MOST_OPTIONS);
	options[option_count++].optionString = option;
}

/* Turns "a.jar:b.jar" into "-Djava.class.path=PREFIX/lib/a.jar:PREFIX/lib/b.jar". Names with a leading slash stay. */
static void add_class_path(char *names)
{
	char *path = text("-Djava.class.path=");
	char *rest = names;
	char *name;

	while ((name = strsep(&rest, ":")) != NULL) {
		const char *colon = path[strlen(path) - 1] == '=' ? "" : ":";
		char *longer = name[0] == '/' ? text("%s%s%s", path, colon, name)
					      : text("%s%s%s/lib/%s", path, colon, prefix, name);

		free(path);
		path = longer;
	}
	add_option(path);
}

static void read_configuration(const char *name, int train)
{
	char *file = text("%s/lib/%s.conf", prefix, name);
	char line[LONGEST];
	FILE *in = fopen(file, "re");

	if (in == NULL)
		fail("cannot read %s: %s; is the installation whole?", file, strerror(errno));
	while (fgets(line, sizeof(line), in) != NULL) {
		line[strcspn(line, "\n")] = 0;
		if (strncmp(line, "main=", 5) == 0) {
			if (strlen(line + 5) >= sizeof(main_class))
				fail("the name of the main class is too long");
			strcpy(main_class, line + 5);
		} else if (strncmp(line, "classpath=", 10) == 0) {
			add_class_path(line + 10);
		} else if (strncmp(line, "aot=", 4) == 0) {
			char *cache = text("%s/lib/%s", prefix, line + 4);

			/* A JVM told of a cache that is not there would warn; one trained must not use it. */
			if (!train && line[4] != 0 && access(cache, R_OK) == 0)
				add_option(text("-XX:AOTCache=%s", cache));
			free(cache);
		} else if (strncmp(line, "flag=", 5) == 0) {
			/* "@lib@" in a flag is PREFIX/lib. */
			char *at = strstr(line + 5, "@lib@");

			if (at == NULL) {
				add_option(text("%s", line + 5));
			} else {
				*at = 0;
				add_option(text("%s%s/lib%s", line + 5, prefix, at + 5));
			}
		} else if (line[0] != 0 && line[0] != '#') {
			fail("%s: a line that is none of main=, classpath=, aot=, flag=: %s", file, line);
		}
	}
	fclose(in);
	if (main_class[0] == 0)
		fail("%s names no main class", file);
	free(file);
}

static void add_environment(void)
{
	const char *given = getenv("LIGHTVISOR_JAVA_OPTS");
	char *rest;
	char *word;

	if (given == NULL)
		return;
	rest = text("%s", given);
	while ((word = strsep(&rest, " ")) != NULL)
		if (word[0] != 0)
			add_option(word);
}

static void check(JNIEnv *env, const char *what)
{
	if ((*env)->ExceptionCheck(env)) {
		(*env)->ExceptionDescribe(env);
		fail("%s failed", what);
	}
}

static jobjectArray bytes_of(JNIEnv *env, int count, char **words)
{
	jobjectArray array = (*env)->NewObjectArray(env, count, (*env)->FindClass(env, "[B"), NULL);

	for (int i = 0; i < count; i++) {
		jsize length = (jsize)strlen(words[i]);
		jbyteArray bytes = (*env)->NewByteArray(env, length);

		(*env)->SetByteArrayRegion(env, bytes, 0, length, (const jbyte *)words[i]);
		(*env)->SetObjectArrayElement(env, array, i, bytes);
		(*env)->DeleteLocalRef(env, bytes);
	}
	check(env, "passing the arguments");
	return array;
}

static jobjectArray strings_of(JNIEnv *env, int count, char **words)
{
	jclass string = (*env)->FindClass(env, "java/lang/String");
	jobjectArray array = (*env)->NewObjectArray(env, count, string, NULL);

	for (int i = 0; i < count; i++)
		(*env)->SetObjectArrayElement(env, array, i, (*env)->NewStringUTF(env, words[i]));
	check(env, "passing the arguments");
	return array;
}

struct run {
	int argc;
	char **argv;
	int train;
};

static void *run(void *given)
{
	struct run *this = given;
	char *library = text("%s/lib/runtime/lib/server/libjvm.so", prefix);
	void *handle = dlopen(library, RTLD_NOW | RTLD_GLOBAL);
	create_vm create;
	JavaVMInitArgs arguments = {
		.version = JNI_VERSION_21,
		.nOptions = option_count,
		.options = options,
		.ignoreUnrecognized = JNI_FALSE,
	};
	JavaVM *vm;
	JNIEnv *env;
	jclass class;
	jmethodID method;
	int code = 0;

	if (handle == NULL)
		fail("cannot load the Java runtime: %s", dlerror());
	*(void **)&create = dlsym(handle, "JNI_CreateJavaVM");
	if (create == NULL)
		fail("%s is no Java runtime", library);
	if (create(&vm, (void **)&env, &arguments) != JNI_OK)
		fail("the Java runtime did not start");
	for (char *c = main_class; *c != 0; c++)
		if (*c == '.')
			*c = '/';
	class = (*env)->FindClass(env, main_class);
	check(env, "finding the main class");
	method = (*env)->GetStaticMethodID(env, class, "start", "([[B)I");
	if (method != NULL) {
		if (register_native(env) != 0)
			check(env, "registering the native functions");
		code = (*env)->CallStaticIntMethod(env, class, method, bytes_of(env, this->argc - 1, this->argv + 1));
		check(env, main_class);
		restore_terminal();
		if (!this->train)
			_exit(code);
	} else {
		(*env)->ExceptionClear(env);
		method = (*env)->GetStaticMethodID(env, class, "main", "([Ljava/lang/String;)V");
		check(env, "finding main");
		(*env)->CallStaticVoidMethod(env, class, method, strings_of(env, this->argc - 1, this->argv + 1));
		if ((*env)->ExceptionCheck(env)) {
			(*env)->ExceptionDescribe(env);
			code = 1;
		}
	}
	(*vm)->DestroyJavaVM(vm);
	_exit(code);
}

int main(int argc, char **argv)
{
	struct run this = {.argc = argc, .argv = argv};
	ssize_t length = readlink("/proc/self/exe", prefix, sizeof(prefix) - 1);
	const char *train = getenv("LIGHTVISOR_TRAIN");
	pthread_attr_t attributes;
	pthread_t thread;
	char *slash;
	char name[NAME_MAX + 1];

	if (length <= 0)
		fail("cannot tell where this program is: %s", strerror(errno));
	prefix[length] = 0;
	slash = strrchr(prefix, '/');
	if (slash == NULL || strlen(slash + 1) > NAME_MAX)
		fail("cannot tell where this program is");
	strcpy(name, slash + 1);
	program = name;
	*slash = 0;
	slash = strrchr(prefix, '/');
	if (slash == NULL)
		fail("the program must stand in PREFIX/bin");
	*slash = 0;
	this.train = train != NULL && strcmp(train, "1") == 0;
	/* Names of files are UTF-8, whatever locale we are started in: a service has none at all. */
	add_option(text("-Dsun.jnu.encoding=UTF-8"));
	read_configuration(name, this.train);
	add_environment();
	/* Not on the first thread: its stack grows as the kernel likes, and the JVM wants guard pages below one of fixed size. */
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 2 * 1024 * 1024);
	if (pthread_create(&thread, &attributes, run, &this) != 0)
		fail("cannot start a thread");
	pthread_join(thread, NULL);
	return 1;
}
