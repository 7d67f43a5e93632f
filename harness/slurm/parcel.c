#include "slurm/parcel.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "history/history.h"
#include "result/run_file.h"
#include "slurm/group.h"
#include "util/file.h"
#include "util/proc.h"

#define NOTE_FILE "parcel.json"   /* in the node's folder */
#define ARCHIVE ".parcel.tar.gz"
#define INCOMING ".incoming"      /* in the run's: a parcel that is being unpacked */
#define PLAN "plan"               /* the session that the plan goes by */

/* The nodes' plan is no result: it goes under a name that no run has. */
static char *plan_name(const char *run)
{
	return xasprintf(PLAN ":%s", run);
}

/* ---- archives ---- */

static int tar_failed(int status, const struct buf *said, struct err *e)
{
	if (status < 0)
		return -1;
	err_set(e, ERR_IO, "tar exited with status %d: %.200s", status, said->data ? said->data : "");
	return err_hint(e, "a full disk is the usual reason");
}

/* Of what is called so in `dir`, and is there: the archive's bytes. Names are NULL-terminated. */
static int pack(const char *dir, const char *const *names, struct buf *archive, struct err *e)
{
	char *file = xasprintf("%s/" ARCHIVE, dir);
	const char *argv[16] = {"tar", "--create", "--gzip", "--file", file, "--directory", dir, "--"};
	struct proc_spec spec = {.argv = argv, .in = -1};
	struct buf said;
	size_t n = 8;
	int rc;

	for (; *names; names++) {
		char *path = xasprintf("%s/%s", dir, *names);

		if (file_exists(path))
			argv[n++] = *names;
		free(path);
	}
	buf_init(&said);
	rc = proc_run(&spec, &said, e);
	rc = rc ? tar_failed(rc, &said, e) : file_read(file, archive, e);
	unlink(file);
	buf_finish(&said);
	free(file);
	return rc;
}

/* Nothing of it lands outside of `dir`: tar takes no absolute names and no "..". */
static int unpack(const void *archive, size_t n, const char *dir, struct err *e)
{
	char *file = xasprintf("%s/" ARCHIVE, dir);
	const char *argv[] = {"tar", "--extract", "--gzip", "--no-same-owner", "--file", file, "--directory", dir, NULL};
	struct proc_spec spec = {.argv = argv, .in = -1};
	struct buf said;
	int rc;

	buf_init(&said);
	rc = file_mkdirs(dir, e);
	if (rc == 0)
		rc = file_write_atomic(file, archive, n, false, e);
	if (rc == 0) {
		rc = proc_run(&spec, &said, e);
		rc = rc ? tar_failed(rc, &said, e) : 0;
	}
	unlink(file);
	buf_finish(&said);
	free(file);
	return rc;
}

/* ---- the plan ---- */

static int put(const char *url, const struct history_transfer *t, struct err *e)
{
	struct history *h = history_open(url, NULL, true, e);
	int rc = h ? history_transfer_put(h, t, e) : -1;

	history_close(h);
	return rc;
}

/* The files of `dir` called so, as a parcel of that name. */
static int put_files(const char *url, const char *dir, const char *const *names, struct history_transfer *t, struct err *e)
{
	struct buf archive;
	int rc;

	buf_init(&archive);
	rc = pack(dir, names, &archive, e);
	t->result = "{}";
	t->archive = archive.data;
	t->archive_size = archive.len;
	if (rc == 0)
		rc = put(url, t, e);
	buf_finish(&archive);
	return rc;
}

int parcel_put_plan(const char *url, const char *run_dir, const char *run, struct err *e)
{
	static const char *const names[] = {RUN_FILE, SLURM_FOLDER, NULL};
	char *name = plan_name(run);
	int rc = put_files(url, run_dir, names, &(struct history_transfer){.run = name, .session = PLAN, .attempt = 1}, e);

	free(name);
	return rc;
}

int parcel_get_plan(const char *url, const char *run, const char *dir, struct err *e)
{
	struct history *h = history_open(url, NULL, false, e);
	char *name = plan_name(run);
	struct history_transfer t;
	struct arena a;
	int rc;

	arena_init(&a);
	rc = h ? history_transfer_next(h, name, &a, &t, e) : -1;
	if (rc == 0) {
		rc = err_set(e, ERR_USAGE, "%s has no plan of a run %s", history_name(h), run);
		err_hint(e, "the run has ended, or was submitted with another database");
	} else if (rc > 0) {
		rc = unpack(t.archive, t.archive_size, dir, e);
	}
	arena_finish(&a);
	free(name);
	history_close(h);
	return rc;
}

int parcel_drop_plan(const char *url, const char *run, struct err *e)
{
	struct history *h = history_open(url, NULL, false, e);
	char *name = plan_name(run);
	int rc = h ? history_transfer_drop(h, &(struct history_transfer){.run = name, .session = PLAN, .attempt = 1}, e) : -1;

	free(name);
	history_close(h);
	return rc;
}

int parcel_note_url(const char *run_dir, const char *url, struct err *e)
{
	char *folder = xasprintf("%s/" SLURM_FOLDER, run_dir), *path = xasprintf("%s/" DATABASE_FILE, folder);
	int rc = file_mkdirs(folder, e);

	if (rc == 0)
		rc = file_write_atomic(path, url, strlen(url), true, e);
	free(path);
	free(folder);
	return rc;
}

char *parcel_read_url(const char *run_dir)
{
	char *path = xasprintf("%s/" SLURM_FOLDER "/" DATABASE_FILE, run_dir), *url = NULL;
	struct buf text;

	buf_init(&text);
	if (file_exists(path) && file_read(path, &text, NULL) == 0 && text.len)
		url = xstrdup(text.data);
	buf_finish(&text);
	free(path);
	return url;
}

/* ---- sending ---- */

static const char *text_of(const json_t *note, const char *key)
{
	return json_string_value(json_object_get(note, key));
}

static int open_note(const char *dir, int flags, struct err *e)
{
	char *path = xasprintf("%s/" NOTE_FILE, dir);
	int fd = open(path, O_RDWR | O_CLOEXEC | flags, 0600);

	if (fd < 0)
		file_error(e, "open the file", path);
	free(path);
	return fd;
}

/* As long as this process lives, whatever it has forked: a record lock (docs/decisions/record-locks.md). Nothing else here
 * opens the note, since closing any descriptor of it would give the lock away. */
static int lock_note(int fd, bool wait)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(fd, wait ? F_SETLKW : F_SETLK, &whole);
}

int parcel_begin(const struct parcel *p, const char *dir, struct err *e)
{
	json_t *note = json_pack("{s:s, s:s, s:s, s:i}", "url", p->url, "run", p->run, "session", p->session, "restart", p->restart);
	char *text = json_dumps(note, JSON_COMPACT);
	int fd = open_note(dir, O_CREAT | O_TRUNC, e);

	if (fd >= 0 && (lock_note(fd, true) < 0 || file_write_all(fd, text, strlen(text)) < 0 || fsync(fd) < 0)) {
		file_error(e, "write what is sent from", dir);
		close(fd);
		fd = -1;
	}
	free(text);
	json_decref(note);
	return fd;
}

int parcel_send(const struct parcel *p, const char *dir, struct err *e)
{
	const char *const names[] = {PARTS_FOLDER, SLURM_FOLDER, p->session, NULL};
	struct history_transfer t = {.run = p->run, .session = p->session, .attempt = p->restart + 1};

	return put_files(p->url, dir, names, &t, e) < 0 ? -1 : file_remove_tree(dir, e);
}

/* Not sent, and taken away, between our opening it and our having its lock. */
static bool is_there(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_nlink > 0;
}

/* 1: sent; 0: it is somebody's who lives, or no parcel; -1. */
static int send_one_left(const char *dir, struct err *e)
{
	int fd = open_note(dir, 0, NULL), rc = 0;
	json_t *note = NULL;
	struct parcel p;

	if (fd < 0)
		return 0;
	if (lock_note(fd, false) == 0 && is_there(fd))
		note = json_loadfd(fd, 0, NULL);
	p = (struct parcel){text_of(note, "url"), text_of(note, "run"), text_of(note, "session"),
			    (int)json_integer_value(json_object_get(note, "restart"))};
	if (p.url && p.run && p.session)
		rc = parcel_send(&p, dir, e) < 0 ? -1 : 1;
	json_decref(note);
	close(fd);
	return rc;
}

/* One that cannot be sent is no reason to keep the others; but where the database does not answer, none is tried in vain. */
int parcel_send_left(const char *folder, struct err *e)
{
	DIR *d = opendir(folder);
	struct dirent *entry;
	int sent = 0, failed = 0;
	struct err now = {0};

	while (d && (!failed || now.kind != ERR_INFRA) && (entry = readdir(d))) {
		char *dir = xasprintf("%s/%s", folder, entry->d_name);
		int rc = entry->d_name[0] == '.' ? 0 : send_one_left(dir, &now);

		if (rc < 0 && !failed++ && e)
			*e = now;
		sent += rc > 0;
		free(dir);
	}
	if (d)
		closedir(d);
	return failed ? -1 : sent;
}

/* ---- receiving ---- */

/* What is called so in the one folder gets its place in the other, unless something has it already. */
static int move(const char *from, const char *to, const char *name, struct err *e)
{
	char *source = xasprintf("%s/%s", from, name), *target = xasprintf("%s/%s", to, name);
	int rc = file_mkdirs(to, e);

	if (rc == 0 && !file_exists(target) && rename(source, target) < 0)
		rc = file_error(e, "put in its place", source);
	free(target);
	free(source);
	return rc;
}

/* The node's lines behind those of earlier runs of the job, once. */
static int join(const char *from, const char *to, const char *name, struct err *e)
{
	char *source = xasprintf("%s/%s", from, name), *target = xasprintf("%s/%s", to, name);
	struct buf had, came;
	int rc = file_mkdirs(to, e);

	buf_init(&had);
	buf_init(&came);
	if (rc == 0)
		rc = file_read(source, &came, e);
	if (rc == 0 && file_exists(target))
		rc = file_read(target, &had, e);
	if (rc == 0 && came.len && (!had.len || !memmem(had.data, had.len, came.data, came.len))) {
		buf_add(&had, came.data, came.len);
		rc = file_write_atomic(target, had.data, had.len, true, e);
	}
	buf_finish(&came);
	buf_finish(&had);
	free(target);
	free(source);
	return rc;
}

static int each(const char *from, const char *to, const char *suffix,
		int (*take)(const char *from, const char *to, const char *name, struct err *e), struct err *e)
{
	DIR *d = opendir(from);
	struct dirent *entry;
	int rc = 0;

	while (d && rc == 0 && (entry = readdir(d))) {
		size_t n = strlen(entry->d_name), k = strlen(suffix);

		if (entry->d_name[0] != '.' && n >= k && strcmp(entry->d_name + n - k, suffix) == 0)
			rc = take(from, to, entry->d_name, e);
	}
	if (d)
		closedir(d);
	return rc;
}

static int join_group(const char *from, const char *to, const char *name, struct err *e)
{
	char *source = xasprintf("%s/%s", from, name), *target = xasprintf("%s/%s", to, name);
	int rc = each(source, target, ".jsonl", join, e);

	free(target);
	free(source);
	return rc;
}

/* Folders first: what the lines speak of is there when they are read. */
static int put_away(const char *incoming, const char *run_dir, const char *session, struct err *e)
{
	const struct {
		const char *name, *suffix;
		int (*take)(const char *from, const char *to, const char *name, struct err *e);
	} kinds[] = {{session, "", move}, {SLURM_FOLDER, ".out", move}, {PARTS_FOLDER, "", join_group}};
	int fd = open(run_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof kinds / sizeof kinds[0]; i++) {
		char *from = xasprintf("%s/%s", incoming, kinds[i].name), *to = xasprintf("%s/%s", run_dir, kinds[i].name);

		rc = each(from, to, kinds[i].suffix, kinds[i].take, e);
		free(to);
		free(from);
	}
	if (rc == 0 && (fd < 0 || syncfs(fd) < 0))
		rc = file_error(e, "sync the disk of", run_dir);
	if (fd >= 0)
		close(fd);
	return rc;
}

/* A name that a file may have, and that stays below the run's folder. */
static bool is_name(const char *session)
{
	return session && *session && *session != '.' && !strchr(session, '/');
}

static int receive(const struct history_transfer *t, const char *run_dir, struct err *e)
{
	char *incoming = xasprintf("%s/" INCOMING, run_dir);
	int rc = file_remove_tree(incoming, e);

	if (rc == 0 && is_name(t->session) && t->archive_size) {
		rc = unpack(t->archive, t->archive_size, incoming, e);
		if (rc == 0)
			rc = put_away(incoming, run_dir, t->session, e);
		if (rc == 0)
			rc = file_remove_tree(incoming, e);
	}
	free(incoming);
	return rc;
}

int parcel_receive(const char *url, const char *run, const char *run_dir, struct err *e)
{
	struct history *h = history_open(url, NULL, false, e);
	int n = 0, rc = h ? 1 : -1;

	while (rc > 0) {
		struct history_transfer t;
		struct arena a;

		arena_init(&a);
		rc = history_transfer_next(h, run, &a, &t, e);
		if (rc > 0 && (receive(&t, run_dir, e) < 0 || history_transfer_drop(h, &t, e) < 0))
			rc = -1;
		n += rc > 0;
		arena_finish(&a);
	}
	history_close(h);
	return rc < 0 ? -1 : n;
}
