#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "result/demand.h"
#include "result/report.h"
#include "util/text.h"

/* ---- text ---- */

/* A description or a reason: "#" begins a directive unless it is escaped. */
static void add_description(struct buf *out, const char *text)
{
	struct buf line = {0};

	text_add_line(&line, text);
	for (const char *p = line.data ? line.data : ""; *p; p++) {
		if (*p == '#' || *p == '\\')
			buf_addc(out, '\\');
		buf_addc(out, *p);
	}
	buf_finish(&line);
}

/* A scalar of YAML between double quotes. XML and YAML know nearly the same characters. */
static void add_scalar(struct buf *out, const char *text, size_t n)
{
	struct buf raw = {0}, clean = {0};

	buf_add(&raw, text, n);
	text_add_xml(&clean, raw.data ? raw.data : "");
	buf_addc(out, '"');
	for (const char *p = clean.data ? clean.data : ""; *p; p++) {
		if (*p == '"' || *p == '\\')
			buf_addc(out, '\\');
		if (*p == '\n' || *p == '\t' || *p == '\r')
			buf_adds(out, *p == '\n' ? "\\n" : *p == '\t' ? "\\t" : "\\r");
		else
			buf_addc(out, *p);
	}
	buf_addc(out, '"');
	buf_finish(&raw);
	buf_finish(&clean);
}

static void add_key(struct buf *out, const char *key, const char *text)
{
	if (!text || !*text)
		return;
	buf_printf(out, "  %s: ", key);
	add_scalar(out, text, strlen(text));
	buf_addc(out, '\n');
}

/* ---- a session ---- */

static void add_name(struct buf *out, const struct session_result *s)
{
	const char *const words[] = {s->scenario, s->variant, s->unit, s->config};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		buf_adds(out, i ? " / " : "");
		add_description(out, words[i]);
	}
	if (s->repeat > 1)
		buf_printf(out, " / repeat %d", s->repeat);
}

static bool is_left_out(const struct session_result *s)
{
	enum verdict v = session_verdict(s);

	return v == VERDICT_SKIPPED || v == VERDICT_CANCELLED;
}

static bool has_failed(const struct session_result *s)
{
	enum verdict v = session_verdict(s);

	return verdict_fails_run(v) || v == VERDICT_INFRA;
}

/* A failure in quarantine is TODO: it is shown, and fails nothing. */
static void add_directive(struct buf *out, const struct session_result *s)
{
	if (is_left_out(s)) {
		buf_printf(out, " # SKIP %s: ", verdict_name(session_verdict(s)));
		add_description(out, s->why);
	} else if (session_is_excused(s) && has_failed(s)) {
		buf_adds(out, " # TODO in quarantine until ");
		add_description(out, s->quarantine.until);
		buf_adds(out, ": ");
		add_description(out, s->quarantine.reason);
	}
}

static void add_at(struct buf *out, const struct session_result *s)
{
	struct arena a;
	struct demand_place at;

	arena_init(&a);
	at = demand_place(s, &a);
	if (at.file) {
		buf_adds(out, "  at:\n    file: ");
		add_scalar(out, at.file, strlen(at.file));
		buf_addc(out, '\n');
		if (at.line)
			buf_printf(out, "    line: %d\n", at.line);
	}
	arena_finish(&a);
}

/* The whole story as a list of lines: whatever a board printed, each stays one. */
static void add_story(struct buf *out, const struct run_record *r, const struct session_result *s)
{
	struct buf story = {0};

	report_failure(&story, r, s, false);
	buf_adds(out, "  story:\n");
	for (const char *line = story.data; *line;) {
		size_t n = strcspn(line, "\n");

		buf_adds(out, "    - ");
		add_scalar(out, line, n);
		buf_addc(out, '\n');
		line += n + (line[n] != '\0');
	}
	buf_finish(&story);
}

static void add_diagnostics(struct buf *out, const struct run_record *r, const struct session_result *s)
{
	buf_adds(out, "  ---\n");
	add_key(out, "verdict", verdict_name(session_verdict(s)));
	add_key(out, "cause", cause_name(s->cause));
	add_key(out, "message", s->why);
	add_key(out, "session", s->name);
	if (s->duration_ms > 0)
		buf_printf(out, "  duration_ms: %" PRId64 "\n", s->duration_ms);
	if (has_failed(s) || session_verdict(s) == VERDICT_FLAKY) {
		add_at(out, s);
		add_story(out, r, s);
	}
	buf_adds(out, "  ...\n");
}

/* ---- the guest's own tests: a subtest ---- */

static void add_case(struct buf *out, const struct session_result *s, const struct guest_case *c, size_t number)
{
	size_t first = c->text ? strcspn(c->text, "\n") : 0;
	char *reason = xasprintf("%.*s", (int)first, c->text ? c->text : "");

	buf_printf(out, "    %sok %zu - ", c->outcome == CASE_FAIL || c->outcome == CASE_TODO ? "not " : "", number);
	add_description(out, c->name);
	if (c->outcome == CASE_SKIP || c->outcome == CASE_TODO) {
		buf_printf(out, " # %s ", c->outcome == CASE_SKIP ? "SKIP" : "TODO");
		add_description(out, reason);
	} else if (c->outcome == CASE_FAIL && session_verdict(s) == VERDICT_EXPECTED_FAIL) {
		buf_printf(out, " # TODO demanded: fail with %s", cause_name(s->expected.cause));
	} else if (c->outcome == CASE_FAIL && first) {
		buf_adds(out, "\n    # ");
		text_add_line(out, reason);
	}
	buf_addc(out, '\n');
	free(reason);
}

static void add_subtest(struct buf *out, const struct session_result *s)
{
	size_t cases = 0, number = 0;

	for (size_t i = 0; i < s->tests_count; i++)
		cases += s->tests[i].case_count;
	if (!cases)
		return;
	buf_adds(out, "# Subtest: ");
	add_name(out, s);
	buf_printf(out, "\n    1..%zu\n", cases);
	for (size_t i = 0; i < s->tests_count; i++)
		for (size_t k = 0; k < s->tests[i].case_count; k++)
			add_case(out, s, &s->tests[i].cases[k], ++number);
}

static void add_point(struct buf *out, const struct run_record *r, size_t i)
{
	const struct session_result *s = &r->sessions[i];

	add_subtest(out, s);
	buf_printf(out, "%sok %zu - ", has_failed(s) ? "not " : "", i + 1);
	add_name(out, s);
	add_directive(out, s);
	buf_addc(out, '\n');
	if (!is_left_out(s))
		add_diagnostics(out, r, s);
}

/* ---- the run ---- */

static bool shows_a_failure(const struct run_record *r)
{
	for (size_t i = 0; i < r->plan_count; i++)
		if (has_failed(&r->sessions[i]) && !session_is_excused(&r->sessions[i]))
			return true;
	return false;
}

/* A run that is not ok although no test point says so: readers must hear of it all the same. */
static void add_bail_out(struct buf *out, const struct run_record *r)
{
	struct run_totals t = run_totals(r);
	int status = run_final_status(r);

	if (status == 0 || shows_a_failure(r))
		return;
	buf_printf(out, "Bail out! exit status %d: ", status);
	if (r->settings.expired && *r->settings.expired)
		add_description(out, *r->settings.expired);
	else if (t.count[VERDICT_CANCELLED])
		buf_printf(out, "%u of %zu sessions did not run", t.count[VERDICT_CANCELLED], r->plan_count);
	else if (t.count[VERDICT_FLAKY] && status == 5)
		buf_printf(out, "%u of %zu sessions passed only when they were tried again", t.count[VERDICT_FLAKY], r->plan_count);
	else
		buf_printf(out, "%u of %zu sessions were skipped", t.count[VERDICT_SKIPPED], r->plan_count);
	buf_addc(out, '\n');
}

static void add_document(struct buf *out, const struct run_record *r, int version)
{
	buf_printf(out, "TAP version %d\n1..%zu%s\n", version, r->plan_count, r->plan_count ? "" : " # SKIP no session is planned");
	buf_adds(out, "# run ");
	text_add_line(out, r->settings.run ? r->settings.run : "");
	buf_addc(out, '\n');
	for (size_t i = 0; i < r->plan_count; i++)
		add_point(out, r, i);
	add_bail_out(out, r);
}

void report_tap(struct buf *out, const struct run_record *r)
{
	add_document(out, r, 14);
}

void report_tap13(struct buf *out, const struct run_record *r)
{
	add_document(out, r, 13);
}
