#include "git/history.h"

#include <string.h>

#include "git/program.h"

const char *const *git_suspects(struct arena *a, const char *repository, const char *bad, const char *const *good,
				struct err *e)
{
	const char *const *words = NULL, *const *list = NULL;
	char *text, *rest;

	words = arena_list_add(a, words, "rev-list");
	words = arena_list_add(a, words, "--bisect-all");
	words = arena_list_add(a, words, bad);
	for (; *good; good++)
		words = arena_list_add(a, words, arena_printf(a, "^%s", *good));
	text = git_text(a, repository, arena_list_add(a, words, "--"), NULL, e);
	if (!text)
		return NULL;
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		line[strcspn(line, " ")] = '\0'; /* "ID (dist=3)" */
		list = arena_list_add(a, list, line);
	}
	if (!list)
		err_set(e, ERR_USAGE, "there is no commit between the good one and the bad one");
	return list;
}

int git_is_ancestor(const char *repository, const char *old, const char *new, struct err *e)
{
	const char *const words[] = {"merge-base", "--is-ancestor", old, new, NULL};
	struct git_call c = {.repository = repository, .words = words};
	int status = git_run(&c, NULL, e);

	if (status == 0 || status == 1)
		return !status;
	return status < 0 ? -1 : err_set(e, ERR_BUILD, "git cannot tell whether %s is in the history of %s", old, new);
}

const char *git_merge_base(struct arena *a, const char *repository, const char *x, const char *y, struct err *e)
{
	const char *const words[] = {"merge-base", x, y, NULL};
	char *text = git_text(a, repository, words, NULL, NULL);

	if (!text) {
		err_set(e, ERR_USAGE, "%.12s and %.12s have no history in common", x, y);
		return NULL;
	}
	text[strcspn(text, "\n")] = '\0';
	return text;
}

const char *git_subject(struct arena *a, const char *repository, const char *commit)
{
	const char *const words[] = {"log", "-1", "--format=%s", "--no-show-signature", "--no-color", commit, "--", NULL};
	char *text = git_text(a, repository, words, NULL, NULL);

	if (text)
		text[strcspn(text, "\n")] = '\0';
	return text ? text : "";
}

const char *git_describe(struct arena *a, const char *repository, const char *commit, struct err *e)
{
	const char *const words[] = {"log", "-1", "-m", "--first-parent", "--stat=80", "--no-show-signature", "--no-color",
				     "--no-notes", "--no-ext-diff", "--no-textconv", "--date=iso",
				     "--format=%H%n  %s%n  %an <%ae>, %ad%n", commit, "--", NULL};

	return git_text(a, repository, words, NULL, e);
}
