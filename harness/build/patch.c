#include "build/patch.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/proc.h"

/* ---- where a hunk stands in the patch file ---- */

struct lines {
	const char *at, *end;
	int number; /* of the line that `at` is behind */
};

static bool next_line(struct lines *l, const char **line, size_t *n)
{
	const char *stop;

	if (l->at >= l->end)
		return false;
	*line = l->at;
	stop = memchr(l->at, '\n', (size_t)(l->end - l->at));
	*n = (size_t)((stop ? stop : l->end) - l->at);
	l->at = stop ? stop + 1 : l->end;
	l->number++;
	return true;
}

static bool starts(const char *line, size_t n, const char *with)
{
	return n >= strlen(with) && memcmp(line, with, strlen(with)) == 0;
}

/* The path in "+++ b/PATH<tab>DATE" without its first component, as -p1 takes it off. */
static size_t target_of(const char *line, size_t n, const char **path)
{
	const char *tab = memchr(line, '\t', n), *slash;

	if (tab)
		n = (size_t)(tab - line);
	while (n && (line[n - 1] == '\r' || line[n - 1] == ' '))
		n--;
	slash = memchr(line, '/', n);
	*path = slash ? slash + 1 : line + (n < 4 ? n : 4);
	return (size_t)(line + n - *path);
}

/* "@@ -10,7 +10,9 @@": how many lines of the body belong to the old file and how many to the new one. */
static bool hunk_sizes(const char *line, size_t n, long *before, long *after)
{
	char head[96];

	*before = *after = 1;
	snprintf(head, sizeof head, "%.*s", (int)(n < sizeof head ? n : sizeof head - 1), line);
	if (sscanf(head, "@@ -%*u,%ld +%*u,%ld @@", before, after) == 2)
		return true;
	*before = 1;
	if (sscanf(head, "@@ -%*u +%*u,%ld @@", after) == 1 || sscanf(head, "@@ -%*u,%ld +%*u @@", before) == 1)
		return true;
	return starts(head, strlen(head), "@@ -");
}

static void skip_body(struct lines *l, long before, long after)
{
	const char *line;
	size_t n;

	while ((before > 0 || after > 0) && next_line(l, &line, &n)) {
		char c = n ? line[0] : ' ';

		before -= before > 0 && (c == ' ' || c == '-');
		after -= after > 0 && (c == ' ' || c == '+');
	}
}

/* The line of the hunk-th hunk for `target`, or 0. */
static int hunk_line(const struct patch_file *p, const char *target, int hunk)
{
	struct lines l = {p->text, p->text + p->size, 0};
	bool here = false;
	const char *line, *path;
	long before, after;
	size_t n;

	while (next_line(&l, &line, &n)) {
		if (starts(line, n, "--- ") || starts(line, n, "+++ ")) {
			size_t len = target_of(line, n, &path);

			here = (here && line[0] == '+') || (len == strlen(target) && memcmp(path, target, len) == 0);
		} else if (hunk_sizes(line, n, &before, &after) && starts(line, n, "@@ ")) {
			if (here && hunk > 0 && --hunk == 0)
				return l.number;
			skip_body(&l, before, after);
		}
	}
	return 0;
}

/* The target that the header in front of line `number` names. */
static char *target_before(const struct patch_file *p, int number)
{
	struct lines l = {p->text, p->text + p->size, 0};
	const char *line, *path, *found = "?";
	size_t n, len = 1;

	while (l.number < number && next_line(&l, &line, &n)) {
		if (!starts(line, n, "--- ") && !starts(line, n, "+++ "))
			continue;
		if (memmem(line, n, "/dev/null", 9))
			continue;
		len = target_of(line, n, &path);
		found = path;
	}
	return xasprintf("%.*s", (int)len, found);
}

/* ---- what patch(1) said ---- */

static const char upstream_hint[] =
	"the source tree is not the one that this patch was made for: bring the patch up to it";

static int refuse_hunk(const struct patch_file *p, const char *file, int hunk, int line, struct err *e)
{
	err_set(e, ERR_BUILD, "the patch does not apply: hunk %d does not match %s:%d", hunk, file, line);
	err_at(e, p->path, hunk_line(p, file, hunk), 0);
	return err_hint(e, "%s", upstream_hint);
}

static int refuse_reversed(const struct patch_file *p, const char *file, struct err *e)
{
	err_set(e, ERR_BUILD, "the patch does not apply: hunk 1 for %s is in the source tree already", file);
	err_at(e, p->path, hunk_line(p, file, 1), 0);
	return err_hint(e, "take the patch out of the variant's `patches`, or out of the source tree");
}

static int refuse_missing(const struct patch_file *p, int line, struct err *e)
{
	char *file = target_before(p, line);

	err_set(e, ERR_BUILD, "the patch does not apply: hunk 1 is for %s, which the source tree does not have", file);
	free(file);
	err_at(e, p->path, line, 0);
	return err_hint(e, "paths in a patch are relative to `source`, with their first folder (a/, b/) left off");
}

/* "patching file NAME", with quotes when the name needs them, perhaps with remarks behind it. */
static void note_file(const char *line, size_t n, char *file, size_t room)
{
	static const char said[] = "patching file ";
	const char *name = line + sizeof said - 1;
	size_t len;

	if (!starts(line, n, said))
		return;
	if (*name == '\'') {
		name++;
		len = strcspn(name, "'\n");
	} else {
		len = strcspn(name, " \n");
	}
	snprintf(file, room, "%.*s", (int)len, name);
}

int patch_explain(const struct patch_file *p, const char *said, struct err *e)
{
	struct lines l = {said, said + strlen(said), 0};
	char file[256] = "?";
	const char *line, *last = "nothing";
	size_t n, last_n = strlen(last);
	char head[512]; /* of a line: sscanf looks for the end of its text first, which would be that of all of it */
	int hunk, at;

	while (next_line(&l, &line, &n)) {
		note_file(line, n, file, sizeof file);
		snprintf(head, sizeof head, "%.*s", (int)(n < sizeof head ? n : sizeof head - 1), line);
		if (sscanf(head, "Hunk #%d FAILED at %d", &hunk, &at) == 2)
			return refuse_hunk(p, file, hunk, at, e);
		if (starts(line, n, "Reversed (or previously applied)") || starts(line, n, "which already exists!"))
			return refuse_reversed(p, file, e);
		if (sscanf(head, "can't find file to patch at input line %d", &at) == 1)
			return refuse_missing(p, at, e);
		if (sscanf(head, "The next patch would create the file %255[^,\n]", file) == 1)
			continue;
		if (sscanf(head, "patch: **** malformed patch at line %d", &at) == 1) {
			err_set(e, ERR_BUILD, "the patch is damaged");
			return err_at(e, p->path, at, 0);
		}
		if (n) {
			last = line;
			last_n = n;
		}
	}
	err_set(e, ERR_BUILD, "the patch does not apply; patch(1) says: %.*s", (int)last_n, last);
	return err_at(e, p->path, 0, 0);
}

/* ---- running it ---- */

struct said {
	struct buf text;
	int log;
};

static int hear(void *ctx, const char *data, size_t n)
{
	struct said *s = ctx;

	buf_add(&s->text, data, n);
	return file_write_all(s->log, data, n);
}

/* The patch as a file that exists nowhere else: readable under the path that is written to `path`. */
static int as_file(const struct patch_file *p, char path[32], struct err *e)
{
	int fd = memfd_create("patch", 0);

	if (fd < 0 || file_write_all(fd, p->text, p->size) < 0) {
		err_sys(e, ERR_IO, "cannot hand the patch to patch(1)");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

/* A commit has no file whose lines could be named: it is named itself, and where the variants file asks for it. */
static int blame_commit(const struct patch_file *p, struct err *e)
{
	struct err was;

	if (!e)
		return -1;
	was = *e;
	err_set(e, ERR_BUILD, "%s: %s", p->commit, was.what);
	err_at(e, p->path, 0, 0);
	return err_hint(e, "%s", was.hint);
}

int patch_apply(const struct patch_file *p, const char *tree, int log, int stop_fd, struct err *e)
{
	char path[32];
	/* --forward: without it --batch takes a patch that is there already out again. */
	const char *const argv[] = {"patch", "-p1", "--fuzz=0", "--batch", "--forward", "--no-backup-if-mismatch",
				    "--reject-file=-", "-i", path, NULL};
	const char *const env[] = {"LC_ALL=C", NULL}; /* its words are read below */
	struct proc_spec spec = {.argv = argv, .env = env, .cwd = tree, .warden = true, .keep_count = 1};
	struct said said = {.log = log};
	struct proc_watch watch = {.stop_fd = stop_fd, .deadline_ms = INT64_MAX, .output = hear, .ctx = &said};
	int fd = as_file(p, path, e), rc;

	if (fd < 0)
		return -1;
	spec.keep = &fd;
	buf_init(&said.text);
	if (e)
		e->kind = ERR_NONE;
	rc = proc_run_watched(&spec, &watch, e);
	if (rc < 0 && e && e->kind == ERR_NONE)
		err_sys(e, ERR_IO, "cannot write the build's log");
	else if (rc > 0)
		rc = patch_explain(p, said.text.data ? said.text.data : "", e);
	if (rc < 0 && p->commit && e && e->kind == ERR_BUILD)
		blame_commit(p, e);
	buf_finish(&said.text);
	close(fd);
	return rc;
}
