#include "cli/difference.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

const char *change_name(enum change c)
{
	static const char *const names[] = {"no change", "better", "WORSE", "not comparable"};

	return names[c];
}

/* ---- verdicts ---- */

static bool same(const struct session_result *a, const struct session_result *b)
{
	return a->verdict == b->verdict && a->cause == b->cause;
}

static bool says_nothing(const struct session_result *s)
{
	return s->verdict == VERDICT_NONE || s->verdict == VERDICT_INFRA || s->verdict == VERDICT_SKIPPED ||
	       s->verdict == VERDICT_CANCELLED;
}

static bool came(struct side_sessions s, const struct session_result *what)
{
	for (size_t i = 0; i < s.count; i++)
		if (same(s.items[i], what))
			return true;
	return false;
}

static bool any(struct side_sessions s, bool (*is)(const struct session_result *))
{
	for (size_t i = 0; i < s.count; i++)
		if (is(s.items[i]))
			return true;
	return false;
}

static bool is_not_ok(const struct session_result *s)
{
	return !verdict_is_ok(s->verdict);
}

enum change difference_change(struct side_sessions base, struct side_sessions head)
{
	bool differs = false;

	if (any(base, says_nothing) || any(head, says_nothing))
		return CHANGE_UNKNOWN;
	for (size_t i = 0; i < head.count; i++) {
		if (came(base, head.items[i]))
			continue;
		if (is_not_ok(head.items[i]))
			return CHANGE_WORSE;
		differs = true;
	}
	if (any(base, is_not_ok) && !any(head, is_not_ok))
		return CHANGE_BETTER;
	return differs ? CHANGE_BETTER : CHANGE_NONE;
}

void difference_verdicts(struct buf *out, struct side_sessions s)
{
	for (size_t i = 0; i < s.count; i++) {
		struct side_sessions before = {s.items, i};
		size_t n = 0;

		if (came(before, s.items[i]))
			continue;
		for (size_t k = i; k < s.count; k++)
			n += same(s.items[i], s.items[k]);
		buf_adds(out, i ? ", " : "");
		if (s.count > 1)
			buf_printf(out, "%zu x ", n);
		buf_printf(out, "%s%s%s", verdict_name(s.items[i]->verdict), s.items[i]->cause ? " " : "",
			   cause_name(s.items[i]->cause));
	}
}

const struct session_result *difference_shown(struct side_sessions s)
{
	for (size_t i = 0; i < s.count; i++)
		if (is_not_ok(s.items[i]))
			return s.items[i];
	return s.items[0];
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int64_t difference_boot_us(struct side_sessions s)
{
	int64_t *all = xcalloc(s.count, sizeof *all), median;
	size_t n = 0;

	for (size_t i = 0; i < s.count; i++)
		if (s.items[i]->boot_us > 0)
			all[n++] = s.items[i]->boot_us;
	qsort(all, n, sizeof *all, by_size);
	median = n ? all[n / 2] : -1;
	free(all);
	return median;
}

/* ---- pages ---- */

static void add_counts(struct buf *out, const struct page_evidence *p)
{
	static const char *const names[COUNT_CLASSES] = {"intact", "cleared", "partly cleared", "changed", "blank",
							 "stale",  "of another version"};
	bool some = false;

	for (int c = 0; p && c < COUNT_CLASSES; c++) {
		if (!p->count[c] || c == COUNT_BLANK)
			continue;
		buf_printf(out, "%s%u %s", some ? ", " : "", p->count[c], names[c]);
		some = true;
	}
	if (!some)
		buf_adds(out, p ? "none" : "not looked at");
}

static bool same_place(const struct page_evidence *a, const struct page_evidence *b)
{
	return strcmp(a->moment, b->moment) == 0 && a->look == b->look && strcmp(a->region, b->region) == 0 &&
	       strcmp(a->role, b->role) == 0;
}

static const struct page_evidence *counterpart(const struct session_result *s, const struct page_evidence *p)
{
	for (size_t i = 0; i < s->evidence.page_count; i++)
		if (same_place(&s->evidence.pages[i], p))
			return &s->evidence.pages[i];
	return NULL;
}

/* A patch may make a program longer: how many pages are at fault is what counts, and whether there was a look. */
static bool same_damage(const struct page_evidence *a, const struct page_evidence *b)
{
	for (int c = 0; b && c < COUNT_CLASSES; c++)
		if (c != COUNT_INTACT && c != COUNT_BLANK && a->count[c] != b->count[c])
			return false;
	return b;
}

static void add_pages(struct buf *out, const char *indent, const struct page_evidence *named,
		      const struct page_evidence *base, const struct page_evidence *head)
{
	buf_printf(out, "%s%s %s (%s): ", indent, named->moment, named->region, named->role);
	add_counts(out, base);
	buf_adds(out, " | ");
	add_counts(out, head);
	buf_addc(out, '\n');
}

size_t difference_pages(struct buf *out, const struct session_result *base, const struct session_result *head,
			const char *indent, size_t most)
{
	size_t n = 0;

	for (size_t i = 0; i < base->evidence.page_count; i++) {
		const struct page_evidence *p = &base->evidence.pages[i], *q = counterpart(head, p);

		if (p->judged && !same_damage(p, q) && n++ < most)
			add_pages(out, indent, p, p, q);
	}
	for (size_t i = 0; i < head->evidence.page_count; i++) {
		const struct page_evidence *q = &head->evidence.pages[i];

		if (q->judged && !counterpart(base, q) && n++ < most)
			add_pages(out, indent, q, NULL, q);
	}
	return n;
}

/* ---- consoles ---- */

/* The next line from *at on; false at the end. */
static bool next_line(const struct buf *b, size_t *at, const char **line, size_t *n)
{
	const char *end;

	*line = b->len > *at ? b->data + *at : "";
	*n = b->len - *at;
	if (!*n)
		return false;
	end = memchr(*line, '\n', *n);
	if (end)
		*n = (size_t)(end - *line);
	*at += *n + (end ? 1 : 0);
	while (*n && (*line)[*n - 1] == '\r')
		--*n;
	return true;
}

size_t difference_line(const struct buf *base, const struct buf *head, const char **a, size_t *an, const char **b,
		       size_t *bn)
{
	size_t x = 0, y = 0;

	for (size_t number = 1;; number++) {
		bool more_a = next_line(base, &x, a, an), more_b = next_line(head, &y, b, bn);

		if (!more_a && !more_b)
			return 0;
		if (more_a != more_b || *an != *bn || memcmp(*a, *b, *an) != 0)
			return number;
	}
}
