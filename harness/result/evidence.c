#include "result/evidence.h"

#include <string.h>

#include "result/guest.h"
#include "result/journal.h"
#include "util/text.h"

static unsigned bad_pages(const struct page_evidence *p)
{
	unsigned n = 0;

	for (int c = 0; c < COUNT_CLASSES; c++)
		n += c == COUNT_INTACT || c == COUNT_BLANK ? 0 : p->count[c];
	return n;
}

bool page_evidence_faulty(const struct page_evidence *p)
{
	return p->judged && bad_pages(p) > 0;
}

static bool same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

bool page_evidence_same_moment(const struct page_evidence *a, const struct page_evidence *b)
{
	return same(a->moment, b->moment) && a->look == b->look;
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

/* The judged regions of the fault's owner, at its moment. */
static struct sum sum_up(const struct session_evidence *ev, const struct page_evidence *fault)
{
	struct sum sum = {.code = true};

	for (size_t i = 0; i < ev->page_count; i++) {
		const struct page_evidence *p = &ev->pages[i];

		if (!p->judged || !page_evidence_same_moment(p, fault) || !same(p->owner, fault->owner))
			continue;
		for (int c = 0; c < COUNT_CLASSES; c++)
			sum.count[c] += p->count[c];
		sum.poisoned += p->poisoned;
		sum.code &= p->access && strchr(p->access, 'x');
	}
	return sum;
}

/* "code pages" of a PD, "table pages", ... */
static void add_noun(struct buf *out, const struct sum *sum, const char *owner)
{
	if (owner && strcmp(owner, "pd") == 0)
		buf_adds(out, sum->code ? "code" : "PD");
	else
		text_add_line(out, owner ? owner : "judged");
	buf_adds(out, " pages");
}

static const char *class_word(const struct sum *sum, enum page_count_class c)
{
	static const char *const words[COUNT_CLASSES] = {
		[COUNT_CLEARED] = "cleared",
		[COUNT_PARTLY_CLEARED] = "partly cleared",
		[COUNT_CHANGED] = "changed",
		[COUNT_STALE] = "stale",
		[COUNT_OTHER_VERSION] = "of another version",
	};

	return c == COUNT_CHANGED && sum->poisoned == sum->count[c] ? "never loaded" : words[c];
}

/* "6 of 6 code pages cleared", or "4 cleared, 1 changed of 6 code pages". */
void evidence_add_fault(struct buf *out, const struct session_evidence *ev, const struct page_evidence *fault)
{
	static const enum page_count_class bad[] = {COUNT_CLEARED, COUNT_PARTLY_CLEARED, COUNT_CHANGED, COUNT_STALE,
						    COUNT_OTHER_VERSION};
	struct sum sum = sum_up(ev, fault);
	unsigned all = sum.count[COUNT_INTACT], kinds = 0;
	enum page_count_class class = COUNT_CLEARED;
	const char *comma = "";

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		all += sum.count[bad[i]];
		kinds += sum.count[bad[i]] > 0;
		class = sum.count[bad[i]] ? bad[i] : class;
	}
	for (size_t i = 0; kinds > 1 && i < sizeof bad / sizeof bad[0]; i++) {
		if (!sum.count[bad[i]])
			continue;
		buf_printf(out, "%s%u %s", comma, sum.count[bad[i]], class_word(&sum, bad[i]));
		comma = ", ";
	}
	if (kinds == 1)
		buf_printf(out, "%u", sum.count[class]);
	buf_printf(out, " of %u ", all);
	add_noun(out, &sum, fault->owner);
	if (kinds == 1)
		buf_printf(out, " %s", class_word(&sum, class));
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
	text_add_line(&whole, text);
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

/* Only where they are the cause: what else failed them tells more. */
static bool brief_tests(struct buf *out, const struct session_result *s)
{
	struct buf whole;

	if (s->cause != CAUSE_GUEST_TEST_FAILED || !guest_tests_failed(s))
		return false;
	buf_init(&whole);
	guest_add_failure(&whole, s);
	text_add_shortened(out, whole.data, BRIEF_COLUMNS);
	buf_finish(&whole);
	return true;
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
		buf_printf(out, "%u page%s intact%s", n, n == 1 ? "" : "s", s->tests_count ? ", " : "");
	guest_add_counts(out, s);
	return n || s->tests_count;
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
	enum { MOST = 6 };
	static brief *const passed[MOST] = {brief_intact, brief_console};
	static brief *const failed[MOST] = {brief_fault,   brief_tests,  brief_denied,
					    brief_awaited, brief_intact, brief_why};
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
