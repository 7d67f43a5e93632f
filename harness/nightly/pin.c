#include "nightly/pin.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/file.h"
#include "util/text.h"

enum { WHY_MAX = 512 }; /* bytes that are read */

/* Whatever `keep` is, it keeps; only a regular file is read. */
const char *pin_read(int run_folder, struct arena *a)
{
	char text[WHY_MAX + 1];
	struct stat st;
	ssize_t n = 0;
	int fd;

	if (fstatat(run_folder, PIN_FILE, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? NULL : "";
	fd = openat(run_folder, PIN_FILE, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd >= 0 && S_ISREG(st.st_mode))
		n = read(fd, text, WHY_MAX);
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\r\n")] = '\0';
	return text_clean(text, a);
}

int pin_set(const char *run_dir, const char *why, struct err *e)
{
	char *path = xasprintf("%s/" PIN_FILE, run_dir), now[CLOCK_ISO_SIZE];
	const struct passwd *user = getpwuid(getuid());
	struct buf text;
	int rc;

	buf_init(&text);
	text_add_line(&text, why);
	buf_printf(&text, "\nby %s at %s\n", user ? user->pw_name : "somebody", clock_iso(now));
	rc = file_write_atomic(path, text.data, text.len, true, e);
	buf_finish(&text);
	free(path);
	return rc;
}

int pin_clear(const char *run_dir, struct err *e)
{
	char *path = xasprintf("%s/" PIN_FILE, run_dir);
	int rc = unlink(path);

	if (rc < 0 && errno == ENOENT) {
		err_set(e, ERR_USAGE, "that run is not pinned");
		err_at(e, run_dir, 0, 0);
	} else if (rc < 0) {
		file_error(e, "remove", path);
	}
	free(path);
	return rc;
}
