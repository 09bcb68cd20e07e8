/* Terminals come from the container's own devpts, so that ttyname(3) and /dev/pts inside agree with what is open. */
#include "abi.h"
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#include <unistd.h>

/*
 * Opens a new terminal in /dev/pts; the answer is the slave. The guest owns the file system by now, so what was opened
 * must prove to be a devpts before anyone outside gets it: Java will read and write it.
 */
int terminal_open(struct context *context, int columns, int rows, int *master)
{
	struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
	struct statfs fs;
	int unlocked = 0, slave;

	*master = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (*master < 0)
		die(context, "open(2)", "/dev/pts/ptmx");
	if (fstatfs(*master, &fs) < 0)
		die(context, "fstatfs(2)", "/dev/pts/ptmx");
	if (fs.f_type != LV_DEVPTS_SUPER_MAGIC) {
		errno = ENODEV;
		die(context, "fstatfs(2)", "/dev/pts/ptmx");
	}
	if (ioctl(*master, TIOCSPTLCK, &unlocked) < 0)
		die(context, "ioctl(2) TIOCSPTLCK", "/dev/pts/ptmx");
	slave = ioctl(*master, LV_TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0)
		die(context, "ioctl(2) TIOCGPTPEER", "/dev/pts/ptmx");
	if (columns > 0 && rows > 0)
		ioctl(*master, TIOCSWINSZ, &size);
	return slave;
}
