#include "git/series.h"

#include <string.h>

#include "git/program.h"
#include "git/revision.h"

static int refuse(const char *repository, struct err *e)
{
	return err_at(e, repository, 0, 0);
}

/* As `git format-patch` makes them, whatever the repository's settings for diffs are: plumbing does not read those. */
static int make_patch(struct arena *a, const char *repository, const char *folder, struct git_patch *p, struct err *e)
{
	const char *const words[] = {"diff-tree", "-p", "--root", "--no-commit-id", "--no-renames", "--full-index",
				     "--no-ext-diff", "--no-textconv", "--no-color", "--src-prefix=a/", "--dst-prefix=b/",
				     folder ? arena_printf(a, "--relative=%s/", folder) : "--no-relative", p->commit, NULL};

	p->text = git_text(a, repository, words, &p->size, e);
	if (!p->text)
		return -1;
	if (!strstr(p->text, "\nBinary files ") && strncmp(p->text, "Binary files ", 13) != 0)
		return 0;
	err_set(e, ERR_BUILD, "commit %.12s (%s) changes a binary file, which a patch cannot express", p->commit,
		p->subject);
	refuse(repository, e);
	return err_hint(e, "set `revision` to a commit that has the change, instead of `commits`");
}

int git_series_commit(struct git_patch *p, char *line, const char *repository, struct err *e)
{
	char *tab = strchr(line, '\t'), *space = strchr(line, ' ');

	if (!tab || !space)
		return err_set(e, ERR_BUILD, "git log says something that was not asked for");
	*tab = *space = '\0';
	p->commit = line;
	p->subject = tab + 1;
	if (space > tab || !strchr(space + 1, ' '))
		return 0;
	err_set(e, ERR_BUILD, "commit %.12s (%s) is a merge, which is no patch", p->commit, p->subject);
	refuse(repository, e);
	return err_hint(e, "give a range without merges, or set `revision` to its end");
}

int git_series(struct arena *a, const char *repository, const char *range, const char *folder,
	       const struct git_patch **patches, size_t *count, struct err *e)
{
	const char *const words[] = {"log", "--reverse", "--topo-order", "--format=%H %P%x09%s", "--no-show-signature",
				     "--no-color", "--no-notes", range, "--", NULL};
	char *text = range[0] == '-' ? NULL : git_text(a, repository, words, NULL, e), *next;
	struct git_patch *list = NULL;
	size_t room = 0;

	*count = 0;
	if (!text)
		return range[0] == '-' ? err_set(e, ERR_BUILD, "%s is no range of commits", range) : -1;
	for (char *line = strtok_r(text, "\n", &next); line; line = strtok_r(NULL, "\n", &next)) {
		list = arena_grow(a, list, &room, *count + 1, sizeof *list);
		if (git_series_commit(&list[*count], line, repository, e) < 0 ||
		    make_patch(a, repository, folder, &list[*count], e) < 0)
			return -1;
		*count += list[*count].size > 0; /* patch(1) takes a commit that changes nothing here for garbage */
	}
	*patches = list;
	if (list)
		return 0;
	err_set(e, ERR_BUILD, "there are no commits in %s", range);
	refuse(repository, e);
	return err_hint(e, "A..B are the commits of B that A does not have: the older one comes first");
}
