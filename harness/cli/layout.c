#include "cli/layout.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/file.h"
#include "util/mem.h"
#include "util/names.h"

static const char suffix[] = ".yaml";

void layout_init(struct layout *l, const char *share, const char *dir)
{
	l->share = share;
	l->dir = dir;
	l->kept = 0;
	grid_init(&l->rows, "ll");
}

void layout_finish(struct layout *l)
{
	grid_finish(&l->rows);
}

static int make_folder_of(const char *path, struct err *e)
{
	char *folder = xstrdup(path);
	int rc;

	*strrchr(folder, '/') = '\0';
	rc = file_mkdirs(folder, e);
	free(folder);
	return rc;
}

static int copy(const char *from, const char *to, struct err *e)
{
	struct buf bytes;
	int rc;

	buf_init(&bytes);
	rc = file_read(from, &bytes, e);
	if (rc == 0)
		rc = make_folder_of(to, e);
	if (rc == 0)
		rc = file_write_atomic(to, bytes.data ? bytes.data : "", bytes.len, false, e);
	buf_finish(&bytes);
	return rc;
}

int layout_put(struct layout *l, const char *from, const char *to, const char *about, struct err *e)
{
	char *source = xasprintf("%s/%s", l->share, from), *target = xasprintf("%s/%s", l->dir, to);
	struct stat st;
	bool there = lstat(target, &st) == 0; /* a link that leads nowhere is somebody's, too */
	int rc = there ? 0 : copy(source, target, e);

	if (rc == 0) {
		l->kept += there;
		grid_add(&l->rows, to);
		grid_add(&l->rows, there ? "was there already, and stays as it is" : about);
	}
	free(target);
	free(source);
	return rc;
}

static int is_yaml(const struct dirent *d)
{
	size_t n = strlen(d->d_name), m = strlen(suffix);

	return d->d_name[0] != '.' && n > m && strcmp(d->d_name + n - m, suffix) == 0;
}

/* The YAML files of a folder of the share, sorted; -1 with the error. */
static int list(const struct layout *l, const char *folder, struct dirent ***entries, struct err *e)
{
	char *path = xasprintf("%s/%s", l->share, folder);
	int n = scandir(path, entries, is_yaml, alphasort);

	if (n < 0)
		file_error(e, "read the folder", path);
	free(path);
	return n;
}

static void free_entries(struct dirent **entries, int n)
{
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
}

int layout_put_markers(struct layout *l, struct err *e)
{
	struct dirent **entries;
	int n = list(l, "boards/markers", &entries, e), rc = n < 0 ? -1 : 0;

	for (int i = 0; i < n && rc == 0; i++) {
		char *file = xasprintf("boards/markers/%s", entries[i]->d_name);

		rc = layout_put(l, file, file, i ? "" : "what loaders, kernels and monitors print", e);
		free(file);
	}
	if (n >= 0)
		free_entries(entries, n);
	return rc;
}

static const char *kind_at(const void *ctx, size_t i)
{
	return ((const char *const *)ctx)[i];
}

static int refuse_kind(const struct layout *l, const char *kind, struct names known, struct err *e)
{
	const char *nearest = names_nearest(known, kind);

	err_set(e, ERR_USAGE, "no kind of board that comes with runtest is called '%s'", kind);
	if (nearest)
		return err_hint(e, "did you mean %s?", nearest);
	return err_hint(e, "`runtest --project %s list boards` shows them; docs/add-your-board.md says how another one is described",
			l->share);
}

/* Is it one of the entries, NAME.yaml? Their suffixes are cut off. */
static int check_kind(const struct layout *l, const char *kind, struct dirent **entries, int n, struct err *e)
{
	const char **names = xcalloc((size_t)n + 1, sizeof *names);
	struct names known = {kind_at, names, (size_t)n};
	bool found = false;
	int rc;

	for (int i = 0; i < n; i++) {
		entries[i]->d_name[strlen(entries[i]->d_name) - strlen(suffix)] = '\0';
		names[i] = entries[i]->d_name;
		found = found || strcmp(names[i], kind) == 0;
	}
	rc = found ? 0 : refuse_kind(l, kind, known, e);
	free(names);
	return rc;
}

int layout_put_kind(struct layout *l, const char *kind, struct err *e)
{
	struct dirent **entries;
	int n = list(l, "boards/kinds", &entries, e), rc;
	char *file;

	if (n < 0)
		return -1;
	rc = check_kind(l, kind, entries, n, e);
	free_entries(entries, n);
	if (rc < 0)
		return -1;
	file = xasprintf("boards/kinds/%s%s", kind, suffix);
	rc = layout_put(l, file, file, "a kind of board: where its memory is, how an image gets there", e);
	free(file);
	return rc;
}
