#include "git/revision.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "git/program.h"
#include "util/proc.h"

int git_is_id(const char *text)
{
	size_t n = strspn(text, "0123456789abcdef");

	return !text[n] && (n == 40 || n == 64);
}

static int no_repository(const char *path, struct err *e)
{
	err_set(e, ERR_BUILD, "there is no git repository");
	err_at(e, path, 0, 0);
	return err_hint(e, "`git` names the top folder of a checkout, or a bare repository");
}

static int no_revision(struct git_revision *r, const char *said, struct err *e)
{
	if (strstr(said, "not a git repository"))
		return no_repository(r->repository, e);
	if (strstr(said, "bad revision") || strstr(said, "unknown revision") || strstr(said, "ambiguous"))
		err_set(e, ERR_BUILD, "the repository has no revision \"%s\"", r->name);
	else
		err_set(e, ERR_BUILD, "the revision \"%s\" cannot be read: %s", r->name, said);
	err_at(e, r->repository, 0, 0);
	return err_hint(e, "fetch it there first (`git fetch`), or name another commit, tag or branch");
}

/* "COMMIT\nTREE\n--\n" */
static int take_ids(struct git_revision *r, char *text)
{
	char *rest, *line = strtok_r(text, "\n", &rest), *next = line ? strtok_r(NULL, "\n", &rest) : NULL;

	if (!line || !next || !git_is_id(line) || !git_is_id(next))
		return -1;
	memcpy(r->commit, line, strlen(line) + 1);
	memcpy(r->tree, next, strlen(next) + 1);
	return 0;
}

static int find_commit(struct git_revision *r, struct arena *a, struct err *e)
{
	/* "--" behind them: what git knows as no revision is not tried as the name of a file. */
	const char *const words[] = {"rev-parse", arena_printf(a, "%s^{commit}", r->name),
				     arena_printf(a, "%s^{tree}", r->name), "--", NULL};
	struct buf out = {0}, complaint = {0};
	struct git_call c = {.repository = r->repository, .words = words, .output = proc_keep_output, .ctx = &out};
	char said[256];
	int status = r->name[0] == '-' ? 128 : git_run(&c, &complaint, e);

	git_last_word(&complaint, said, sizeof said);
	if (status == 0 && take_ids(r, out.data) < 0)
		status = 128;
	buf_finish(&out);
	buf_finish(&complaint);
	return status > 0 ? no_revision(r, r->name[0] == '-' ? "bad revision" : said, e) : status;
}

/* "040000 tree ID\tFOLDER" */
static int find_folder(struct git_revision *r, struct arena *a, struct err *e)
{
	const char *const words[] = {"ls-tree", "-z", "--full-tree", r->commit, "--", r->folder, NULL};
	char *text = git_text(a, r->repository, words, NULL, e);

	if (!text)
		return -1;
	if (sscanf(text, "040000 tree %64[0-9a-f]", r->tree) == 1 && git_is_id(r->tree))
		return 0;
	err_set(e, ERR_BUILD, "revision %s has no folder %s", r->name, r->folder);
	return err_at(e, r->repository, 0, 0);
}

int git_resolve(struct git_revision *r, struct arena *a, const char *repository, const char *name, const char *folder,
		struct err *e)
{
	char *real = realpath(repository, NULL);
	struct stat st;

	*r = (struct git_revision){.name = name, .folder = folder};
	r->repository = arena_strdup(a, real ? real : repository);
	free(real);
	if (stat(r->repository, &st) < 0 || !S_ISDIR(st.st_mode))
		return no_repository(repository, e);
	if (find_commit(r, a, e) < 0)
		return -1;
	return folder ? find_folder(r, a, e) : 0;
}

int git_enclosing(struct arena *a, const char *folder, const char **top, const char **inside, struct err *e)
{
	static const char *const words[] = {"rev-parse", "--show-toplevel", "--show-prefix", NULL};
	struct buf out = {0}, complaint = {0};
	struct git_call c = {
		.repository = folder, .words = words, .search_up = true, .output = proc_keep_output, .ctx = &out};
	int status = git_run(&c, &complaint, e);
	char *line = status == 0 ? arena_strndup(a, out.data, out.len) : NULL, *prefix;

	buf_finish(&out);
	buf_finish(&complaint);
	if (status < 0)
		return -1;
	prefix = line ? strchr(line, '\n') : NULL;
	if (!prefix)
		return no_repository(folder, e);
	*prefix++ = '\0';
	prefix[strcspn(prefix, "\n")] = '\0';
	if (prefix[0]) /* it ends in a slash */
		prefix[strlen(prefix) - 1] = '\0';
	*top = line;
	*inside = prefix[0] ? prefix : NULL;
	return 0;
}
