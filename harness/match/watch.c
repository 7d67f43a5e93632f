#include "match/watch.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "match/denied.h"
#include "util/mem.h"

/* Long feeds are taken in slices, so that the two forms of the text never stand in memory whole. */
enum { SLICE = 64 * 1024 };

/* A remembered place costs as much as 16 bytes of text. */
enum { KEEP_GAPS = WATCH_KEEP / 16 };

struct expected {
	struct pattern *pattern; /* NULL: nothing is expected */
	struct scan scan;
	uint64_t place; /* in the cleaned text: the search begins here */
	bool cut;       /* some of the text behind the last match is forgotten */
	bool come;      /* found, and not asked for yet */
	struct watch_hit hit;
	uint64_t end; /* of the match, in the cleaned text */
};

struct watch {
	struct console_text in;
	struct denied *denied;
	size_t denied_count, denied_room;
	struct hits hits;
	struct expected expected;
	uint64_t line, line_searched; /* the next line to read begins here; up to there it has no end */
	bool line_given;              /* it was too long: its beginning has been given, the rest is passed over */
	struct pattern_group *groups, *found_groups; /* of the last match asked for; of the one that has come */
	size_t group_count, found_group_count;
	char *lent; /* the text behind the hit given out last */
	char *trouble;
};

struct watch *watch_create(void)
{
	struct watch *w = xcalloc(1, sizeof *w);

	clean_init(&w->in.cleaner);
	text_init(&w->in.raw);
	text_init(&w->in.clean);
	hits_init(&w->hits);
	return w;
}

void watch_expect_nothing(struct watch *w)
{
	struct expected *x = &w->expected;

	pattern_destroy(x->pattern);
	x->pattern = NULL;
	free((char *)x->hit.text);
	x->hit.text = NULL;
	x->come = false;
	pattern_groups_free(w->found_groups, w->found_group_count);
	w->found_groups = NULL;
	w->found_group_count = 0;
}

void watch_destroy(struct watch *w)
{
	if (!w)
		return;
	watch_expect_nothing(w);
	pattern_groups_free(w->groups, w->group_count);
	for (size_t i = 0; i < w->denied_count; i++)
		denied_finish(&w->denied[i]);
	free(w->denied);
	hits_finish(&w->hits);
	text_finish(&w->in.raw);
	text_finish(&w->in.clean);
	free(w->lent);
	free(w->trouble);
	free(w);
}

static void take_back(struct watch *w)
{
	free(w->lent);
	w->lent = NULL;
}

const char *watch_trouble(const struct watch *w)
{
	return w->trouble;
}

/* The first trouble is the one that counts. */
__attribute__((format(printf, 2, 3))) static void note_trouble(struct watch *w, const char *fmt, ...)
{
	va_list ap;

	if (w->trouble)
		return;
	va_start(ap, fmt);
	if (vasprintf(&w->trouble, fmt, ap) < 0)
		w->trouble = xstrdup(fmt);
	va_end(ap);
}

static int add_pattern(struct watch *w, const char *regex, int id, bool clean_only, struct err *e)
{
	struct pattern *p = pattern_create(regex, e);

	take_back(w);
	if (!p)
		return -1;
	pattern_prepare(p);
	w->denied = xgrow(w->denied, &w->denied_room, w->denied_count + 1, sizeof *w->denied);
	denied_init(&w->denied[w->denied_count], p, id, &w->in);
	w->denied[w->denied_count++].clean_only = clean_only;
	return 0;
}

int watch_deny(struct watch *w, const char *regex, int id, struct err *e)
{
	return add_pattern(w, regex, id, false, e);
}

int watch_note(struct watch *w, const char *regex, int id, struct err *e)
{
	return add_pattern(w, regex, id, true, e);
}

static struct denied *find_denied(struct watch *w, int id)
{
	for (size_t i = 0; i < w->denied_count; i++)
		if (w->denied[i].id == id)
			return &w->denied[i];
	return NULL;
}

void watch_rest(struct watch *w, int id)
{
	struct denied *d = find_denied(w, id);

	if (d)
		denied_rest(d);
}

void watch_wake(struct watch *w, int id)
{
	struct denied *d = find_denied(w, id);

	if (d)
		denied_wake(d, &w->in);
}

static void search_denied(struct watch *w)
{
	for (size_t i = 0; i < w->denied_count; i++) {
		struct denied *d = &w->denied[i];
		const char *reason;

		if (d->resting)
			continue;
		if (denied_search(d, &w->in, &w->hits, &reason) < 0)
			note_trouble(w, "the search for denied text %d was given up at console byte %" PRIu64 ": %s",
				     d->id, w->in.cleaner.raw, reason);
		if (!hits_limit(&w->hits, WATCH_HITS))
			note_trouble(w, "more than %d denied texts waited: the others are lost", WATCH_HITS);
	}
}

static void expected_has_come(struct watch *w, const struct scan_match *m)
{
	struct expected *x = &w->expected;
	const struct text *clean = &w->in.clean;
	struct text_place p = text_place(clean, m->start, m->end);
	size_t n = m->end - m->start;
	char *text = xmalloc(n + 1);

	memcpy(text, text_at(clean, m->start), n);
	text[n] = '\0';
	x->come = true;
	x->end = m->end;
	x->hit = (struct watch_hit){.id = -1, .start = p.start, .end = p.end, .text = text, .text_len = n};
	w->found_groups = pattern_groups(x->pattern, m->subject, &w->found_group_count);
}

static void search_expected(struct watch *w)
{
	struct expected *x = &w->expected;
	struct scan_match m;
	const char *reason;

	if (!x->pattern || x->come)
		return;
	switch (scan_next(&x->scan, &w->in.clean, w->in.ended, &m, &reason)) {
	case SCAN_FOUND:
		expected_has_come(w, &m);
		break;
	case SCAN_LOST:
		note_trouble(w, "the search for the expected text was given up at console byte %" PRIu64 ": %s",
			     w->in.cleaner.raw, reason);
		break;
	case SCAN_WAIT:
		break;
	}
}

static uint64_t lower(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Text since the last expected match is for the expectations to come, but not for ever. */
static void bound_kept(struct watch *w)
{
	struct expected *x = &w->expected;
	uint64_t end = text_end(&w->in.clean), kept = end - x->place;

	if (kept <= WATCH_KEEP && text_gaps(&w->in.clean) <= KEEP_GAPS)
		return;
	x->place += kept < WATCH_KEEP ? kept / 2 : kept - WATCH_KEEP / 2; /* in big steps: each moves what stays */
	x->cut = true;
}

static void forget(struct watch *w)
{
	struct expected *x = &w->expected;
	uint64_t clean, raw = text_end(&w->in.raw);

	bound_kept(w);
	clean = x->place;
	if (x->pattern && !x->come && !x->scan.lost)
		clean = lower(clean, x->scan.pos);
	for (size_t i = 0; i < w->denied_count; i++) {
		if (w->denied[i].resting)
			continue;
		if (!w->denied[i].clean.lost)
			clean = lower(clean, w->denied[i].clean.pos);
		if (!w->denied[i].raw.lost && !w->denied[i].clean_only)
			raw = lower(raw, w->denied[i].raw.pos);
	}
	text_forget(&w->in.clean, clean > PATTERN_BEHIND ? clean - PATTERN_BEHIND : 0);
	text_forget(&w->in.raw, raw > PATTERN_BEHIND ? raw - PATTERN_BEHIND : 0);
}

static void search(struct watch *w)
{
	search_denied(w);
	search_expected(w);
	forget(w);
}

void watch_feed(struct watch *w, const void *bytes, size_t n)
{
	const char *p = bytes;

	take_back(w);
	for (size_t i = 0; i < n; i += SLICE) {
		size_t size = n - i < SLICE ? n - i : SLICE;

		text_add(&w->in.raw, text_end(&w->in.raw), p + i, size);
		clean_feed(&w->in.cleaner, &w->in.clean, p + i, size);
		search(w);
	}
}

void watch_pass_over(struct watch *w, const void *bytes, size_t n)
{
	take_back(w);
	clean_end(&w->in.cleaner, &w->in.clean);
	w->in.ended = true;
	search_denied(w);
	w->in.ended = false;
	text_add(&w->in.raw, text_end(&w->in.raw), bytes, n);
	w->in.cleaner.raw += n;
	watch_skip_to_end(w);
	for (size_t i = 0; i < w->denied_count; i++)
		denied_skip_to_end(&w->denied[i], &w->in);
	text_forget(&w->in.raw, text_end(&w->in.raw));
	text_forget(&w->in.clean, text_end(&w->in.clean));
}

void watch_end(struct watch *w)
{
	take_back(w);
	clean_end(&w->in.cleaner, &w->in.clean);
	w->in.ended = true;
	search(w);
}

int watch_expect(struct watch *w, const char *regex, struct err *e)
{
	struct pattern *p = pattern_create(regex, e);
	struct expected *x = &w->expected;

	take_back(w);
	if (!p)
		return -1;
	watch_expect_nothing(w);
	if (x->cut)
		note_trouble(w, "more than %d MiB came before '%.300s' was expected: the oldest of it was not searched",
			     WATCH_KEEP / 2 / 1024 / 1024, regex);
	pattern_prepare(p);
	x->pattern = p;
	x->scan = (struct scan){.pattern = p, .pos = x->place};
	search_expected(w);
	return 0;
}

void watch_skip_to_end(struct watch *w)
{
	struct expected *x = &w->expected;

	take_back(w);
	x->place = text_end(&w->in.clean);
	x->cut = false;
	if (x->pattern && !x->come)
		x->scan.pos = x->place;
}

void watch_begin_lines(struct watch *w)
{
	w->line = w->line_searched = w->expected.place;
	w->line_given = false;
}

/* What was forgotten before it could be read is lost. */
static void catch_up(struct watch *w)
{
	if (w->line >= w->expected.place)
		return;
	note_trouble(w, "more than %d MiB came and were not read line by line in time", WATCH_KEEP / 2 / 1024 / 1024);
	w->line = w->line_searched = w->expected.place;
}

/* Move to the next line's end; false: it has not come. */
static bool find_line_end(struct watch *w)
{
	uint64_t all = text_end(&w->in.clean), from = w->line_searched;
	const char *text = all > from ? text_at(&w->in.clean, from) : NULL;
	const char *lf = text ? memchr(text, '\n', all - from) : NULL;

	w->line_searched = lf ? from + (uint64_t)(lf - text) : all;
	return lf;
}

static void give_line(struct watch *w, struct watch_hit *line)
{
	uint64_t len = lower(w->line_searched - w->line, WATCH_SPAN);
	struct text_place p = text_place(&w->in.clean, w->line, w->line + len);
	char *text = xmalloc(len + 1);

	if (len)
		memcpy(text, text_at(&w->in.clean, w->line), len);
	text[len] = '\0';
	w->lent = text;
	*line = (struct watch_hit){.id = -1, .start = p.start, .end = p.end, .text = text, .text_len = len};
}

bool watch_next_line(struct watch *w, struct watch_hit *line)
{
	bool whole, give;

	take_back(w);
	do {
		catch_up(w);
		whole = find_line_end(w);
		give = whole || w->line_searched - w->line >= WATCH_SPAN || (w->in.ended && w->line_searched > w->line);
		give &= !w->line_given;
		if (give)
			give_line(w, line);
		if (give || whole || w->line_given)
			w->line = w->line_searched += whole;
		w->line_given = !whole && (give || w->line_given);
	} while (whole && !give);
	return give;
}

void watch_keep_lines(struct watch *w)
{
	if (w->line <= w->expected.place)
		return;
	watch_expect_nothing(w);
	w->expected.place = w->line;
	w->expected.cut = false;
}

bool watch_next_denied(struct watch *w, struct watch_hit *hit)
{
	take_back(w);
	if (!hits_front(&w->hits))
		return false;
	*hit = hits_take(&w->hits);
	w->lent = (char *)hit->text;
	return true;
}

bool watch_matched(struct watch *w, struct watch_hit *hit)
{
	struct expected *x = &w->expected;

	take_back(w);
	if (!x->come)
		return false;
	*hit = x->hit;
	w->lent = (char *)hit->text;
	x->hit.text = NULL;
	x->place = x->end;
	x->cut = false;
	pattern_groups_free(w->groups, w->group_count);
	w->groups = w->found_groups;
	w->group_count = w->found_group_count;
	w->found_groups = NULL;
	w->found_group_count = 0;
	watch_expect_nothing(w);
	return true;
}

const char *watch_capture(struct watch *w, const char *name)
{
	for (size_t i = 0; i < w->group_count; i++)
		if (strcmp(w->groups[i].name, name) == 0)
			return w->groups[i].value;
	return NULL;
}

int watch_check_regex(const char *regex, const char *capture, struct err *e)
{
	struct pattern *p = pattern_create(regex, e);
	bool has;

	if (!p)
		return -1;
	has = !capture || pattern_has_group(p, capture);
	pattern_destroy(p);
	if (has)
		return 0;
	err_set(e, ERR_CONFIG, "'%.300s' has no capture group named '%.80s'", regex, capture);
	return err_hint(e, "name the part to be compared like this: (?<%.80s>...)", capture);
}
