#include <string.h>

#include "result/markdown.h"
#include "result/report.h"
#include "util/text.h"

enum { ROWS_MOST = 200, REMARK_COLUMNS = 1000, FOOT_BYTES = 16 * 1024 };

static unsigned count_not_ok(const struct run_totals *t)
{
	return t->count[VERDICT_FAIL] + t->count[VERDICT_VACUOUS] + t->count[VERDICT_TIMEOUT] + t->count[VERDICT_INFRA] +
	       t->count[VERDICT_FLAKY];
}

/* The answer, for who reads nothing else. */
static void add_title(struct buf *out, const struct run_record *r)
{
	struct run_totals t = run_totals(r);
	unsigned bad = count_not_ok(&t), open = t.count[VERDICT_CANCELLED] + t.count[VERDICT_SKIPPED];
	int status = run_final_status(r);

	buf_printf(out, "## %s ", status == 0 ? "✓" : "✗");
	if (bad)
		buf_printf(out, "%u of %zu session%s %s not ok", bad, r->plan_count, r->plan_count == 1 ? "" : "s",
			   bad == 1 ? "is" : "are");
	else if (open)
		buf_printf(out, "%u of %zu session%s did not run", open, r->plan_count, r->plan_count == 1 ? "" : "s");
	else
		buf_printf(out, "%s%zu session%s as demanded", r->plan_count == 1 ? "" : "all ", r->plan_count,
			   r->plan_count == 1 ? "" : "s");
	buf_adds(out, "\n\n");
	report_totals(out, r);
	buf_addc(out, '\n');
}

static void add_remark(struct buf *out, const char *about, const char *text)
{
	struct buf some = {0};

	if (!text)
		return;
	text_add_shortened(&some, text, REMARK_COLUMNS);
	buf_printf(out, "- **%s** ", about);
	markdown_add_text(out, some.data ? some.data : "");
	buf_addc(out, '\n');
	buf_finish(&some);
}

static void add_foot(struct buf *out, const struct run_record *r)
{
	struct buf command = {0};

	for (const char *const *word = r->settings.command; word && *word; word++)
		buf_printf(&command, "%s%s", command.len ? " " : "", *word);
	buf_addc(out, '\n');
	for (const char *const *entry = r->settings.expired; entry && *entry; entry++)
		add_remark(out, "expired", *entry);
	add_remark(out, "damaged", r->damage);
	add_remark(out, "run", r->settings.run);
	add_remark(out, "command", command.data);
	add_remark(out, "runtest", r->settings.version);
	add_remark(out, "QEMU", r->settings.qemu_version);
	buf_finish(&command);
}

static void add_story(struct buf *out, const struct run_record *r, const struct told *t)
{
	struct buf head = {0}, story = {0};

	report_headline(&head, t->session);
	report_told(&story, r, t, false);
	buf_adds(out, "\n<details><summary>");
	markdown_add_html(out, head.data);
	if (t->session->why) {
		buf_adds(out, ": ");
		markdown_add_html(out, t->session->why);
	}
	buf_adds(out, "</summary>\n\n");
	markdown_add_block(out, story.data);
	buf_adds(out, "\n</details>\n");
	buf_finish(&head);
	buf_finish(&story);
}

/* The gravest first, as many as there is room for. */
static void add_stories(struct buf *out, const struct run_record *r)
{
	struct told_list told;
	size_t i = 0;

	told_make(&told, r);
	told_sort_gravest(&told);
	for (; i < told.count; i++) {
		size_t before = out->len;

		add_story(out, r, &told.items[i]);
		if (out->len > REPORT_SUMMARY_MOST - FOOT_BYTES) {
			out->len = before;
			out->data[before] = '\0';
			break;
		}
	}
	if (i < told.count)
		buf_printf(out, "\n%zu more failures: `runtest report` tells them all.\n", told.count - i);
	told_finish(&told);
}

void report_summary(struct buf *out, const struct run_record *r)
{
	add_title(out, r);
	if (r->plan_count)
		report_table_markdown(out, r, ROWS_MOST);
	add_stories(out, r);
	add_foot(out, r);
}
