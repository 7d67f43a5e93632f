/* A run that has ended: its report, as `runtest report --html` writes it, with links to the files of the run. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "html/html.h"
#include "result/journal.h"
#include "serve/answer.h"
#include "serve/summary.h"
#include "util/file.h"

/* Reports that are kept for the next one who asks, and how large one may be for that. */
enum { KEPT_MAX = 16, KEPT_BYTES_MAX = 64 << 20 };

/* Around the policy that the page itself has, which names its own scripts and style by hash: both must agree to anything. */
static const char policy[] = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
			     "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static char *kept_path(const struct source *s, const char *dir)
{
	char stamp[SUMMARY_STAMP], *name = strrchr(dir, '/');

	if (summary_goes_on(dir) || !summary_stamp(dir, stamp))
		return NULL;
	return xasprintf("%s/%s.%s.html", s->scratch, name ? name + 1 : dir, stamp);
}

/* All go when there are too many: they are quickly made again. */
static void make_room(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *f;
	size_t n = 0;

	for (int sweep = 0; d && sweep < 2; sweep++) {
		rewinddir(d);
		while ((f = readdir(d))) {
			size_t length = strlen(f->d_name);
			bool report = length > 5 && strcmp(f->d_name + length - 5, ".html") == 0;

			if (!sweep)
				n += report;
			else if (report && n >= KEPT_MAX)
				unlinkat(dirfd(d), f->d_name, 0);
		}
	}
	if (d)
		closedir(d);
}

static int make(const char *dir, struct buf *out, struct err *e)
{
	static const struct html_options options = {.links = "", .home = "/", .fetch = true};

	return html_report(out, dir, &options, e);
}

static int report(const struct source *s, const char *dir, struct buf *out, struct err *e)
{
	char *kept = kept_path(s, dir);
	int rc = kept && file_exists(kept) ? file_read(kept, out, NULL) : -1;

	if (rc < 0) {
		buf_clear(out);
		rc = make(dir, out, e);
		if (rc == 0 && kept && out->len <= KEPT_BYTES_MAX) {
			make_room(s->scratch);
			file_write_atomic(kept, out->data, out->len, false, NULL);
		}
	}
	free(kept);
	return rc;
}

/* segments: runs RUN [report.html]; of a run that goes on the address without a file's name is the page that follows it */
void page_report(const struct source *s, const struct target *t, struct answer *a)
{
	struct err e;
	char *dir = summary_run_folder(s, t->segments[1], &e);

	if (dir && t->count == 2 && summary_goes_on(dir)) {
		page_run(s, t, a);
	} else if (dir && report(s, dir, &a->body, &e) == 0) {
		snprintf(a->policy, sizeof a->policy, "%s", policy);
	} else {
		answer_error(a, &e, false);
	}
	free(dir);
}
