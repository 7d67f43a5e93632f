#include "result/evidence.h"

#include <string.h>

#include "result/journal.h"
#include "result/text.h"

static unsigned faults(const struct page_evidence *p)
{
	return p->count[COUNT_CLEARED] + p->count[COUNT_PARTLY_CLEARED] + p->count[COUNT_CHANGED];
}

bool page_evidence_faulty(const struct page_evidence *p)
{
	return p->judged && faults(p) > 0;
}

static bool same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

const struct page_evidence *evidence_first_fault(const struct session_evidence *ev)
{
	for (size_t i = 0; i < ev->page_count; i++)
		if (page_evidence_faulty(&ev->pages[i]))
			return &ev->pages[i];
	return NULL;
}

const struct page_evidence *evidence_before(const struct session_evidence *ev, const struct page_evidence *fault)
{
	const struct page_evidence *before = NULL;

	for (const struct page_evidence *p = ev->pages; p < fault; p++)
		if (p->judged && p->paddr == fault->paddr)
			before = p;
	return before;
}

/* Pages of several regions together. */
struct sum {
	unsigned count[COUNT_CLASSES], poisoned;
	bool code; /* all of them may be executed */
};

static void sum_add(struct sum *sum, const struct page_evidence *p)
{
	for (int c = 0; c < COUNT_CLASSES; c++)
		sum->count[c] += p->count[c];
	sum->poisoned += p->poisoned;
	sum->code &= p->access && strchr(p->access, 'x');
}

/* "code pages" of a PD, "table pages", ... */
static void add_noun(struct buf *out, const struct sum *sum, const char *owner)
{
	if (owner && strcmp(owner, "pd") == 0)
		buf_adds(out, sum->code ? "code" : "PD");
	else
		text_add_printable(out, owner ? owner : "judged", false);
	buf_adds(out, " pages");
}

void evidence_add_fault(struct buf *out, const struct session_evidence *ev, const struct page_evidence *fault)
{
	static const char *const word[COUNT_CLASSES] = {
		[COUNT_CLEARED] = "cleared",
		[COUNT_PARTLY_CLEARED] = "partly cleared",
		[COUNT_CHANGED] = "changed",
	};
	struct sum sum = {.code = true};
	const char *class = NULL;
	unsigned bad, all, kinds = 0;

	for (size_t i = 0; i < ev->page_count; i++) {
		const struct page_evidence *p = &ev->pages[i];

		if (p->judged && same(p->moment, fault->moment) && same(p->owner, fault->owner))
			sum_add(&sum, p);
	}
	bad = sum.count[COUNT_CLEARED] + sum.count[COUNT_PARTLY_CLEARED] + sum.count[COUNT_CHANGED];
	all = bad + sum.count[COUNT_INTACT];
	for (int c = 0; c < COUNT_CLASSES; c++) {
		if (!word[c] || !sum.count[c])
			continue;
		class = c == COUNT_CHANGED && sum.poisoned == sum.count[c] ? "never loaded" : word[c];
		if (sum.count[c] < bad)
			buf_printf(out, "%s%u %s", kinds++ ? ", " : "", sum.count[c], class);
	}
	if (kinds)
		buf_printf(out, " of %u ", all);
	else
		buf_printf(out, "%u of %u ", bad, all);
	add_noun(out, &sum, fault->owner);
	if (!kinds)
		buf_printf(out, " %s", class);
}

/* Judged pages that are as the image has them, each region at its last look. */
static unsigned pages_intact(const struct session_evidence *ev)
{
	unsigned n = 0;

	for (size_t i = 0; i < ev->page_count; i++) {
		bool last = ev->pages[i].judged;

		for (size_t k = i + 1; last && k < ev->page_count; k++)
			last = ev->pages[k].paddr != ev->pages[i].paddr || !ev->pages[k].judged;
		if (last)
			n += ev->pages[i].count[COUNT_INTACT];
	}
	return n;
}

enum { BRIEF_COLUMNS = 60 };

static void add_quoted(struct buf *out, const char *label, const char *text)
{
	struct buf whole;

	buf_init(&whole);
	buf_adds(&whole, label);
	text_add_printable(&whole, text, false);
	text_add_shortened(out, whole.data, BRIEF_COLUMNS);
	buf_finish(&whole);
}

static bool brief_why(struct buf *out, const struct session_result *s)
{
	if (s->why)
		add_quoted(out, "", s->why);
	return s->why;
}

static bool brief_fault(struct buf *out, const struct session_result *s)
{
	const struct page_evidence *fault = evidence_first_fault(&s->evidence);

	if (fault)
		evidence_add_fault(out, &s->evidence, fault);
	return fault;
}

static bool brief_denied(struct buf *out, const struct session_result *s)
{
	const struct session_evidence *ev = &s->evidence;
	bool told = ev->denied_count && ev->denied[0].text;

	if (told)
		add_quoted(out, "seen: ", ev->denied[0].text);
	return told;
}

static bool brief_awaited(struct buf *out, const struct session_result *s)
{
	if (s->evidence.awaited)
		add_quoted(out, "not seen: ", s->evidence.awaited);
	return s->evidence.awaited;
}

static bool brief_intact(struct buf *out, const struct session_result *s)
{
	unsigned n = pages_intact(&s->evidence);

	if (n)
		buf_printf(out, "%u page%s intact", n, n == 1 ? "" : "s");
	return n;
}

static bool brief_console(struct buf *out, const struct session_result *s)
{
	if (s->evidence.console_spoke)
		buf_adds(out, "console only");
	return s->evidence.console_spoke;
}

/* What tells most is tried first; the first that has something to say is the one. */
void evidence_add_brief(struct buf *out, const struct session_result *s)
{
	typedef bool brief(struct buf *out, const struct session_result *s);
	enum { MOST = 5 };
	static brief *const passed[MOST] = {brief_intact, brief_console};
	static brief *const failed[MOST] = {brief_fault, brief_denied, brief_awaited, brief_intact, brief_why};
	static brief *const reason[MOST] = {brief_why};
	static brief *const *const by_verdict[VERDICT_COUNT] = {
		[VERDICT_PASS] = passed,    [VERDICT_FLAKY] = passed,   [VERDICT_FAIL] = failed,
		[VERDICT_VACUOUS] = failed, [VERDICT_TIMEOUT] = failed, [VERDICT_EXPECTED_FAIL] = failed,
	};
	brief *const *tries = by_verdict[session_verdict(s)];

	if (!tries)
		tries = reason;
	for (int i = 0; i < MOST && tries[i]; i++)
		if (tries[i](out, s))
			return;
}
