#include <inttypes.h>
#include <string.h>

#include "result/demand.h"
#include "result/report.h"
#include "util/text.h"

/* GitHub shows ten annotations of each level and step. */
enum { ANNOTATIONS_MOST = 10, ANNOTATION_BYTES = 3000 };

/* ---- GitHub's workflow commands ---- */

/* The text of a command: what would end it is spelled in hex. A property may have neither ":" nor ",". */
static void add_data(struct buf *out, const char *text, bool property)
{
	for (; *text; text++) {
		if (*text == '%' || *text == '\r' || *text == '\n' || (property && (*text == ':' || *text == ',')))
			buf_printf(out, "%%%02X", (unsigned)(unsigned char)*text);
		else
			buf_addc(out, *text);
	}
}

static void add_property(struct buf *out, char before, const char *name, const char *value)
{
	struct buf line = {0};

	text_add_line(&line, value);
	buf_printf(out, "%c%s=", before, name);
	add_data(out, line.data ? line.data : "", true);
	buf_finish(&line);
}

/* Where GitHub looks for it: below the repository's folder, of which the project may be a part. */
static const char *in_repository(const struct run_record *r, const char *root, const char *file, struct arena *a)
{
	const char *project = r->settings.project;
	size_t n = root ? strlen(root) : 0;

	if (file[0] == '/' || !n || !project || strncmp(project, root, n) != 0 || project[n] != '/')
		return file;
	return arena_printf(a, "%s/%s", project + n + 1, file);
}

static void begin_annotation(struct buf *out, const struct run_record *r, const struct report_folding *how, const char *level,
			     struct demand_place at, const char *title, struct arena *a)
{
	buf_printf(out, "::%s", level);
	add_property(out, ' ', "title", title);
	if (at.file)
		add_property(out, ',', "file", in_repository(r, how->root, at.file, a));
	if (at.file && at.line)
		buf_printf(out, ",line=%d", at.line);
	buf_adds(out, "::");
}

/* Whole lines, as many as an annotation holds. */
static void cut(struct buf *text, size_t most)
{
	if (text->len <= most)
		return;
	while (most && text->data[most - 1] != '\n')
		most--;
	text->len = most;
	text->data[most] = '\0';
	buf_adds(text, "  ...\n");
}

static const char *level_of(const struct session_result *s)
{
	return session_is_excused(s) || session_verdict(s) == VERDICT_FLAKY ? "warning" : "error";
}

static void annotate(struct buf *out, const struct run_record *r, const struct report_folding *how, const struct told *t)
{
	struct buf title = {0}, text = {0};
	struct arena a;
	size_t more = told_others(t);

	arena_init(&a);
	report_headline(&title, t->session);
	if (more)
		buf_printf(&title, ", and %zu repeat%s", more, more == 1 ? "" : "s");
	report_answer(&text, r, t->session);
	cut(&text, ANNOTATION_BYTES);
	if (text.len && text.data[text.len - 1] == '\n')
		text.data[--text.len] = '\0';
	begin_annotation(out, r, how, level_of(t->session), demand_place(t->session, &a), title.data, &a);
	add_data(out, text.data ? text.data : "", false);
	buf_addc(out, '\n');
	arena_finish(&a);
	buf_finish(&title);
	buf_finish(&text);
}

/* Of one level, the last of those that GitHub shows standing for the rest. */
static void annotate_level(struct buf *out, const struct run_record *r, const struct report_folding *how,
			   const struct told_list *told, const char *level, size_t room)
{
	size_t count = 0, shown = 0;

	for (size_t i = 0; i < told->count; i++)
		count += strcmp(level_of(told->items[i].session), level) == 0;
	for (size_t i = 0; i < told->count && (shown + 1 < room || count <= room); i++) {
		if (strcmp(level_of(told->items[i].session), level) != 0)
			continue;
		annotate(out, r, how, &told->items[i]);
		shown++;
	}
	if (shown < count)
		buf_printf(out, "::%s title=runtest::%zu more: the step's log and summary tell them all\n", level, count - shown);
}

static void annotate_run(struct buf *out, const struct run_record *r, const struct report_folding *how)
{
	struct run_totals t = run_totals(r);
	struct arena a;

	arena_init(&a);
	for (const char *const *entry = r->settings.expired; entry && *entry; entry++) {
		struct buf text = {0};

		begin_annotation(out, r, how, "error", demand_place_of(*entry, &a), "quarantine is over", &a);
		text_add_line(&text, *entry);
		add_data(out, text.data ? text.data : "", false);
		buf_addc(out, '\n');
		buf_finish(&text);
	}
	if (t.count[VERDICT_CANCELLED])
		buf_printf(out, "::warning title=runtest::%u of %zu sessions did not run\n", t.count[VERDICT_CANCELLED],
			   r->plan_count);
	arena_finish(&a);
}

static void add_annotations(struct buf *out, const struct run_record *r, const struct report_folding *how)
{
	struct run_totals t = run_totals(r);
	struct told_list told;

	told_make(&told, r);
	told_sort_gravest(&told);
	annotate_level(out, r, how, &told, "error", ANNOTATIONS_MOST);
	annotate_level(out, r, how, &told, "warning", ANNOTATIONS_MOST - (t.count[VERDICT_CANCELLED] > 0));
	annotate_run(out, r, how);
	told_finish(&told);
}

/* ---- folding ---- */

static void add_title(struct buf *out, const struct told *t)
{
	report_headline(out, t->session);
	if (t->session->why) {
		buf_adds(out, ": ");
		text_add_line(out, t->session->why);
	}
}

/* What a board printed stands in between: commands are off there. */
static void commands_off(struct buf *out, const struct report_folding *how)
{
	if (how->token)
		buf_printf(out, "::stop-commands::%s\n", how->token);
}

static void commands_on(struct buf *out, const struct report_folding *how)
{
	if (how->token)
		buf_printf(out, "::%s::\n", how->token);
}

static void add_group(struct buf *out, const struct run_record *r, const struct report_folding *how, const struct told *t)
{
	struct buf title = {0};

	add_title(&title, t);
	buf_adds(out, "::group::");
	add_data(out, title.data, false);
	buf_addc(out, '\n');
	commands_off(out, how);
	report_told(out, r, t, true);
	commands_on(out, how);
	buf_adds(out, "::endgroup::\n");
	buf_finish(&title);
}

static void add_section(struct buf *out, const struct run_record *r, const struct report_folding *how, const struct told *t,
			size_t number)
{
	buf_printf(out, "\033[0Ksection_start:%" PRId64 ":runtest_%zu[collapsed=true]\r\033[0K", how->now_s, number);
	add_title(out, t);
	buf_addc(out, '\n');
	report_told(out, r, t, true);
	buf_printf(out, "\033[0Ksection_end:%" PRId64 ":runtest_%zu\r\033[0K\n", how->now_s, number);
}

static void add_plain(struct buf *out, const struct run_record *r, const struct told *t)
{
	buf_addc(out, '\n');
	report_told(out, r, t, true);
}

void report_folded(struct buf *out, const struct run_record *r, const struct report_folding *how)
{
	bool github = how->reader == REPORT_FOR_GITHUB;
	struct told_list told;

	if (github)
		add_annotations(out, r, how);
	told_make(&told, r);
	for (size_t i = 0; i < told.count; i++) {
		if (github)
			add_group(out, r, how, &told.items[i]);
		else if (how->reader == REPORT_FOR_GITLAB)
			add_section(out, r, how, &told.items[i], i + 1);
		else
			add_plain(out, r, &told.items[i]);
	}
	if (told.count && how->reader == REPORT_FOR_PEOPLE)
		buf_addc(out, '\n');
	told_finish(&told);
	if (github)
		commands_off(out, how);
	report_table_text(out, r, how->colour);
	if (github)
		commands_on(out, how);
}
