#include "build/workdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/file.h"
#include "util/mem.h"

/* A folder is removed by its holder, so a lock may turn out to be on one that has left the tree meanwhile. */
static bool still_there(const char *path, int fd)
{
	struct stat there, here;

	return fstat(fd, &here) == 0 && lstat(path, &there) == 0 && there.st_ino == here.st_ino &&
	       there.st_dev == here.st_dev;
}

/* The lock, WORKDIR_BUSY, or -1 with errno: ENOENT when the folder has gone. */
static int lock_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		int busy = errno == EWOULDBLOCK;

		close(fd);
		return busy ? WORKDIR_BUSY : -1;
	}
	if (still_there(path, fd))
		return fd;
	close(fd);
	errno = ENOENT;
	return -1;
}

static int empty_folder(const char *path, struct err *e)
{
	DIR *d = opendir(path);
	struct dirent *item;
	int rc = 0;

	while (d && rc == 0 && (item = readdir(d))) {
		char *inside;

		if (!strcmp(item->d_name, ".") || !strcmp(item->d_name, ".."))
			continue;
		inside = xasprintf("%s/%s", path, item->d_name);
		rc = item->d_type == DT_DIR ? file_remove_tree(inside, e) : unlink(inside);
		free(inside);
	}
	if (d)
		closedir(d);
	return rc;
}

int workdir_claim(const char *path, struct err *e)
{
	int fd;

	do {
		if (file_mkdirs(path, e) < 0)
			return -1;
		fd = lock_folder(path);
	} while (fd == -1 && errno == ENOENT);
	if (fd == -1)
		return file_error(e, "lock the work folder", path);
	if (fd >= 0 && empty_folder(path, e) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

void workdir_release(const char *path, int lock)
{
	file_remove_tree(path, NULL);
	close(lock);
}

void workdir_sweep(const char *parent)
{
	DIR *d = opendir(parent);
	struct dirent *item;

	while (d && (item = readdir(d))) {
		char *path;
		int lock;

		if (item->d_name[0] == '.')
			continue;
		path = xasprintf("%s/%s", parent, item->d_name);
		lock = lock_folder(path);
		if (lock >= 0)
			workdir_release(path, lock);
		free(path);
	}
	if (d)
		closedir(d);
}
