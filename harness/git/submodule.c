#include "git/submodule.h"

#include <string.h>
#include <sys/stat.h>

#include "git/program.h"

/* Does the repository at `folder` have the commit? */
static int has_commit(struct arena *a, const char *folder, const char *commit)
{
	const char *const words[] = {"cat-file", "-e", arena_printf(a, "%s^{commit}", commit), NULL};
	struct git_call c = {.repository = folder, .words = words};
	struct stat st;

	return folder && stat(folder, &st) == 0 && git_run(&c, NULL, NULL) == 0;
}

/* The name under which .gitmodules of the revision has the path, or NULL: "submodule.NAME.path\nPATH\0" of each. */
static const char *name_of(struct arena *a, const struct git_revision *r, const char *path)
{
	const char *const words[] = {"config", "-z", "--blob", arena_printf(a, "%s:.gitmodules", r->commit),
				     "--get-regexp", "^submodule\\..*\\.path$", NULL};
	size_t n;
	char *text = git_text(a, r->repository, words, &n, NULL);

	for (char *item = text; text && item < text + n; item += strlen(item) + 1) {
		char *value = strchr(item, '\n');
		size_t head = strlen("submodule."), tail = strlen(".path");

		if (value && strcmp(value + 1, path) == 0 && (size_t)(value - item) > head + tail)
			return arena_strndup(a, item + head, (size_t)(value - item) - head - tail);
	}
	return NULL;
}

static const char *kept_modules(struct arena *a, const struct git_revision *r, const char *name)
{
	static const char *const words[] = {"rev-parse", "--git-common-dir", NULL};
	char *dir = name && !strstr(name, "..") ? git_text(a, r->repository, words, NULL, NULL) : NULL;

	if (!dir)
		return NULL;
	dir[strcspn(dir, "\n")] = '\0';
	return dir[0] == '/' ? arena_printf(a, "%s/modules/%s", dir, name)
			     : arena_printf(a, "%s/%s/modules/%s", r->repository, dir, name);
}

const char *git_submodule(struct arena *a, const struct git_revision *r, const char *path, const char *commit,
			  struct err *e)
{
	const char *whole = r->folder ? arena_printf(a, "%s/%s", r->folder, path) : path;
	const char *kept = kept_modules(a, r, name_of(a, r, whole));
	const char *checkout = arena_printf(a, "%s/%s", r->repository, whole);

	if (kept && has_commit(a, kept, commit))
		return kept;
	if (has_commit(a, checkout, commit))
		return checkout;
	err_set(e, ERR_BUILD, "submodule %s: commit %.12s, which revision %s records, is not on this machine", whole, commit,
		r->name);
	err_at(e, r->repository, 0, 0);
	err_hint(e, "`git -C %s submodule update --init --recursive` fetches what is checked out there; for another "
		    "revision fetch in the submodule", r->repository);
	return NULL;
}
