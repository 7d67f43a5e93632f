#include "farm/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/file.h"
#include "util/text.h"

#define SHARED "/var/lib/runtest"
#define UNITS "units"

enum { FILE_MODE = 0644, OTHERS_WRITE = 0022, MODE_BITS = 07777, MOST_BYTES = 64 * 1024 };

/* ---- where it is ---- */

static char *home_folder(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	const struct passwd *user;

	if (state && state[0] == '/') /* a relative one is to be ignored */
		return xasprintf("%s/runtest", state);
	if (!home || home[0] != '/') {
		user = getpwuid(geteuid());
		home = user ? user->pw_dir : "/";
	}
	return xasprintf("%s/.local/state/runtest", home);
}

static char *base_folder(struct err *e)
{
	const char *own = getenv("RUNTEST_STATE");

	if (own && *own) {
		if (own[0] == '/')
			return xstrdup(own);
		err_set(e, ERR_USAGE, "RUNTEST_STATE is a relative path: %s", own);
		err_hint(e, "an absolute one means the same folder to everybody who shares the boards");
		return NULL;
	}
	if (access(SHARED, W_OK | X_OK) == 0)
		return xstrdup(SHARED);
	return home_folder();
}

/* As open to others as the folder it stands in, whatever the umask. */
static int make_units(const char *base, const char *path, struct err *e)
{
	struct stat st;

	if (file_exists(path))
		return 0;
	if (file_mkdirs(base, e) < 0)
		return -1;
	if (mkdir(path, 0755) < 0)
		return errno == EEXIST ? 0 : file_error(e, "make the folder", path);
	if (stat(base, &st) < 0 || chmod(path, st.st_mode & MODE_BITS) < 0)
		return file_error(e, "open to others the folder", path);
	return 0;
}

char *state_folder(struct err *e)
{
	char *base = base_folder(e), *path;

	if (!base)
		return NULL;
	path = xasprintf("%s/" UNITS, base);
	if (make_units(base, path, e) < 0) {
		free(path);
		path = NULL;
	}
	free(base);
	return path;
}

char *state_common(const char *name, struct err *e)
{
	char *base = base_folder(e), *path = base ? xasprintf("%s/%s", base, name) : NULL;

	free(base);
	return path;
}

char *state_path(const char *unit, const char *suffix, struct err *e)
{
	char *folder, *path;

	if (!*unit || *unit == '.' || strchr(unit, '/')) {
		err_set(e, ERR_USAGE, "no name of a board unit: '%s'", unit);
		return NULL;
	}
	folder = state_folder(e);
	if (!folder)
		return NULL;
	path = xasprintf("%s/%s.%s", folder, unit, suffix);
	free(folder);
	return path;
}

/* ---- files ---- */

static char *folder_of(const char *path)
{
	char *folder = xstrdup(path), *slash = strrchr(folder, '/');

	*slash = '\0';
	return folder;
}

static bool is_regular(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return true;
	errno = EINVAL;
	return false;
}

/* A link comes as ELOOP, which says little. */
static int open_error(const char *path, struct err *e)
{
	int sys = errno;

	file_error(e, "open the file", path);
	if (sys == ELOOP || sys == EINVAL || sys == ENXIO)
		err_hint(e, "it is no plain file, and was not made by runtest: look who put it there, and remove it");
	return -1;
}

/* A new file, as open to others as its folder. -1 with errno. */
static int create(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	char *folder = folder_of(path);
	struct stat st;

	if (fd >= 0 && stat(folder, &st) == 0 && fchmod(fd, FILE_MODE | (st.st_mode & OTHERS_WRITE)) < 0) {
		close(fd);
		unlink(path);
		fd = -1;
	}
	free(folder);
	return fd;
}

int state_open(const char *path, struct err *e)
{
	int fd;

	do { /* not with O_CREAT: Linux refuses that for another user's file in a sticky folder */
		fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT)
			fd = create(path);
	} while (fd < 0 && errno == EEXIST);
	if (fd >= 0 && is_regular(fd))
		return fd;
	open_error(path, e);
	if (fd >= 0)
		close(fd);
	return -1;
}

static int read_all(int fd, struct buf *out)
{
	char chunk[4096];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (out->len + (size_t)n > MOST_BYTES) {
			errno = EFBIG;
			return -1;
		}
		buf_add(out, chunk, (size_t)n);
	}
	return 0;
}

int state_read(const char *path, struct buf *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), rc = 0;

	if (fd < 0)
		return errno == ENOENT ? 1 : open_error(path, e);
	if (!is_regular(fd))
		rc = open_error(path, e);
	else if (read_all(fd, out) < 0)
		rc = file_error(e, "read the file", path);
	close(fd);
	return rc;
}

static int sync_folder(const char *path, struct err *e)
{
	char *folder = folder_of(path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd >= 0 && fsync(fd) == 0 ? 0 : file_error(e, "sync the folder", folder);

	if (fd >= 0)
		close(fd);
	free(folder);
	return rc;
}

static int fill(int fd, const char *path, const void *data, size_t n, bool sync, struct err *e)
{
	int rc = 0;

	if (file_write_all(fd, data, n) < 0 || (sync && fsync(fd) < 0))
		rc = file_error(e, "write the file", path);
	if (close(fd) < 0 && rc == 0)
		rc = file_error(e, "write the file", path);
	return rc;
}

int state_write(const char *path, const void *data, size_t n, bool sync, struct err *e)
{
	char *tmp = xasprintf("%s.%ld.tmp", path, (long)getpid());
	int fd, rc;

	unlink(tmp); /* of a process of the same number that was killed */
	fd = create(tmp);
	rc = fd < 0 ? file_error(e, "create the file", path) : fill(fd, path, data, n, sync, e);
	if (rc == 0 && rename(tmp, path) < 0)
		rc = file_error(e, "replace the file", path);
	if (rc < 0 && fd >= 0)
		unlink(tmp);
	free(tmp);
	return rc == 0 && sync ? sync_folder(path, e) : rc;
}

int state_erase(const char *path, bool sync, struct err *e)
{
	if (unlink(path) < 0)
		return errno == ENOENT ? 0 : file_error(e, "remove the file", path);
	return sync ? sync_folder(path, e) : 0;
}

/* ---- all units ---- */

static const char *unit_of(const char *file, struct arena *a)
{
	static const char *const suffixes[] = {".lease", ".lock", ".powered", ".queue"};
	size_t n = strlen(file);

	if (*file == '.' || text_bad_byte(file, n) < n) /* none of ours */
		return NULL;
	for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
		size_t suffix = strlen(suffixes[i]);

		if (n > suffix && strcmp(file + n - suffix, suffixes[i]) == 0)
			return arena_strndup(a, file, n - suffix);
	}
	return NULL;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, and each once: a unit has several files. */
static void put_in_order(const char **names, size_t n)
{
	size_t kept = 0;

	qsort(names, n, sizeof *names, by_name);
	for (size_t i = 0; i < n; i++)
		if (!kept || strcmp(names[kept - 1], names[i]) != 0)
			names[kept++] = names[i];
	names[kept] = NULL;
}

const char *const *state_units(struct arena *a, struct err *e)
{
	char *folder = state_folder(e);
	DIR *dir = folder ? opendir(folder) : NULL;
	const char **names = arena_alloc(a, sizeof *names), *name;
	size_t n = 0, room = 1;
	struct dirent *d;

	if (folder && !dir)
		file_error(e, "read the folder", folder);
	while (dir && (d = readdir(dir))) {
		name = unit_of(d->d_name, a);
		if (!name)
			continue;
		names = arena_grow(a, names, &room, n + 2, sizeof *names);
		names[n++] = name;
	}
	free(folder);
	if (!dir)
		return NULL;
	closedir(dir);
	put_in_order(names, n);
	return names;
}
