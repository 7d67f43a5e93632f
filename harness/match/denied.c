#include "match/denied.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

void denied_init(struct denied *d, struct pattern *pattern, int id, const struct console_text *in)
{
	memset(d, 0, sizeof *d);
	d->pattern = pattern;
	d->id = id;
	d->clean = (struct scan){.pattern = pattern, .pos = text_end(&in->clean)};
	d->raw = (struct scan){.pattern = pattern, .pos = text_end(&in->raw)};
}

void denied_finish(struct denied *d)
{
	pattern_destroy(d->pattern);
	hits_finish(&d->doubtful);
	free(d->seen);
}

void denied_rest(struct denied *d)
{
	d->resting = true;
	hits_finish(&d->doubtful);
	d->seen_count = 0;
}

void denied_wake(struct denied *d, const struct console_text *in)
{
	if (!d->resting)
		return;
	d->resting = false;
	d->clean.pos = text_end(&in->clean);
	d->raw.pos = text_end(&in->raw);
}

void denied_skip_to_end(struct denied *d, const struct console_text *in)
{
	if (d->resting)
		return;
	denied_rest(d);
	denied_wake(d, in);
}

static int search_clean(struct denied *d, const struct console_text *in, struct hits *out, const char **reason)
{
	struct scan_match m;
	enum scan_result result;

	while ((result = scan_next(&d->clean, &in->clean, in->ended, &m, reason)) == SCAN_FOUND) {
		struct text_place p = text_place(&in->clean, m.start, m.end);

		hits_add(out, d->id, p.start, p.end, text_at(&in->clean, m.start), m.end - m.start);
		if (d->clean_only)
			continue;
		d->seen = xgrow(d->seen, &d->seen_room, d->seen_count + 1, sizeof *d->seen);
		d->seen[d->seen_count++] = p;
	}
	return result == SCAN_LOST ? -1 : 0;
}

static int search_raw(struct denied *d, const struct console_text *in, const char **reason)
{
	struct scan_match m;
	enum scan_result result;

	while ((result = scan_next(&d->raw, &in->raw, in->ended, &m, reason)) == SCAN_FOUND)
		hits_add(&d->doubtful, d->id, m.start, m.end, text_at(&in->raw, m.start), m.end - m.start);
	return result == SCAN_LOST ? -1 : 0;
}

/* The place in the log up to which the cleaned text has been searched to the end. */
static uint64_t clean_searched(const struct denied *d, const struct console_text *in)
{
	if (in->ended || d->clean.lost)
		return UINT64_MAX;
	if (d->clean.pos < text_end(&in->clean))
		return text_raw(&in->clean, d->clean.pos);
	return clean_decided(&in->cleaner);
}

/* A match of no bytes (\K does that) still has a place. */
static uint64_t last_byte(const struct text_place *p)
{
	return p->end > p->start ? p->end - 1 : p->start;
}

/* Both lists are in order of place: what ends before `before` is not needed any more. */
static void drop_seen(struct denied *d, uint64_t before)
{
	size_t n = 0;

	while (n < d->seen_count && last_byte(&d->seen[n]) < before)
		n++;
	d->seen_count -= n;
	if (n && d->seen_count)
		memmove(d->seen, d->seen + n, d->seen_count * sizeof *d->seen);
}

static void settle(struct denied *d, const struct console_text *in, struct hits *out)
{
	uint64_t searched = clean_searched(d, in);
	const struct watch_hit *front;
	size_t next = 0; /* both lists run by place */

	while ((front = hits_front(&d->doubtful)) && front->end <= searched) {
		struct watch_hit hit = hits_take(&d->doubtful);

		while (next < d->seen_count && last_byte(&d->seen[next]) < hit.start)
			next++;
		if (next == d->seen_count || d->seen[next].start > last_byte(&(struct text_place){hit.start, hit.end}))
			hits_add(out, hit.id, hit.start, hit.end, hit.text, hit.text_len);
		free((char *)hit.text);
	}
	if (d->raw.lost)
		d->seen_count = 0;
	drop_seen(d, front && front->start < d->raw.pos ? front->start : d->raw.pos);
}

int denied_search(struct denied *d, const struct console_text *in, struct hits *out, const char **reason)
{
	int clean = search_clean(d, in, out, reason), raw;

	if (d->clean_only)
		return clean;
	raw = search_raw(d, in, reason);
	settle(d, in, out);
	return clean < 0 || raw < 0 ? -1 : 0;
}
