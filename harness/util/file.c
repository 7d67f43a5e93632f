#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/mem.h"

int file_error(struct err *e, const char *doing, const char *path)
{
	int sys = errno;

	err_sys(e, ERR_IO, "cannot %s", doing);
	if (sys == ENOSPC || sys == EDQUOT)
		err_hint(e, "the disk is full: free some room");
	else if (sys == EACCES || sys == EROFS)
		err_hint(e, "not readable or not writable for this user: change its mode or its owner");
	return err_at(e, path, 0, 0);
}

int file_read(const char *path, struct buf *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char chunk[65536];
	ssize_t n;

	if (fd < 0)
		return file_error(e, "open the file", path);
	while ((n = read(fd, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			file_error(e, "read the file", path);
			close(fd);
			return -1;
		}
		buf_add(out, chunk, (size_t)n);
	}
	close(fd);
	return 0;
}

int file_write_all(int fd, const void *data, size_t n)
{
	const char *p = data;

	while (n) {
		ssize_t k = write(fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return -1;
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

int file_write_atomic(const char *path, const void *data, size_t n, bool sync, struct err *e)
{
	char *tmp = xasprintf("%s.%ld.tmp", path, (long)getpid());
	int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int rc = -1;

	if (fd < 0) {
		file_error(e, "create the file", path);
	} else if (file_write_all(fd, data, n) < 0 || (sync && fsync(fd) < 0)) {
		file_error(e, "write the file", path);
		close(fd);
		unlink(tmp);
	} else if (close(fd) < 0 || rename(tmp, path) < 0) {
		file_error(e, "finish the file", path);
		unlink(tmp);
	} else {
		rc = 0;
	}
	free(tmp);
	return rc;
}

bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

int file_mkdirs(const char *path, struct err *e)
{
	char *copy, *slash;
	int rc = 0;

	if (mkdir(path, 0755) == 0)
		return 0;
	if (errno == EEXIST) {
		struct stat st;

		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			return 0;
		errno = ENOTDIR;
		return file_error(e, "make the folder", path);
	}
	if (errno != ENOENT)
		return file_error(e, "make the folder", path);
	copy = xstrdup(path);
	for (slash = copy + 1; rc == 0 && (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (mkdir(copy, 0755) < 0 && errno != EEXIST)
			rc = file_error(e, "make the folder", copy);
		*slash = '/';
	}
	if (rc == 0 && mkdir(copy, 0755) < 0 && errno != EEXIST)
		rc = file_error(e, "make the folder", copy);
	free(copy);
	return rc;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int file_remove_tree(const char *path, struct err *e)
{
	if (!file_exists(path))
		return 0;
	if (nftw(path, remove_one, 32, FTW_DEPTH | FTW_PHYS) != 0)
		return file_error(e, "remove", path);
	return 0;
}

long long file_size(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (long long)st.st_size : -1;
}

char *file_own_folder(void)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
	char *slash;

	if (n < 0)
		return NULL;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	return xstrdup(path[0] ? path : "/");
}
