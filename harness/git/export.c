#include "git/export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "git/listing.h"
#include "git/program.h"
#include "git/submodule.h"
#include "util/file.h"

enum { DEEPEST = 8, LINK_MAX_BYTES = 4095 };

/*
 * The stream of `git cat-file --batch`: for each object "ID blob SIZE\n", its bytes, "\n", in the order asked for.
 * Links are made when all files are there, so that none is ever written through one.
 */
struct writer {
	const struct git_listing *listing;
	const struct git_revision *revision;
	const char *to;
	struct timespec date[2];
	char **targets;       /* of the links, by entry */
	size_t entry;         /* the object that is under way or comes next */
	char head[160];       /* its first line, as far as it has come */
	size_t head_len;
	bool inside;          /* its first line has come whole */
	unsigned long long left; /* bytes still to come */
	struct buf link;
	int fd;               /* the file being written, or -1 */
	char *folder;         /* that was made last */
	struct err *e;
};

static char *path_of(const struct writer *w, const struct git_entry *entry)
{
	return xasprintf("%s/%s", w->to, entry->path);
}

static void skip_submodules(struct writer *w)
{
	while (w->entry < w->listing->count && w->listing->entries[w->entry].kind == GIT_SUBMODULE)
		w->entry++;
}

static int make_parent(struct writer *w, const char *path)
{
	char *folder = xstrdup(path);

	*strrchr(folder, '/') = '\0';
	if (w->folder && strcmp(w->folder, folder) == 0) {
		free(folder);
		return 0;
	}
	free(w->folder);
	w->folder = folder;
	return file_mkdirs(folder, w->e);
}

static int open_file(struct writer *w, const struct git_entry *entry)
{
	char *path = path_of(w, entry);
	int rc = make_parent(w, path);

	if (rc == 0) {
		w->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, entry->kind == GIT_PROGRAM ? 0755 : 0644);
		if (w->fd < 0)
			rc = file_error(w->e, "write the source file", path);
	}
	free(path);
	return rc;
}

static int object_missing(struct writer *w, const struct git_entry *entry)
{
	err_set(w->e, ERR_BUILD, "the object of %s in revision %s is not on this machine", entry->path,
		w->revision->name);
	err_at(w->e, w->revision->repository, 0, 0);
	return err_hint(w->e, "a partial or damaged clone? `git fsck` says; `git fetch --refetch` brings everything");
}

static int begin_object(struct writer *w)
{
	const struct git_entry *entry = &w->listing->entries[w->entry];
	char type[16] = "";

	w->head[w->head_len] = '\0';
	if (sscanf(w->head, "%*s %15s %llu", type, &w->left) != 2 || strcmp(type, "blob") != 0)
		return object_missing(w, entry);
	w->inside = true;
	w->left++; /* the newline behind it */
	if (entry->kind != GIT_LINK)
		return open_file(w, entry);
	buf_clear(&w->link);
	if (w->left > LINK_MAX_BYTES)
		return object_missing(w, entry);
	return 0;
}

static int end_object(struct writer *w)
{
	const struct git_entry *entry = &w->listing->entries[w->entry];
	int rc = 0;

	w->inside = false;
	w->head_len = 0;
	if (w->fd >= 0) {
		rc = futimens(w->fd, w->date);
		if (close(w->fd) < 0)
			rc = -1;
		w->fd = -1;
		if (rc < 0)
			return file_error(w->e, "write the source file", entry->path);
	} else {
		w->targets[w->entry] = buf_steal(&w->link);
	}
	w->entry++;
	skip_submodules(w);
	return rc;
}

/* Bytes of the object under way; how many of them were taken, or -1. */
static ssize_t take_bytes(struct writer *w, const char *data, size_t n)
{
	size_t now = w->left < n ? (size_t)w->left : n, real = now;

	w->left -= now;
	if (!w->left)
		real--; /* the newline */
	if (w->fd >= 0 && file_write_all(w->fd, data, real) < 0)
		return file_error(w->e, "write the source file", w->listing->entries[w->entry].path);
	if (w->fd < 0)
		buf_add(&w->link, data, real);
	if (!w->left && end_object(w) < 0)
		return -1;
	return (ssize_t)now;
}

static int take_head(struct writer *w, char c)
{
	if (w->entry == w->listing->count || w->head_len + 1 == sizeof w->head)
		return err_set(w->e, ERR_BUILD, "git cat-file says something that was not asked for");
	if (c == '\n')
		return begin_object(w);
	w->head[w->head_len++] = c;
	return 0;
}

static int hear(void *ctx, const char *data, size_t n)
{
	struct writer *w = ctx;

	while (n) {
		ssize_t used = 1;

		if (w->inside)
			used = take_bytes(w, data, n);
		else if (take_head(w, *data) < 0)
			return -1;
		if (used < 0)
			return -1;
		data += used;
		n -= (size_t)used;
	}
	return 0;
}

/* ---- links ---- */

/* The depth of the folder that the link is in bounds how often it may go up. */
static bool leads_out(const char *path, const char *target)
{
	int depth = 0;

	for (const char *p = path; (p = strchr(p, '/')); p++)
		depth++;
	for (const char *p = target; *p && target[0] != '/'; p += strcspn(p, "/"), p += *p == '/') {
		size_t n = strcspn(p, "/");

		if (n == 2 && p[0] == '.' && p[1] == '.')
			depth--;
		else if (n && !(n == 1 && p[0] == '.'))
			depth++;
		if (depth < 0)
			return true;
	}
	return false;
}

static int make_link(struct writer *w, const struct git_entry *entry, const char *target)
{
	char *path;
	int rc;

	if (leads_out(entry->path, target)) {
		err_set(w->e, ERR_BUILD, "the symbolic link %s in revision %s leads out of the source tree, to %s",
			entry->path, w->revision->name, target);
		err_at(w->e, w->revision->repository, 0, 0);
		return err_hint(w->e, "leave `folder` out, if what it leads to is in the repository");
	}
	path = path_of(w, entry);
	rc = make_parent(w, path);
	if (rc == 0 && symlink(target, path) < 0)
		rc = file_error(w->e, "make the symbolic link", path);
	free(path);
	return rc;
}

static int make_links(struct writer *w)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < w->listing->count; i++)
		if (w->listing->entries[i].kind == GIT_LINK)
			rc = make_link(w, &w->listing->entries[i], w->targets[i] ? w->targets[i] : "");
	return rc;
}

/* ---- one tree ---- */

/* The ids of all blobs, a line each, as a file that exists nowhere else. */
static int ids_file(const struct git_listing *l, struct err *e)
{
	struct buf ids = {0};
	int fd = memfd_create("git-objects", MFD_CLOEXEC);

	for (size_t i = 0; i < l->count; i++)
		if (l->entries[i].kind != GIT_SUBMODULE)
			buf_printf(&ids, "%s\n", l->entries[i].id);
	if (fd < 0 || file_write_all(fd, ids.data, ids.len) < 0 || lseek(fd, 0, SEEK_SET) < 0) {
		err_sys(e, ERR_IO, "cannot tell git which files are wanted");
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	buf_finish(&ids);
	return fd;
}

static int cat_files(struct writer *w)
{
	static const char *const words[] = {"cat-file", "--batch", NULL};
	struct git_call c = {.repository = w->revision->repository, .words = words, .output = hear, .ctx = w};
	struct buf complaint = {0};
	char said[256];
	int status;

	c.in = ids_file(w->listing, w->e);
	if (c.in < 0)
		return -1;
	status = git_run(&c, &complaint, w->e);
	close(c.in);
	git_last_word(&complaint, said, sizeof said);
	buf_finish(&complaint);
	if (status < 0)
		return -1;
	if (status || w->entry < w->listing->count) {
		err_set(w->e, ERR_BUILD, "the files of revision %s cannot be read: %s", w->revision->name, said);
		return err_at(w->e, w->revision->repository, 0, 0);
	}
	return 0;
}

static int write_files(const struct git_listing *l, const struct git_revision *r, const char *to, time_t date,
		       struct err *e)
{
	struct writer w = {.listing = l, .revision = r, .to = to, .date = {{.tv_sec = date}, {.tv_sec = date}}, .fd = -1,
			   .e = e};
	int rc;

	w.targets = xcalloc(l->count + 1, sizeof *w.targets);
	skip_submodules(&w);
	rc = w.entry == l->count ? 0 : cat_files(&w);
	if (rc == 0)
		rc = make_links(&w);
	if (w.fd >= 0)
		close(w.fd);
	for (size_t i = 0; i < l->count; i++)
		free(w.targets[i]);
	free(w.targets);
	free(w.folder);
	buf_finish(&w.link);
	return rc;
}

static int export_tree(struct arena *a, const struct git_revision *r, const char *to, time_t date, int depth,
		       struct err *e);

static int export_submodule(struct arena *a, const struct git_revision *outer, const struct git_entry *entry,
			    const char *to, time_t date, int depth, struct err *e)
{
	const char *repository = git_submodule(a, outer, entry->path, entry->id, e);
	struct git_revision r;

	if (!repository || git_resolve(&r, a, repository, entry->id, NULL, e) < 0)
		return -1;
	return export_tree(a, &r, arena_printf(a, "%s/%s", to, entry->path), date, depth + 1, e);
}

static int export_tree(struct arena *a, const struct git_revision *r, const char *to, time_t date, int depth,
		       struct err *e)
{
	struct git_listing l;

	if (depth > DEEPEST) {
		err_set(e, ERR_BUILD, "submodules more than %d deep inside each other", DEEPEST);
		return err_at(e, r->repository, 0, 0);
	}
	if (file_mkdirs(to, e) < 0 || git_list(&l, a, r->repository, r->tree, e) < 0 ||
	    write_files(&l, r, to, date, e) < 0)
		return -1;
	for (size_t i = 0; i < l.count; i++)
		if (l.entries[i].kind == GIT_SUBMODULE && export_submodule(a, r, &l.entries[i], to, date, depth, e) < 0)
			return -1;
	return 0;
}

int git_export(const struct git_revision *r, const char *to, time_t date, struct err *e)
{
	struct arena a;
	int rc;

	arena_init(&a);
	rc = export_tree(&a, r, to, date, 0, e);
	arena_finish(&a);
	return rc;
}
