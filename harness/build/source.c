#include "build/source.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build/index.h"
#include "util/file.h"

/* ---- reading ---- */

struct reading {
	struct source_tree *tree;
	struct arena *arena;
	struct index index;
	const char *project;
	struct err *e;
};

static bool named_as_one_of(const char *name, const char *const *names)
{
	while (*names && strcmp(name, *names) != 0)
		names++;
	return *names;
}

/* build/ and results/ of the project are written while the tree is read. */
static bool is_output_of(const char *project, const FTSENT *f)
{
	static const char *const outputs[] = {"build", "results", NULL};
	size_t n = project ? strlen(project) : 0;

	return n && strncmp(f->fts_path, project, n) == 0 && f->fts_path[n] == '/' &&
	       named_as_one_of(f->fts_path + n + 1, outputs);
}

/* What says which variants and mutants a tree has is no part of any: one more must not make all others new. Nor is the
 * source tree of those that a Microkit SDK makes. */
static bool is_description(const struct reading *r, const FTSENT *f)
{
	static const char *const names[] = {"variants.yaml", "mutants.yaml", "mutants", "microkit", NULL};
	char *variants;
	bool found;

	if (f->fts_level != 1 || !named_as_one_of(f->fts_name, names))
		return false;
	variants = xasprintf("%s/variants.yaml", r->tree->root);
	found = file_exists(variants);
	free(variants);
	return found;
}

static bool is_tagged_cache(const FTSENT *f)
{
	char *tag = xasprintf("%s/CACHEDIR.TAG", f->fts_path);
	bool found = file_exists(tag);

	free(tag);
	return found;
}

static bool left_out(const struct reading *r, const FTSENT *f)
{
	static const char *const vcs[] = {".git", ".hg", ".svn", ".bzr", "CVS", "_darcs", ".jj", NULL};

	if (f->fts_level == FTS_ROOTLEVEL)
		return false;
	if (named_as_one_of(f->fts_name, vcs)) /* .git is a file in a worktree or submodule */
		return true;
	if (is_description(r, f))
		return true;
	return f->fts_info == FTS_D && ((f->fts_level == 1 && strcmp(f->fts_name, "build") == 0) ||
					is_output_of(r->project, f) || is_tagged_cache(f));
}

static struct source_file *add_file(struct reading *r, const FTSENT *f, enum source_kind kind)
{
	struct source_tree *t = r->tree;
	struct source_file *file;

	if (t->count == t->room) {
		struct source_file *old = t->files;

		t->room = t->room ? 2 * t->room : 64;
		t->files = arena_alloc(r->arena, t->room * sizeof *t->files);
		if (old)
			memcpy(t->files, old, t->count * sizeof *old);
	}
	file = &t->files[t->count++];
	file->path = arena_strdup(r->arena, f->fts_path + strlen(t->root) + 1);
	file->kind = kind;
	return file;
}

static int read_regular(struct reading *r, const FTSENT *f)
{
	const struct stat *st = f->fts_statp;
	struct source_file *file = add_file(r, f, st->st_mode & S_IXUSR ? SOURCE_PROGRAM : SOURCE_FILE);

	if (index_find(&r->index, file->path, st, file->sha256))
		return 0;
	if (sha256_file(f->fts_path, file->sha256, r->e) < 0)
		return -1;
	index_add(&r->index, file->path, st, file->sha256);
	return 0;
}

/* A relative link out of the tree would point at something else, or at nothing, in the copy. `depth`: of its folder. */
static bool leads_out(const char *target, int depth)
{
	for (const char *p = target; *p; p += strcspn(p, "/"), p += *p == '/') {
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

static int read_link(struct reading *r, const FTSENT *f)
{
	struct source_file *file = add_file(r, f, SOURCE_LINK);
	struct sha256 s;
	char target[4096];
	ssize_t n = readlink(f->fts_path, target, sizeof target - 1);

	if (n < 0)
		return file_error(r->e, "read the symbolic link", f->fts_path);
	target[n] = '\0';
	if (target[0] != '/' && leads_out(target, f->fts_level - 1)) {
		err_set(r->e, ERR_BUILD, "the symbolic link leads out of the source tree, to %s", target);
		err_hint(r->e, "set `source` to a folder that holds both, or put a copy in its place");
		return err_at(r->e, f->fts_path, 0, 0);
	}
	sha256_begin(&s);
	sha256_add(&s, target, (size_t)n);
	sha256_end(&s, file->sha256);
	return 0;
}

static int read_entry(struct reading *r, FTS *fts, FTSENT *f)
{
	if (f->fts_info != FTS_DP && left_out(r, f)) {
		fts_set(fts, f, FTS_SKIP);
		return 0;
	}
	switch (f->fts_info) {
	case FTS_D:
	case FTS_DP:
		return 0;
	case FTS_F:
		return read_regular(r, f);
	case FTS_SL:
	case FTS_SLNONE:
		return read_link(r, f);
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		errno = f->fts_errno;
		return file_error(r->e, "read the source tree", f->fts_path);
	default:
		err_set(r->e, ERR_BUILD, "the source tree holds something that is no file, folder or link");
		err_hint(r->e, "remove it; a socket, pipe or device cannot be built from");
		return err_at(r->e, f->fts_path, 0, 0);
	}
}

/* What follows the n-th byte of an entry's name in the whole path of what it stands for. */
static int byte_at(const FTSENT *f, size_t n)
{
	if (n < f->fts_namelen)
		return (unsigned char)f->fts_name[n];
	return f->fts_info == FTS_D ? '/' : 0;
}

/* Entries of a folder in the order of the whole paths: "a.c" before "a/b.c", because '.' comes before '/'. */
static int by_whole_path(const FTSENT **a, const FTSENT **b)
{
	size_t n = 0;

	while (byte_at(*a, n) && byte_at(*a, n) == byte_at(*b, n) && n < (*a)->fts_namelen)
		n++;
	return byte_at(*a, n) - byte_at(*b, n);
}

static void hash_tree(struct source_tree *t)
{
	struct sha256 s;

	sha256_begin(&s);
	for (size_t i = 0; i < t->count; i++) {
		uint8_t kind = (uint8_t)t->files[i].kind;

		sha256_add_text(&s, t->files[i].path);
		sha256_add(&s, &kind, 1);
		sha256_add(&s, t->files[i].sha256, SHA256_HEX - 1);
	}
	sha256_end(&s, t->sha256);
}

static int walk(struct reading *r)
{
	char *const roots[] = {(char *)r->tree->root, NULL};
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_whole_path);
	FTSENT *f;
	int rc = 0;

	if (!fts)
		return file_error(r->e, "read the source tree", r->tree->root);
	while (rc == 0 && (errno = 0, f = fts_read(fts)))
		rc = read_entry(r, fts, f);
	if (rc == 0 && errno)
		rc = file_error(r->e, "read the source tree", r->tree->root);
	fts_close(fts);
	return rc;
}

int source_tree_read(struct source_tree *t, struct arena *a, const char *root, const char *project, const char *index,
		     struct err *e)
{
	struct reading r = {.tree = t, .arena = a, .project = project, .e = e};
	struct stat st;
	int rc;

	memset(t, 0, sizeof *t);
	t->root = arena_strdup(a, root);
	if (stat(root, &st) < 0 || !S_ISDIR(st.st_mode)) {
		err_set(e, ERR_BUILD, "the source folder is not there");
		err_hint(e, "`source` in the variants file names a folder, relative to that file");
		return err_at(e, root, 0, 0);
	}
	index_open(&r.index, index);
	rc = walk(&r);
	index_close(&r.index, rc == 0 ? index : NULL);
	if (rc < 0)
		return -1;
	hash_tree(t);
	return 0;
}

/* ---- copying ---- */

/* Read and write in one pass; hex gets the hash of what was copied. */
static int copy_bytes(int in, int out, char *hex)
{
	struct sha256 s;
	char chunk[65536];
	ssize_t n;

	sha256_begin(&s);
	while ((n = read(in, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || file_write_all(out, chunk, (size_t)n) < 0)
			return -1;
		sha256_add(&s, chunk, (size_t)n);
	}
	sha256_end(&s, hex);
	return 0;
}

static int copy_regular(const struct source_file *file, const char *from, const char *to, char *hex)
{
	static const struct timespec date[2] = {{.tv_sec = SOURCE_COPY_DATE}, {.tv_sec = SOURCE_COPY_DATE}};
	int in = open(from, O_RDONLY | O_CLOEXEC), out, rc;

	if (in < 0)
		return -1;
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file->kind == SOURCE_PROGRAM ? 0755 : 0644);
	rc = out < 0 ? -1 : copy_bytes(in, out, hex);
	if (rc == 0)
		rc = futimens(out, date);
	if (out >= 0 && close(out) < 0)
		rc = -1;
	close(in);
	return rc;
}

static int copy_link(const char *from, const char *to, char *hex)
{
	struct sha256 s;
	char target[4096];
	ssize_t n = readlink(from, target, sizeof target - 1);

	if (n < 0)
		return -1;
	target[n] = '\0';
	sha256_begin(&s);
	sha256_add(&s, target, (size_t)n);
	sha256_end(&s, hex);
	return symlink(target, to);
}

/* The folder of `path`, unless the file before it was in the same one. */
static int make_folder(const char *path, char **last, struct err *e)
{
	char *folder = xstrdup(path);

	*strrchr(folder, '/') = '\0';
	if (*last && strcmp(*last, folder) == 0) {
		free(folder);
		return 0;
	}
	free(*last);
	*last = folder;
	return file_mkdirs(folder, e);
}

static int copy_one(const struct source_tree *t, const struct source_file *file, const char *to, char **last,
		    struct err *e)
{
	char *from = xasprintf("%s/%s", t->root, file->path), *target = xasprintf("%s/%s", to, file->path);
	char hex[SHA256_HEX] = "";
	int rc = make_folder(target, last, e);

	if (rc == 0) {
		rc = file->kind == SOURCE_LINK ? copy_link(from, target, hex) : copy_regular(file, from, target, hex);
		if (rc < 0)
			file_error(e, "copy the source file", from);
		else if (strcmp(hex, file->sha256) != 0) {
			rc = err_set(e, ERR_BUILD, "the source file changed while it was being built");
			err_at(e, from, 0, 0);
			err_hint(e, "run it again");
		}
	}
	free(from);
	free(target);
	return rc;
}

int source_tree_copy(const struct source_tree *t, const char *to, struct err *e)
{
	char *last = NULL;
	int rc = file_mkdirs(to, e);

	for (size_t i = 0; rc == 0 && i < t->count; i++)
		rc = copy_one(t, &t->files[i], to, &last, e);
	free(last);
	return rc;
}
