#include "image/filemap.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int map_fd(struct file_map *m, int fd, const char *what, struct err *e)
{
	struct stat st;
	void *map;

	if (fstat(fd, &st) < 0)
		return err_sys(e, ERR_IO, "cannot look at the file");
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_IMAGE, "no %s: it is a folder or a device, not a file", what);
	if (st.st_size == 0)
		return err_set(e, ERR_IMAGE, "no %s: the file is empty", what);
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return err_sys(e, ERR_IO, "cannot map the file");
	*m = (struct file_map){map, (size_t)st.st_size};
	return 0;
}

int file_map_open(struct file_map *m, const char *path, const char *what, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not hold us */
	int rc;

	if (fd < 0)
		rc = err_sys(e, errno == ENOENT || errno == ENOTDIR ? ERR_IMAGE : ERR_IO, "cannot open the %s", what);
	else
		rc = map_fd(m, fd, what, e);
	if (fd >= 0)
		close(fd);
	return rc < 0 ? err_at(e, path, 0, 0) : 0;
}

void file_map_close(struct file_map *m)
{
	if (m->bytes)
		munmap((void *)m->bytes, m->size);
	*m = (struct file_map){NULL, 0};
}
