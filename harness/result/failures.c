#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "result/demand.h"
#include "result/evidence.h"
#include "result/guest.h"
#include "result/report.h"
#include "result/reproduce.h"
#include "util/text.h"
#include "util/units.h"

enum { PAGE_BYTES = 4096 };

/* The beginning of a line: what follows is about `label`. */
static void begin(struct buf *out, const char *label)
{
	buf_printf(out, "  %-9s ", label);
}

static void add_text(struct buf *out, const char *text)
{
	text_add_line(out, text ? text : "");
}

/* "  LABEL     TEXT\n", nothing when there is no text. */
static void add_line(struct buf *out, const char *label, const char *text)
{
	if (!text)
		return;
	begin(out, label);
	add_text(out, text);
	buf_addc(out, '\n');
}

static void add_where(struct buf *out, const char *where)
{
	if (where) {
		buf_adds(out, "  (");
		add_text(out, where);
		buf_addc(out, ')');
	}
	buf_addc(out, '\n');
}

static void add_line_at(struct buf *out, const char *label, const char *text, const char *where)
{
	begin(out, label);
	add_text(out, text);
	add_where(out, where);
}

static void add_time(struct buf *out, int64_t ms)
{
	char text[24];

	if (ms >= 0)
		buf_printf(out, " %s after power-on", units_duration_text(ms, text));
}

static void add_quoted(struct buf *out, const char *text)
{
	buf_addc(out, '"');
	add_text(out, text);
	buf_addc(out, '"');
}

/* What the scenario asked for, where that stands, and what came instead: two lines for each thing that went wrong. */
static void add_demand(struct buf *out, const struct session_result *s)
{
	if (s->expected.control) {
		begin(out, "demanded");
		buf_printf(out, "a negative control: fail with %s", cause_name(s->expected.cause));
		add_where(out, s->expected.where);
	} else if (s->expected.where && session_verdict(s) == VERDICT_FAIL && !demand_is_broken(s)) {
		add_line_at(out, "demanded", "to pass", s->expected.where);
	}
}

static void add_denied(struct buf *out, const struct console_sighting *d)
{
	begin(out, "demanded");
	buf_adds(out, "never on the console: ");
	add_text(out, d->pattern);
	add_where(out, d->where);
	begin(out, "instead");
	add_quoted(out, d->text);
	buf_adds(out, " came");
	add_time(out, d->at_ms);
	buf_addc(out, '\n');
}

static const struct phase_result *phase_of_end(const struct session_result *s)
{
	for (size_t i = 0; i < s->phase_count; i++)
		if (s->phases[i].outcome != PHASE_DONE && s->phases[i].outcome != PHASE_NOT_REACHED)
			return &s->phases[i];
	return NULL;
}

static void add_awaited(struct buf *out, const struct session_result *s)
{
	const struct session_evidence *ev = &s->evidence;
	const struct phase_result *phase = phase_of_end(s);

	if (!ev->awaited || (ev->denied_count && !(phase && phase->outcome == PHASE_TIMEOUT)))
		return; /* what was denied ended the session; what would have come next says nothing */
	begin(out, "demanded");
	buf_adds(out, "on the console: ");
	add_text(out, ev->awaited);
	add_where(out, ev->awaited_where);
	begin(out, "instead");
	buf_adds(out, "it had not come");
	if (phase) {
		add_time(out, phase->end_ms);
		buf_adds(out, ", when phase ");
		add_text(out, phase->name);
		buf_adds(out, " ended");
	}
	buf_addc(out, '\n');
}

static void add_extent(struct buf *out, uint64_t bytes)
{
	uint64_t n = bytes % PAGE_BYTES ? bytes : bytes / PAGE_BYTES;

	buf_printf(out, "%" PRIu64 " %s%s ", n, bytes % PAGE_BYTES ? "byte" : "page", n == 1 ? "" : "s");
}

/* "main, notified and 7 more": what lay there. */
static void add_names(struct buf *out, const struct page_span *span)
{
	unsigned told = 0;

	for (const char *const *name = span->names; name && *name; name++, told++) {
		buf_adds(out, told ? ", " : ": ");
		add_text(out, *name);
	}
	if (told && span->names_total > told)
		buf_printf(out, " and %u more", span->names_total - told);
}

static void add_spans(struct buf *out, const struct page_evidence *p)
{
	enum { MOST = 8 };

	for (size_t i = 0; i < p->span_count && i < MOST; i++) {
		const struct page_span *span = &p->spans[i];

		begin(out, i ? "" : "pages");
		add_text(out, p->region);
		buf_addc(out, ' ');
		add_text(out, p->access);
		buf_printf(out, "  0x%" PRIx64 "..0x%" PRIx64 "  ", span->start, span->end);
		add_extent(out, span->end - span->start);
		add_text(out, span->class);
		if (i == 0 && p->poisoned)
			buf_printf(out, " (%u of them never loaded)", p->poisoned);
		add_names(out, span);
		buf_addc(out, '\n');
	}
	if (p->span_count > MOST) {
		begin(out, "");
		buf_printf(out, "and %zu more ranges of ", p->span_count - MOST);
		add_text(out, p->region);
		buf_addc(out, '\n');
	}
}

static void add_since(struct buf *out, const struct page_evidence *fault, const struct page_evidence *before)
{
	buf_adds(out, " at ");
	add_text(out, fault->moment);
	if (fault->look > 1)
		buf_printf(out, " (look %u)", fault->look);
	buf_addc(out, ',');
	add_time(out, fault->at_ms);
	if (before) {
		buf_adds(out, "; still intact at ");
		add_text(out, before->moment);
		buf_addc(out, ',');
		add_time(out, before->at_ms);
	}
	buf_addc(out, '\n');
}

/* Told at the moment at which pages were first found at fault: later looks see the same, and what came of it. */
static void add_pages(struct buf *out, const struct session_result *s)
{
	const struct session_evidence *ev = &s->evidence;
	const struct page_evidence *fault = evidence_first_fault(ev);

	if (!fault)
		return;
	begin(out, "demanded");
	if (fault->demanded)
		buf_printf(out, "%s at ", fault->demand ? fault->demand : "intact");
	else
		buf_adds(out, "memory is looked at, at ");
	add_text(out, fault->moment);
	add_where(out, fault->where);
	begin(out, "instead");
	evidence_add_fault(out, ev, fault);
	add_since(out, fault, evidence_before(ev, fault));
	for (const struct page_evidence *p = fault; p < ev->pages + ev->page_count; p++)
		if (page_evidence_faulty(p) && page_evidence_same_moment(p, fault))
			add_spans(out, p);
}

/* Of those that did not simply run. */
static void add_execution(struct buf *out, const struct session_evidence *ev)
{
	for (size_t i = 0; i < ev->execution_count; i++) {
		const struct execution_evidence *x = &ev->execution[i];

		if (x->fate && strcmp(x->fate, "ran") == 0)
			continue;
		begin(out, "execution");
		add_text(out, x->pd ? x->pd : "a protection domain");
		buf_addc(out, ' ');
		add_text(out, x->text ? x->text : "");
		buf_addc(out, '\n');
	}
}

static void add_store(struct buf *out, const struct culprit_evidence *c)
{
	bool only_first = c->how && strcmp(c->how, "first") == 0, by_time = c->how && strcmp(c->how, "time") == 0;

	buf_printf(out, "the store at 0x%" PRIx64, c->pc);
	if (c->level && *c->level) {
		buf_adds(out, " in ");
		add_text(out, c->level);
	}
	buf_printf(out, only_first ? " was the first to %u of the lost pages, 0x%" PRIx64 " before all"
				   : " lost %u of the pages, 0x%" PRIx64 " before all",
		   c->pages, c->first_page);
	if (by_time)
		buf_printf(out, "; not by the kernel's window: instruction %" PRIu64 " of the boot", c->instruction + 1);
	buf_addc(out, '\n');
}

/* Whose it was: the protection domain's name, or what stands for it. */
static const char *loser(const struct untyped_loss *l)
{
	return l->pd ? l->pd : l->owner ? l->owner : l->region;
}

/* Pages of one owner's regions in the untyped, from the i-th on; 0 when an earlier one has told of them. */
static unsigned pages_of_loser(const struct untyped_evidence *u, size_t i)
{
	unsigned pages = 0;

	for (size_t k = 0; k < u->lost_count; k++) {
		if (strcmp(loser(&u->lost[k]), loser(&u->lost[i])) != 0)
			continue;
		if (k < i)
			return 0;
		pages += u->lost[k].pages;
	}
	return pages;
}

static void add_untyped(struct buf *out, const struct untyped_evidence *u)
{
	const char *between = "";

	begin(out, "untyped");
	buf_printf(out, "0x%" PRIx64 "..0x%" PRIx64 " (%s) took along ", u->start, u->end,
		   u->told_by && strcmp(u->told_by, "console") == 0 ? "as the console says" : "by alignment");
	for (size_t i = 0; i < u->lost_count; i++) {
		unsigned pages = pages_of_loser(u, i);

		if (!pages)
			continue;
		buf_adds(out, between);
		add_text(out, loser(&u->lost[i]));
		buf_printf(out, " %u page%s", pages, pages == 1 ? "" : "s");
		between = ", ";
	}
	buf_addc(out, '\n');
}

static void add_untypeds(struct buf *out, const struct session_evidence *ev)
{
	enum { MOST = 8 };

	for (size_t i = 0; i < ev->untyped_count && i < MOST; i++)
		add_untyped(out, &ev->untypeds[i]);
	if (ev->untyped_count > MOST) {
		begin(out, "");
		buf_printf(out, "and %zu more untypeds\n", ev->untyped_count - MOST);
	}
}

/* How far the last boot came. */
static void add_marks(struct buf *out, const struct session_result *s)
{
	const struct session_mark *last = s->mark_count ? &s->marks[s->mark_count - 1] : NULL;
	const char *between = "";
	char text[24];

	if (!last)
		return;
	begin(out, "reached");
	for (const struct session_mark *m = s->marks; m <= last; m++) {
		if (m->boot != last->boot)
			continue;
		buf_adds(out, between);
		add_text(out, m->mark);
		between = ", ";
	}
	buf_printf(out, " %s after power-on\n", units_duration_text(last->at_ms, text));
}

static void add_culprits(struct buf *out, const struct session_evidence *ev)
{
	for (size_t i = 0; i < ev->culprit_count; i++) {
		const struct culprit_evidence *c = &ev->culprits[i];

		begin(out, "culprit");
		add_store(out, c);
		for (const char *const *call = c->calls; call && *call; call++)
			add_line(out, call == c->calls ? "in" : "from", *call);
	}
}

static void add_fault_of(struct buf *out, const struct guest_tests *t, const char *fault)
{
	begin(out, "demanded");
	buf_printf(out, "%s", t->format ? t->format : "test results");
	if (t->from) {
		buf_adds(out, " from ");
		add_text(out, t->from);
	}
	buf_adds(out, ", whole and without a fault");
	add_where(out, t->where);
	begin(out, "instead");
	add_text(out, fault);
	buf_addc(out, '\n');
}

/* The case, and the first line of what it says. */
static void add_failed_case(struct buf *out, const struct guest_case *c)
{
	size_t n = c->text ? strcspn(c->text, "\n") : 0;
	char *first = n ? xasprintf(": %.*s", (int)n, c->text) : NULL;

	begin(out, "failed");
	add_text(out, c->name);
	add_text(out, first);
	buf_addc(out, '\n');
	free(first);
}

/* The guest's own tests: how many there were, which of them failed, and what is wrong with their output. */
static void add_tests(struct buf *out, const struct session_result *s)
{
	enum { MOST = 8 };
	struct buf line;

	if (!s->tests_count)
		return;
	buf_init(&line);
	guest_add_counts(&line, s);
	for (size_t i = 0; i < s->tests_count; i++)
		if (s->tests[i].planned >= 0)
			buf_printf(&line, "%s %u of %" PRId64 " planned results came", i ? "," : ";", s->tests[i].came,
				   s->tests[i].planned);
	add_line(out, "tests", line.data);
	buf_finish(&line);
	for (size_t i = 0; i < s->tests_count; i++) {
		const struct guest_tests *t = &s->tests[i];
		unsigned told = 0;

		for (size_t k = 0; k < t->case_count && told < MOST; k++)
			if (t->cases[k].outcome == CASE_FAIL && ++told)
				add_failed_case(out, &t->cases[k]);
		if (t->count[CASE_FAIL] > told) {
			begin(out, "");
			buf_printf(out, "and %u more\n", t->count[CASE_FAIL] - told);
		}
		for (const char *const *fault = t->faults; fault && *fault; fault++)
			add_fault_of(out, t, *fault);
	}
}

static void add_last_seen(struct buf *out, const struct session_evidence *ev)
{
	const struct console_sighting *last = ev->seen_count ? &ev->seen[ev->seen_count - 1] : NULL;

	if (!last)
		return;
	begin(out, "last seen");
	add_quoted(out, last->text ? last->text : last->pattern);
	add_time(out, last->at_ms);
	buf_addc(out, '\n');
}

static void add_tail(struct buf *out, const char *tail)
{
	const char *label = "console", *end;

	for (; tail && *tail; tail = *end ? end + 1 : end) {
		char *text;

		end = strchrnul(tail, '\n');
		text = xasprintf("| %.*s", (int)(end - tail - (end > tail && end[-1] == '\r')), tail);
		add_line(out, label, text);
		free(text);
		label = "";
	}
}

static void add_log(struct buf *out, const struct run_record *r, const struct session_result *s, bool from_here)
{
	char *path;

	if (!s->dir)
		return;
	path = xasprintf("%s/%s%s%s", r->dir, s->dir, s->console ? "/" : "", s->console ? s->console : "");
	begin(out, "log");
	if (from_here)
		text_add_path(out, path);
	else
		add_text(out, path);
	buf_addc(out, '\n');
	free(path);
}

void report_headline(struct buf *out, const struct session_result *s)
{
	const char *const words[] = {s->scenario, s->variant, s->unit, s->config};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		buf_adds(out, i ? " / " : "");
		add_text(out, words[i]);
	}
	buf_printf(out, ": %s%s%s", verdict_name(session_verdict(s)), s->cause ? ", " : "", cause_name(s->cause));
}

static void add_attempts(struct buf *out, const struct session_result *s)
{
	for (size_t i = 0; i < s->tried_count; i++) {
		const struct attempt_summary *t = &s->tried[i];

		begin(out, i ? "" : "before");
		buf_printf(out, "attempt %d on ", t->number);
		add_text(out, t->unit);
		buf_printf(out, ": %s%s%s: ", verdict_name(t->verdict), t->cause ? ", " : "", cause_name(t->cause));
		add_text(out, t->why);
		buf_addc(out, '\n');
	}
}

static void add_quarantine(struct buf *out, const struct session_result *s)
{
	const struct quarantine_note *q = &s->quarantine;

	if (!q->name)
		return;
	begin(out, "excused");
	buf_adds(out, "in quarantine until ");
	add_text(out, q->until);
	buf_adds(out, ": ");
	add_text(out, q->reason);
	add_where(out, q->where);
}

/* What was demanded and what came instead, and whose doing it was. */
static void add_answer(struct buf *out, const struct session_result *s)
{
	add_line(out, "why", s->why);
	add_quarantine(out, s);
	add_attempts(out, s);
	add_demand(out, s);
	for (size_t i = 0; i < s->evidence.denied_count; i++)
		add_denied(out, &s->evidence.denied[i]);
	add_awaited(out, s);
	add_tests(out, s);
	add_pages(out, s);
	add_untypeds(out, &s->evidence);
	add_execution(out, &s->evidence);
	add_culprits(out, &s->evidence);
}

void report_answer(struct buf *out, const struct run_record *r, const struct session_result *s)
{
	add_answer(out, s);
	reproduce_tell(out, r, s, add_line);
}

void report_failure(struct buf *out, const struct run_record *r, const struct session_result *s, bool from_here)
{
	report_headline(out, s);
	buf_addc(out, '\n');
	add_answer(out, s);
	add_line(out, "ground", s->evidence.ground);
	add_marks(out, s);
	add_last_seen(out, &s->evidence);
	for (const char *const *note = s->evidence.notes; note && *note; note++)
		add_line(out, "note", *note);
	add_tail(out, s->evidence.tail);
	reproduce_tell(out, r, s, add_line);
	add_log(out, r, s, from_here);
}

/* The other repeats that came to the same as the one that was told. */
static void add_others(struct buf *out, const struct told *t)
{
	size_t n = 0;

	for (size_t i = t->place + 1; i < t->row->count; i++) {
		if (!told_is_same(t, i))
			continue;
		if (n++ == 0)
			begin(out, "also");
		else
			buf_addc(out, ' ');
		add_text(out, t->row->sessions[i]->name);
	}
	if (n)
		buf_addc(out, '\n');
}

void report_told(struct buf *out, const struct run_record *r, const struct told *t, bool from_here)
{
	report_failure(out, r, t->session, from_here);
	add_others(out, t);
}

void report_failures(FILE *out, const struct run_record *r)
{
	struct told_list told;
	struct buf text;

	buf_init(&text);
	told_make(&told, r);
	for (size_t i = 0; i < told.count; i++) {
		buf_addc(&text, '\n');
		report_told(&text, r, &told.items[i], true);
	}
	if (text.len)
		fputs(text.data, out);
	told_finish(&told);
	buf_finish(&text);
}
