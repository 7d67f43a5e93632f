#include "lab/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/labs.h"
#include "util/file.h"

enum { IDS = 100, TRIES = 100 };

/* The file that we hold the lock of may have been removed by whoever held it before. */
static bool still_there(int fd, const char *path)
{
	struct stat held, named;

	return fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

/* The lock's descriptor, 0 when somebody else holds it, -1 with errno. */
static int take_lock(const char *folder, struct arena *a)
{
	const char *path = arena_printf(a, "%s/" LAB_LOCK, folder);
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	for (int i = 0; i < TRIES; i++) {
		int fd;

		/* Nobody else may enter: keys are in there. */
		if (mkdir(folder, 0700) < 0 && errno != EEXIST)
			return -1;
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0 && errno == ENOENT)
			continue; /* removed since */
		if (fd < 0)
			return -1;
		if (fcntl(fd, F_SETLK, &whole) < 0) {
			close(fd);
			return 0;
		}
		if (still_there(fd, path))
			return fd;
		close(fd);
	}
	errno = EBUSY;
	return -1;
}

/* Leftovers of dead labs: whoever gets their lock may remove them. */
static void remove_leftovers(const char *all, const char *except, struct arena *a)
{
	for (int i = 1; i < IDS; i++) {
		const char *folder = arena_printf(a, "%s/%d", all, i);

		if (strcmp(folder, except) != 0 && lab_holder(folder) == 0) {
			int lock = take_lock(folder, a);

			if (lock > 0)
				folder_drop(folder, lock);
		}
	}
}

/* What was in it is of a lab that is dead. The lock itself stays. */
static int empty(const char *folder, struct arena *a, struct err *e)
{
	static const char *const parts[] = {LAB_UNITS, "units.new", "tty", "log", "tftp"};
	static const char *const files[] = {"control", "host_key", "host_key.pub", "other_host_key", "other_host_key.pub",
					    "user_key", "user_key.pub"};

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (file_remove_tree(arena_printf(a, "%s/%s", folder, parts[i]), e) < 0)
			return -1;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		if (unlink(arena_printf(a, "%s/%s", folder, files[i])) < 0 && errno != ENOENT)
			return file_error(e, "remove", folder);
	return 0;
}

static int take_one(const char *all, const char *id, struct arena *a, const char **folder, struct err *e)
{
	int lock;

	*folder = arena_printf(a, "%s/%s", all, id);
	lock = take_lock(*folder, a);
	return lock < 0 ? file_error(e, "make the lab's folder", *folder) : lock;
}

int folder_take(const char *root, const char *id, struct arena *a, const char **folder, struct err *e)
{
	const char *all = arena_printf(a, "%s/" LABS_FOLDER, root);
	int lock = 0;

	if (file_mkdirs(all, e) < 0)
		return -1;
	if (id)
		lock = take_one(all, id, a, folder, e);
	for (int i = 1; !id && lock == 0 && i < IDS; i++)
		lock = take_one(all, arena_printf(a, "%d", i), a, folder, e);
	if (lock == 0) {
		err_set(e, ERR_USAGE, "a lab called %s runs already", id ? id : "like every number");
		return err_hint(e, "without --id a lab takes the first number that is free");
	}
	if (lock < 0)
		return -1;
	remove_leftovers(all, *folder, a);
	if (empty(*folder, a, e) == 0)
		return lock;
	close(lock);
	return -1;
}

void folder_drop(const char *folder, int lock)
{
	char *all = xstrdup(folder);

	file_remove_tree(folder, NULL);
	*strrchr(all, '/') = '\0';
	rmdir(all); /* the last one only */
	free(all);
	close(lock);
}
