#include "serve/below.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "serve/target.h"
#include "util/buf.h"

static int open_within(int folder, const char *path, uint64_t flags)
{
	struct open_how how = {.flags = flags | O_CLOEXEC | O_NOFOLLOW,
			       .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};

	return (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
}

/* `latest` is the only link that is followed, and only to a name beside it. */
static int open_run(const char *results, const char *run)
{
	int folder = open(results, O_PATH | O_DIRECTORY | O_CLOEXEC), fd;
	char link[256];
	ssize_t n;

	if (folder < 0)
		return -1;
	n = strcmp(run, "latest") == 0 ? readlinkat(folder, run, link, sizeof link - 1) : -1;
	if (n > 0)
		link[n] = '\0';
	if (n > 0)
		run = link;
	fd = target_is_name(run) ? open_within(folder, run, O_PATH | O_DIRECTORY) : -1;
	close(folder);
	return fd;
}

static int check_regular(int fd, uint64_t *size)
{
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		*size = (uint64_t)st.st_size;
		return fd;
	}
	close(fd);
	return -1;
}

int below_open(const char *results, const char *run, const char *const *parts, size_t count, uint64_t *size)
{
	struct buf path = {0};
	int folder = open_run(results, run), fd = -1;
	bool plain = count > 0;

	for (size_t i = 0; i < count; i++) {
		plain = plain && target_is_name(parts[i]);
		buf_printf(&path, "%s%s", i ? "/" : "", parts[i]);
	}
	if (folder >= 0 && plain) /* a named pipe would keep us waiting */
		fd = check_regular(open_within(folder, path.data, O_RDONLY | O_NONBLOCK), size);
	if (folder >= 0)
		close(folder);
	buf_finish(&path);
	return fd;
}

/* ---- attempts ---- */

static int number(const char *name)
{
	size_t n = strspn(name, "0123456789");

	return n && n < 6 && !name[n] && name[0] != '0' ? atoi(name) : 0;
}

static int newest(DIR *attempts)
{
	struct dirent *d;
	int best = 0;

	while ((d = readdir(attempts))) {
		int i = number(d->d_name);

		best = i > best ? i : best;
	}
	return best;
}

int below_attempt(const char *results, const char *run, const char *session)
{
	int folder = open_run(results, run), fd = -1, best = 0;
	DIR *attempts = NULL;

	if (folder >= 0 && target_is_name(session))
		fd = open_within(folder, session, O_RDONLY | O_DIRECTORY);
	if (fd >= 0)
		attempts = fdopendir(fd);
	if (attempts) {
		best = newest(attempts);
		closedir(attempts);
	} else if (fd >= 0) {
		close(fd);
	}
	if (folder >= 0)
		close(folder);
	return best;
}

/* ---- for browsers ---- */

static bool ends(const char *name, const char *end)
{
	size_t n = strlen(name), k = strlen(end);

	return n > k && strcmp(name + n - k, end) == 0;
}

const char *below_type(const char *name)
{
	static const char *const texts[] = {".log", ".idx", ".jsonl", ".args", ".txt"};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (ends(name, texts[i]))
			return "text/plain; charset=utf-8";
	if (ends(name, ".json"))
		return "application/json; charset=utf-8";
	return ends(name, ".xml") ? "text/plain; charset=utf-8" : "application/octet-stream";
}
