#include "nightly/stock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "nightly/pin.h"
#include "result/results_folder.h"
#include "result/run_file.h"
#include "util/clock.h"
#include "util/file.h"

#define TRASH ".trash."

/* A run makes its folder and run.json before it has a journal to lock. */
enum { BEGINS_S = 60 * 60, BLOCK = 512 };

/* ---- one run's folder ---- */

static int open_folder(int at, const char *name)
{
	return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static bool is_run(int folder)
{
	struct stat st;

	return fstatat(folder, RUN_FILE, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);
}

/* The journal's descriptor, locked against whoever would go on with the run; -1: it goes on; -2: there is no journal. */
static int lock_journal(int folder, int how)
{
	int fd = openat(folder, JOURNAL_FILE, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? -2 : -1;
	if (flock(fd, how | LOCK_NB) == 0)
		return fd;
	close(fd);
	return -1;
}

static bool begins(int folder)
{
	struct stat st;

	return fstat(folder, &st) < 0 || time(NULL) - st.st_mtime < BEGINS_S;
}

static bool goes_on(int folder)
{
	int fd = lock_journal(folder, LOCK_SH);

	if (fd >= 0)
		close(fd);
	return fd == -1 || (fd == -2 && begins(folder));
}

static uint64_t size_on_disk(const char *path)
{
	char *const paths[] = {(char *)path, NULL};
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	uint64_t blocks = 0;
	const FTSENT *f;

	while (tree && (f = fts_read(tree)))
		if (f->fts_statp && f->fts_info != FTS_DP && f->fts_info != FTS_NS && f->fts_info != FTS_ERR)
			blocks += (uint64_t)f->fts_statp->st_blocks;
	if (tree)
		fts_close(tree);
	return blocks * BLOCK;
}

static int64_t last_sign(const struct run_record *r, int folder)
{
	int64_t ms = clock_iso_ms(r->last_at ? r->last_at : r->settings.started);
	struct stat st;

	if (ms >= 0)
		return ms / 1000;
	return fstat(folder, &st) == 0 ? (int64_t)st.st_mtime : (int64_t)time(NULL);
}

static void read_record(struct past_run *r, const char *path, int folder, struct arena *a)
{
	struct run_record record;

	r->unreadable = run_record_read(&record, path, NULL) < 0;
	r->when_s = last_sign(&record, folder);
	if (!r->unreadable)
		outcomes_add_run(&r->outcomes, &record, NULL, a);
	run_record_finish(&record);
}

static void add_run(struct stock *s, const char *name, int folder, const char *latest)
{
	char *path = xasprintf("%s/%s", s->path, name);
	struct past_run *r;

	s->runs = arena_grow(&s->arena, s->runs, &s->room, s->count + 1, sizeof *s->runs);
	r = &s->runs[s->count++];
	*r = (struct past_run){.name = arena_strdup(&s->arena, name)};
	r->latest = strcmp(name, latest) == 0;
	r->going_on = goes_on(folder);
	r->pinned = pin_read(folder, &s->arena);
	r->size = size_on_disk(path);
	read_record(r, path, folder, &s->arena);
	free(path);
}

/* ---- the results folder ---- */

static void read_latest(int folder, char *latest, size_t n)
{
	ssize_t len = readlinkat(folder, "latest", latest, n - 1);
	const char *slash;

	latest[len > 0 ? len : 0] = '\0';
	slash = strrchr(latest, '/');
	if (slash)
		memmove(latest, slash + 1, strlen(slash + 1) + 1);
}

/* What an earlier removal had begun. One that does not go is no reason to keep the others. */
static int sweep(struct stock *s, const char *name, struct err *e)
{
	int fd = open_folder(s->folder, name), rc;
	char *path;

	if (fd < 0)
		return 0;
	close(fd);
	path = xasprintf("%s/%s", s->path, name);
	rc = file_remove_tree(path, e);
	free(path);
	s->swept += rc == 0;
	return rc;
}

static void look_at(struct stock *s, const char *name, const char *latest)
{
	int fd = open_folder(s->folder, name);

	if (fd >= 0 && is_run(fd))
		add_run(s, name, fd, latest);
	if (fd >= 0)
		close(fd);
}

static int read_all(struct stock *s, bool removing, struct err *e)
{
	char latest[PATH_MAX];
	struct dirent **entries;
	int n = scandir(s->path, &entries, NULL, alphasort), rc = 0;

	if (n < 0)
		return file_error(e, "read the folder", s->path);
	read_latest(s->folder, latest, sizeof latest);
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;

		if (removing && rc == 0 && strncmp(name, TRASH, strlen(TRASH)) == 0)
			rc = sweep(s, name, e);
		else if (name[0] != '.')
			look_at(s, name, latest);
		free(entries[i]);
	}
	free(entries);
	return rc;
}

int stock_open(struct stock *s, const char *results, bool removing, struct err *e)
{
	*s = (struct stock){.folder = -1};
	arena_init(&s->arena);
	s->path = realpath(results, NULL);
	s->folder = s->path ? open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (s->folder < 0) {
		err_sys(e, errno == ENOENT || errno == ENOTDIR ? ERR_USAGE : ERR_IO, "there are no results");
		return err_at(e, results, 0, 0);
	}
	if (removing && flock(s->folder, LOCK_EX | LOCK_NB) < 0) {
		err_set(e, ERR_USAGE, "another `runtest gc` is at work there");
		err_at(e, s->path, 0, 0);
		return err_hint(e, "wait for it to end");
	}
	return read_all(s, removing, e);
}

void stock_close(struct stock *s)
{
	if (s->folder >= 0)
		close(s->folder);
	free(s->path);
	arena_finish(&s->arena);
	*s = (struct stock){.folder = -1};
}

/* ---- taking away ---- */

/* With the journal's lock, so that nobody goes on with it meanwhile. 1: somebody does. */
static int throw_away(struct stock *s, const struct past_run *r, int folder, const char *trash, struct err *e)
{
	int journal = lock_journal(folder, LOCK_EX), rc = 0;

	if (journal == -1 || (journal == -2 && begins(folder)) || pin_read(folder, &s->arena))
		rc = 1;
	else if (renameat(s->folder, r->name, s->folder, trash) < 0)
		rc = file_error(e, "throw away", r->name);
	else
		rc = results_sync(s->path, e);
	if (journal >= 0)
		close(journal);
	return rc;
}

int stock_remove(struct stock *s, const struct past_run *r, struct err *e)
{
	char *trash = xasprintf(TRASH "%s", r->name), *path = xasprintf("%s/%s", s->path, trash);
	int folder = open_folder(s->folder, r->name);
	int rc = folder < 0 ? file_error(e, "open the run", r->name) : throw_away(s, r, folder, trash, e);

	if (folder >= 0)
		close(folder);
	if (rc == 0)
		rc = file_remove_tree(path, e);
	free(path);
	free(trash);
	return rc;
}
