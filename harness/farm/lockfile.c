#include "farm/lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int lockfile_try(int fd)
{
	struct flock f = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_SETLK, &f) == 0)
		return 0;
	return errno == EACCES || errno == EAGAIN ? 1 : -1;
}

void lockfile_let_go(int fd)
{
	fcntl(fd, F_SETLK, &(struct flock){.l_type = F_UNLCK, .l_whence = SEEK_SET});
	futimens(fd, NULL);
}

pid_t lockfile_owner(int fd)
{
	struct flock f = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_GETLK, &f) < 0 || f.l_type == F_UNLCK)
		return -1;
	return f.l_pid > 0 ? f.l_pid : 0;
}

bool lockfile_is_there(int fd, const char *path)
{
	struct stat opened, there;

	return fstat(fd, &opened) == 0 && lstat(path, &there) == 0 && opened.st_ino == there.st_ino &&
	       opened.st_dev == there.st_dev;
}
