/*
 * One function per step of a plan. Every path of the container is resolved after pivot_root(2), with the container's
 * root as the process's own, so that no symbolic link of a guest can lead out of it.
 */
#include "abi.h"
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static void write_text(struct context *context, int fd, const char *subject, const char *text, size_t length)
{
	ssize_t written = write(fd, text, length);

	if (written != (ssize_t)length) {
		if (written >= 0)
			errno = EIO;
		die(context, "write(2)", subject);
	}
}

static void proc_write(struct context *context, const struct step *step)
{
	char path[96];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", context->pid, step->text[0]);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		die(context, "open(2)", path);
	write_text(context, fd, path, step->text[1], step->length[1]);
	close(fd);
}

/* cgroups(7): a pid as seen from the writer's pid namespace; 0 is the writer. */
static void attach(struct context *context, const char *procs)
{
	char pid[16];
	int length = snprintf(pid, sizeof(pid), "%d", context->pid);
	int fd = open(procs, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		die(context, "open(2)", procs);
	write_text(context, fd, procs, pid, (size_t)length);
	close(fd);
}

static void set_rlimit(struct context *context, const struct step *step)
{
	struct rlimit limit = {(rlim_t)step->n[1], (rlim_t)step->n[2]};
	char subject[24];

	snprintf(subject, sizeof(subject), "resource %d", (int)step->n[0]);
	if (prlimit(context->pid, (int)step->n[0], &limit, NULL) < 0)
		die(context, "prlimit(2)", subject);
}

/*
 * Groups first: dropping the user id takes the right to change groups. The calls themselves, not the C library's
 * functions, which stop all threads to change them alike; there are none.
 */
static void set_ids(struct context *context, const struct step *step)
{
	gid_t gid = (gid_t)step->n[1];
	uid_t uid = (uid_t)step->n[0];
	char subject[24];

	snprintf(subject, sizeof(subject), "%u:%u", uid, gid);
	if (syscall(SYS_setgroups, step->length[0] / sizeof(gid_t), step->text[0]) < 0)
		die(context, "setgroups(2)", subject);
	if (syscall(SYS_setresgid, gid, gid, gid) < 0)
		die(context, "setresgid(2)", subject);
	if (syscall(SYS_setresuid, uid, uid, uid) < 0)
		die(context, "setresuid(2)", subject);
}

static void drop_capabilities(struct context *context, const struct step *step)
{
	struct lv_cap_header header = {.version = LV_CAPABILITY_VERSION_3};
	struct lv_cap_data data[2];
	uint64_t drop = (uint64_t)step->n[0];

	/* The kernel may know fewer capabilities than the list: those are EINVAL and not there to be dropped. */
	for (int i = 0; i < 64; i++)
		if ((drop >> i & 1) != 0 && prctl(PR_CAPBSET_DROP, i, 0, 0, 0) < 0 && errno != EINVAL)
			die(context, "prctl(2) PR_CAPBSET_DROP", "capabilities");
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (syscall(SYS_capget, &header, data) < 0)
		die(context, "capget(2)", "capabilities");
	for (int i = 0; i < 2; i++) {
		uint32_t word = (uint32_t)(drop >> (32 * i));

		data[i].effective &= ~word;
		data[i].permitted &= ~word;
		data[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &header, data) < 0)
		die(context, "capset(2)", "capabilities");
}

/* SPEC_ALLOW: without it the kernel turns mitigations on for the whole guest, which costs it some percent for nothing. */
static void load_seccomp(struct context *context, const struct step *step)
{
	struct lv_sock_fprog program = {(unsigned short)(step->length[0] / sizeof(struct lv_sock_filter)),
		(const struct lv_sock_filter *)step->text[0]};
	unsigned flags = LV_SECCOMP_FILTER_FLAG_SPEC_ALLOW | (step->n[0] == 1 ? LV_SECCOMP_FILTER_FLAG_NEW_LISTENER : 0u);
	struct report report = {.type = REPORT_LISTENER};
	int listener = (int)syscall(SYS_seccomp, LV_SECCOMP_SET_MODE_FILTER, flags, &program);

	if (listener < 0)
		die(context, "seccomp(2)", "program");
	if (step->n[0] != 1)
		return;
	/* From here on this process may be asked about itself, too: it makes none of those calls. */
	report_send(context->sync_fd >= 0 ? context->sync_fd : context->report_fd, &report, &listener, 1);
	close(listener);
}

static void make_parents(const char *path)
{
	char part[4096];
	size_t length = strlen(path);

	if (length >= sizeof(part))
		return;
	memcpy(part, path, length + 1);
	for (size_t i = 1; i < length; i++)
		if (part[i] == '/') {
			part[i] = '\0';
			mkdir(part, 0755);
			part[i] = '/';
		}
}

static int make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);

	if (fd < 0)
		return -1;
	return close(fd);
}

/* After a mount has failed for want of its target: whether there is one now. */
static bool made_target(int64_t flags, const char *path)
{
	if (errno != ENOENT || (flags & (STEP_MAKE_DIR | STEP_MAKE_FILE)) == 0)
		return false;
	make_parents(path);
	if ((flags & STEP_MAKE_DIR) != 0)
		mkdir(path, 0755);
	else
		make_file(path);
	return true;
}

static void mount_new(struct context *context, const struct step *step)
{
	unsigned long flags = (unsigned long)step->n[0];
	const char *source = step->text[0], *target = step->text[1];
	const char *type = step->length[2] > 0 ? step->text[2] : NULL, *data = step->length[3] > 0 ? step->text[3] : NULL;
	int result = mount(source, target, type, flags, data);

	if (result < 0 && made_target(step->n[1], target))
		result = mount(source, target, type, flags, data);
	if (result < 0 && (step->n[1] & STEP_OPTIONAL) == 0)
		die(context, "mount(2)", target);
}

/* Puts a detached mount in its place. Java made it on the host: idmapped, read-only, private, as the plan wants it. */
static void place(struct context *context, int tree, int64_t flags, const char *target)
{
	unsigned how = LV_MOVE_MOUNT_F_EMPTY_PATH | LV_MOVE_MOUNT_T_SYMLINKS;
	long result;

	/* A file is mostly not there yet, so it is made first; a folder mostly is. */
	if ((flags & STEP_MAKE_FILE) != 0)
		make_file(target);
	result = syscall(SYS_move_mount, tree, "", AT_FDCWD, target, how);
	if (result < 0 && made_target(flags, target))
		result = syscall(SYS_move_mount, tree, "", AT_FDCWD, target, how);
	if (result < 0 && (flags & STEP_OPTIONAL) == 0)
		die(context, "move_mount(2)", target);
	close(tree);
}

static void bind_mount(struct context *context, const struct step *step)
{
	const char *source = step->text[0];
	int64_t flags = step->n[0];
	unsigned how = LV_OPEN_TREE_CLONE | LV_OPEN_TREE_CLOEXEC | ((flags & STEP_RECURSIVE) != 0 ? LV_AT_RECURSIVE : 0);
	int from = (flags & STEP_INSIDE) != 0 ? AT_FDCWD : context->old_root;
	int tree = (int)syscall(SYS_open_tree, from, source, how);

	if (tree < 0) {
		if ((flags & STEP_OPTIONAL) != 0)
			return;
		die(context, "open_tree(2)", source);
	}
	if ((flags & (STEP_RDONLY | STEP_WRITABLE)) != 0) {
		struct lv_mount_attr attributes = {.attr_set = (flags & STEP_RDONLY) != 0 ? LV_MOUNT_ATTR_RDONLY : 0,
			.attr_clr = (flags & STEP_WRITABLE) != 0 ? LV_MOUNT_ATTR_RDONLY : 0};

		if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attributes, sizeof(attributes)) < 0)
			die(context, "mount_setattr(2)", source);
	}
	place(context, tree, flags, step->text[1]);
}

static void make_readonly(struct context *context, const struct step *step)
{
	struct lv_mount_attr attributes = {.attr_set = LV_MOUNT_ATTR_RDONLY};

	if (syscall(SYS_mount_setattr, AT_FDCWD, step->text[0], 0, &attributes, sizeof(attributes)) < 0)
		die(context, "mount_setattr(2)", step->text[0]);
}

/*
 * pivot_root(2), "pivot_root(".", ".")": the old root comes to lie over the new one at the same place, so no folder of
 * the guest is needed for it. Path look-ups start below it, in the new root; old_root still leads to the host's files.
 * It must stay until proc and sysfs are mounted: the kernel allows those in a user namespace only beside visible ones.
 */
static void pivot(struct context *context, const struct step *step)
{
	context->old_root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (context->old_root < 0)
		die(context, "open(2)", "/");
	if (chdir(step->text[0]) < 0)
		die(context, "chdir(2)", step->text[0]);
	if (syscall(SYS_pivot_root, ".", ".") < 0)
		die(context, "pivot_root(2)", step->text[0]);
	if (chdir("/") < 0)
		die(context, "chdir(2)", "/");
}

static void leave_old_root(struct context *context)
{
	if (fchdir(context->old_root) < 0)
		die(context, "fchdir(2)", "old root");
	if (umount2(".", MNT_DETACH) < 0)
		die(context, "umount2(2)", "old root");
	if (chdir("/") < 0)
		die(context, "chdir(2)", "/");
	close(context->old_root);
	context->old_root = -1;
}

static void write_file(struct context *context, const struct step *step)
{
	mode_t mode = (mode_t)step->n[0];
	int fd = open(step->text[0], O_WRONLY | O_CLOEXEC | (mode != 0 ? O_CREAT | O_TRUNC : 0), mode);

	if (fd >= 0 && write(fd, step->text[1], step->length[1]) == (ssize_t)step->length[1]) {
		close(fd);
		return;
	}
	if ((step->n[1] & STEP_OPTIONAL) == 0)
		die(context, fd < 0 ? "open(2)" : "write(2)", step->text[0]);
	if (fd >= 0)
		close(fd);
}

static void make_node(struct context *context, const struct step *step)
{
	if (mknod(step->text[0], (mode_t)step->n[0], (dev_t)step->n[1]) < 0)
		die(context, "mknod(2)", step->text[0]);
	/* mknod(2) applies the umask. */
	if (chmod(step->text[0], (mode_t)step->n[0] & 07777) < 0)
		die(context, "chmod(2)", step->text[0]);
}

static void make_console(struct context *context, const struct step *step)
{
	struct report report = {.type = REPORT_ANSWER};
	int master;

	context->console = terminal_open(context, (int)step->n[0], (int)step->n[1], &master);
	report_send(context->sync_fd, &report, &master, 1);
	close(master);
}

static void make_terminal(struct context *context, const struct step *step)
{
	context->console = terminal_open(context, (int)step->n[0], (int)step->n[1], &context->master);
	/* Not every map has the user; then the terminal stays root's, as login(1) would find it. */
	if (fchown(context->console, (uid_t)step->n[2], (gid_t)step->n[3]) == 0)
		fchmod(context->console, 0620);
}

static void set_stdio(struct context *context, const struct step *step)
{
	for (int i = 0; i < 3; i++)
		if (dup2(step->n[i] < 0 ? context->console : (int)step->n[i], i) < 0)
			die(context, "dup2(2)", "standard input and output");
}

static void await_go(struct context *context)
{
	struct report go;
	int none;

	if (report_receive(context->sync_fd, &go, &none) <= 0)
		_exit(125);
}

static char **strings(const char *text, uint32_t length)
{
	size_t count = 0, at = 0;
	char **list;

	for (uint32_t i = 0; i < length; i++)
		count += text[i] == '\0';
	list = calloc(count + 1, sizeof(*list));
	for (size_t i = 0; list != NULL && i < count; i++) {
		list[i] = (char *)(uintptr_t)(text + at);
		at += strlen(text + at) + 1;
	}
	return list;
}

/* execvp(3) with a path that is the plan's, not this process's; EACCES outlives a later ENOENT as there. */
static void exec_on_path(char **arguments, char **environment, const char *path)
{
	char file[4096];
	int error = ENOENT;

	if (strchr(arguments[0], '/') != NULL) {
		execve(arguments[0], arguments, environment);
		return;
	}
	while (*path != '\0') {
		size_t length = strcspn(path, ":");

		if (snprintf(file, sizeof(file), "%.*s/%s", (int)length, path, arguments[0]) < (int)sizeof(file)) {
			execve(file, arguments, environment);
			if (errno != ENOENT && errno != ENOTDIR && error != EACCES)
				error = errno;
		}
		path += length;
		path += *path == ':';
	}
	errno = error;
}

static _Noreturn void execute(struct context *context, const struct step *step)
{
	char **arguments = strings(step->text[0], step->length[0]);
	char **environment = strings(step->text[1], step->length[1]);
	struct report report = {.type = REPORT_RUNNING};
	bool start = context->sync_fd >= 0;
	int channel = start ? context->sync_fd : context->report_fd;

	if (arguments == NULL || environment == NULL || arguments[0] == NULL) {
		errno = arguments == NULL || environment == NULL ? ENOMEM : ENOENT;
		die(context, "execve(2)", "no command");
	}
	report_send(channel, &report, &context->master, context->master >= 0);
	syscall(SYS_close_range, 3u, ~0u, LV_CLOSE_RANGE_CLOEXEC);
	if (step->length[3] > 0 && chdir(step->text[3]) < 0)
		_exit(127);
	exec_on_path(arguments, environment, step->text[2]);
	if (start)
		die(context, "execve(2)", arguments[0]);
	/* What a shell answers, and what clients make "Command not found" of. */
	_exit(errno == ENOENT || errno == ENOTDIR ? 127 : 126);
}

/* The names are those of failures: "place mount: move_mount(2) /dev/net/tun: EACCES". */
static const char *const names[STEP_CODES] = {
	[STEP_PROC_WRITE] = "set up process", [STEP_ATTACH] = "enter cgroup", [STEP_PRLIMIT] = "set resource limit",
	[STEP_JOIN] = "enter cgroup", [STEP_SETNS] = "enter namespaces", [STEP_UNSHARE] = "leave namespaces",
	[STEP_PDEATHSIG] = "bind life to monitor", [STEP_SETSID] = "make session", [STEP_IDS] = "become user",
	[STEP_CAPS] = "drop capabilities", [STEP_SECCOMP] = "load seccomp program", [STEP_HOSTNAME] = "set host name",
	[STEP_MOUNT] = "mount", [STEP_PLACE] = "place mount", [STEP_BIND] = "bind mount",
	[STEP_READONLY] = "make read-only", [STEP_PIVOT] = "change root", [STEP_LEAVE_OLD] = "leave the host's root",
	[STEP_MKDIR] = "make folder", [STEP_SYMLINK] = "make link", [STEP_WRITE] = "write", [STEP_MKNOD] = "make device",
	[STEP_CHOWN] = "give to owner", [STEP_CHDIR] = "change folder", [STEP_CONSOLE] = "make console",
	[STEP_TERMINAL] = "make terminal", [STEP_STDIO] = "set up input and output",
	[STEP_CONTROL] = "take terminal", [STEP_AWAIT_GO] = "wait for the network", [STEP_EXEC] = "execute",
	[STEP_UMASK] = "set umask", [STEP_UNMOUNT] = "unmount", [STEP_UNLINK] = "remove",
};

static void run_step(struct context *context, const struct step *step)
{
	const char *const *text = step->text;
	const int64_t *n = step->n;
	long result = 0;

	switch ((enum step_code)step->code) {
	case STEP_PROC_WRITE:
		return proc_write(context, step);
	case STEP_ATTACH:
	case STEP_JOIN:
		return attach(context, text[0]);
	case STEP_PRLIMIT:
		return set_rlimit(context, step);
	case STEP_SETNS:
		if (setns((int)n[0], (int)n[1]) < 0)
			die(context, "setns(2)", "namespaces of init");
		return;
	case STEP_UNSHARE:
		if (unshare((int)n[0]) < 0)
			die(context, "unshare(2)", "namespace");
		return;
	case STEP_PDEATHSIG:
		if (prctl(PR_SET_PDEATHSIG, n[0], 0, 0, 0) < 0)
			die(context, "prctl(2) PR_SET_PDEATHSIG", "init");
		return;
	case STEP_SETSID:
		setsid();
		return;
	case STEP_IDS:
		return set_ids(context, step);
	case STEP_CAPS:
		return drop_capabilities(context, step);
	case STEP_SECCOMP:
		return load_seccomp(context, step);
	case STEP_HOSTNAME:
		if (sethostname(text[0], step->length[0]) < 0)
			die(context, "sethostname(2)", text[0]);
		return;
	case STEP_MOUNT:
		return mount_new(context, step);
	case STEP_PLACE:
		return place(context, (int)n[0], n[1], text[0]);
	case STEP_BIND:
		return bind_mount(context, step);
	case STEP_READONLY:
		return make_readonly(context, step);
	case STEP_PIVOT:
		return pivot(context, step);
	case STEP_LEAVE_OLD:
		return leave_old_root(context);
	case STEP_MKDIR:
		if (mkdir(text[0], (mode_t)n[0]) < 0 && errno != EEXIST)
			die(context, "mkdir(2)", text[0]);
		return;
	case STEP_SYMLINK:
		if (symlink(text[0], text[1]) < 0 && errno != EEXIST)
			die(context, "symlink(2)", text[1]);
		return;
	case STEP_WRITE:
		return write_file(context, step);
	case STEP_MKNOD:
		return make_node(context, step);
	case STEP_CHOWN:
		if (lchown(text[0], (uid_t)n[0], (gid_t)n[1]) < 0)
			die(context, "lchown(2)", text[0]);
		return;
	case STEP_CHDIR:
		if (chdir(text[0]) < 0 && (n[0] & STEP_OPTIONAL) == 0)
			die(context, "chdir(2)", text[0]);
		return;
	case STEP_CONSOLE:
		return make_console(context, step);
	case STEP_TERMINAL:
		return make_terminal(context, step);
	case STEP_STDIO:
		return set_stdio(context, step);
	case STEP_CONTROL:
		result = ioctl(0, TIOCSCTTY, 0);
		if (result < 0)
			die(context, "ioctl(2) TIOCSCTTY", "terminal");
		return;
	case STEP_AWAIT_GO:
		return await_go(context);
	case STEP_EXEC:
		execute(context, step);
	case STEP_UMASK:
		umask((mode_t)n[0]);
		return;
	case STEP_UNMOUNT:
		/* The guest may have done it itself. */
		if (umount2(text[0], MNT_DETACH | UMOUNT_NOFOLLOW) < 0 && errno != EINVAL && errno != ENOENT)
			die(context, "umount2(2)", text[0]);
		return;
	case STEP_UNLINK:
		/* What was given may have lain over something that every container has. */
		if (unlink(text[0]) < 0 && errno != ENOENT && errno != EBUSY)
			die(context, "unlink(2)", text[0]);
		return;
	case STEP_CODES:
		break;
	}
	errno = ENOSYS;
	die(context, "read", "unknown step");
}

static _Noreturn void bad_plan(struct context *context)
{
	context->stage = "read plan";
	errno = EBADMSG;
	die(context, "read", "step");
}

/* The plan is our own daemon's, but lengths are checked all the same: a slip there must end in a message. */
void run_steps(struct context *context, const char *steps, size_t size)
{
	while (size > 0) {
		struct step_head head;
		struct step step = {0};
		size_t at = sizeof(head);

		if (size < sizeof(head))
			bad_plan(context);
		memcpy(&head, steps, sizeof(head));
		if (head.size > size || head.size < sizeof(head) + head.numbers * sizeof(int64_t) || head.numbers > MAX_NUMBERS ||
		    head.texts > MAX_TEXTS || head.code >= STEP_CODES || names[head.code] == NULL)
			bad_plan(context);
		step.code = head.code;
		memcpy(step.n, steps + at, head.numbers * sizeof(int64_t));
		at += head.numbers * sizeof(int64_t);
		for (int i = 0; i < head.texts; i++) {
			if (at + sizeof(uint32_t) >= head.size)
				bad_plan(context);
			memcpy(&step.length[i], steps + at, sizeof(uint32_t));
			at += sizeof(uint32_t);
			if (step.length[i] >= head.size - at || steps[at + step.length[i]] != '\0')
				bad_plan(context);
			step.text[i] = steps + at;
			at = (at + step.length[i] + 1 + 7) & ~(size_t)7;
		}
		context->stage = names[head.code];
		run_step(context, &step);
		steps += head.size;
		size -= head.size;
	}
}
