#include "result/results_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "result/journal.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"

int results_hint(struct err *e, const char *folder)
{
	if (!e || e->kind != ERR_IO)
		return -1;
	if (e->sys == ENOSPC || e->sys == EDQUOT)
		return err_hint(e, "no room is left in %s: free some, or choose another folder with --results DIR",
				folder);
	return err_hint(e, "results go to %s: make it writable, or choose another folder with --results DIR", folder);
}

int results_error(struct err *e, const char *path, const char *doing)
{
	file_error(e, doing, path);
	return results_hint(e, path);
}

int results_sync(const char *folder, struct err *e)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 || fsync(fd) < 0 ? results_error(e, folder, "sync the folder") : 0;

	if (fd >= 0)
		close(fd);
	return rc;
}

void journal_new_id(char out[32])
{
	unsigned short tail = 0;
	time_t now = time(NULL);
	struct tm tm;
	size_t n;

	if (getrandom(&tail, sizeof tail, 0) != sizeof tail)
		tail = (unsigned short)clock_us();
	gmtime_r(&now, &tm);
	n = strftime(out, 32, "%Y%m%d-%H%M%S", &tm);
	snprintf(out + n, 32 - n, "-%04x", tail);
}

/* 0 made, 1 the name is taken, -1 */
static int make_folder(const char *results, const char *run, struct err *e)
{
	char *dir = xasprintf("%s/%s", results, run);
	int rc = mkdir(dir, 0755);

	if (rc < 0)
		rc = errno == EEXIST ? 1 : results_error(e, dir, "make the run's folder");
	free(dir);
	return rc;
}

char *results_make_run(const char *results, const char *run, struct err *e)
{
	enum { TRIES = 100 };
	char id[32];
	int rc = 1;

	for (int i = 0; rc == 1 && i < (run ? 1 : TRIES); i++) {
		journal_new_id(id);
		rc = make_folder(results, run ? run : id, e);
	}
	if (rc == 0)
		return xstrdup(run ? run : id);
	if (rc == 1) {
		err_set(e, ERR_USAGE, "there is a run called %s already", run ? run : id);
		err_at(e, results, 0, 0);
	}
	return NULL;
}

int results_point_latest(const char *results, const char *run, struct err *e)
{
	char *link = xasprintf("%s/latest", results);
	char *fresh = xasprintf("%s/.latest.%ld", results, (long)getpid());
	int rc = 0;

	unlink(fresh);
	if (symlink(run, fresh) < 0 || rename(fresh, link) < 0) {
		rc = results_error(e, link, "point the link at the new run");
		if (e && (e->sys == EISDIR || e->sys == ENOTEMPTY || e->sys == EEXIST))
			err_hint(e, "a folder stands where the link to the newest run belongs: move it away");
		unlink(fresh);
	}
	free(fresh);
	free(link);
	return rc;
}
