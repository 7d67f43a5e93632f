#include "git/listing.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "git/program.h"

/* git itself refuses such paths when it checks out; a repository made by hand may have them. */
static bool is_safe(const char *path)
{
	for (const char *p = path;;) {
		size_t n = strcspn(p, "/");

		if (!n || (n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.') ||
		    (n == 4 && strncasecmp(p, ".git", 4) == 0))
			return false;
		if (!p[n])
			return true;
		p += n + 1;
	}
}

static int kind_of(const char *mode, enum git_kind *kind)
{
	static const struct {
		const char *mode;
		enum git_kind kind;
	} modes[] = {{"100644 ", GIT_FILE}, {"100664 ", GIT_FILE}, {"100755 ", GIT_PROGRAM}, {"120000 ", GIT_LINK},
		     {"160000 ", GIT_SUBMODULE}};

	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
		if (strncmp(mode, modes[i].mode, 7) == 0) {
			*kind = modes[i].kind;
			return 0;
		}
	return -1;
}

/* "100644 blob ID\tPATH", which is cut into pieces. */
static int take_entry(struct git_entry *entry, char *text)
{
	char *id, *tab = strchr(text, '\t');

	if (!tab || strlen(text) < 12 || kind_of(text, &entry->kind) < 0)
		return -1;
	*tab = '\0';
	id = strrchr(text, ' ') + 1;
	entry->id = id;
	entry->path = tab + 1;
	return git_is_id(id) && is_safe(entry->path) ? 0 : -1;
}

int git_listing_read(struct git_listing *l, struct arena *a, char *text, size_t n, struct err *e)
{
	size_t room = 0;

	*l = (struct git_listing){.count = 0};
	for (char *line = text, *next; line < text + n; line = next) {
		next = line + strlen(line) + 1;
		l->entries = arena_grow(a, l->entries, &room, l->count + 1, sizeof *l->entries);
		if (take_entry(&l->entries[l->count++], line) < 0)
			return err_set(e, ERR_BUILD, "an entry that no checkout can have: %s", line);
	}
	return 0;
}

int git_list(struct git_listing *l, struct arena *a, const char *repository, const char *tree, struct err *e)
{
	const char *const words[] = {"ls-tree", "-r", "-z", "--full-tree", tree, NULL};
	size_t n;
	char *text = git_text(a, repository, words, &n, e);
	struct err why;

	*l = (struct git_listing){.count = 0};
	if (!text)
		return -1;
	if (git_listing_read(l, a, text, n, &why) == 0)
		return 0;
	err_set(e, ERR_BUILD, "the tree %s holds %s", tree, why.what);
	return err_at(e, repository, 0, 0);
}
