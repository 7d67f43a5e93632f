#include "match/scan.h"

struct subject {
	uint64_t origin; /* stream offset of text[0] */
	uint64_t end;
	const char *text;
};

uint64_t scan_needs(const struct scan *s)
{
	return s->pos > PATTERN_BEHIND ? s->pos - PATTERN_BEHIND : 0;
}

/*
 * What the search may see now. Ending it at most one window behind `pos` makes the result a matter of the text alone:
 * no starting place ever sees further than a window, whether more of the text is already there or not.
 */
static struct subject subject_of(const struct scan *s, const struct text *text)
{
	uint64_t origin = scan_needs(s), end = text_end(text);

	if (origin < text->head)
		origin = text->head;
	if (end > s->pos + SCAN_WINDOW)
		end = s->pos + SCAN_WINDOW;
	return (struct subject){.origin = origin, .end = end, .text = text_at(text, origin)};
}

static enum pattern_result find(const struct scan *s, const struct subject *in, enum pattern_more more,
				struct scan_match *m, const char **reason)
{
	struct pattern_span at = {0, 0};
	enum pattern_result result =
		pattern_find(s->pattern, in->text, in->end - in->origin, s->pos - in->origin, more, &at, reason);

	*m = (struct scan_match){.start = in->origin + at.start, .end = in->origin + at.end, .subject = in->text};
	return result;
}

/* A match starts where the last one ended; as no pattern matches the empty text, that is always further on. */
static enum scan_result found(struct scan *s, const struct scan_match *m)
{
	s->pos = m->end > s->pos ? m->end : s->pos + 1;
	return SCAN_FOUND;
}

static enum scan_result give_up(struct scan *s)
{
	s->lost = true;
	return SCAN_LOST;
}

/* A whole window, and still undecided at its first byte: what the window holds is all there is to decide on. */
static enum scan_result decide(struct scan *s, const struct subject *in, struct scan_match *m, const char **reason)
{
	enum pattern_result result = find(s, in, PATTERN_CUT, m, reason);

	if (result == PATTERN_FAILED)
		return give_up(s);
	if (result == PATTERN_FOUND && m->start < s->pos + WATCH_SPAN)
		return found(s, m);
	s->pos += WATCH_SPAN; /* what starts in the second half is seen whole from there */
	return SCAN_WAIT;
}

enum scan_result scan_next(struct scan *s, const struct text *text, bool ended, struct scan_match *m,
			   const char **reason)
{
	enum scan_result result;

	while (!s->lost && s->pos < text_end(text)) {
		struct subject in = subject_of(s, text);
		bool all = in.end == text_end(text), full = in.end == s->pos + SCAN_WINDOW;

		switch (find(s, &in, all && ended ? PATTERN_ENDED : PATTERN_GROWS, m, reason)) {
		case PATTERN_FOUND:
			return found(s, m);
		case PATTERN_FAILED:
			return give_up(s);
		case PATTERN_NONE:
			s->pos = in.end;
			break;
		case PATTERN_PARTIAL:
			if (m->start == s->pos && full) {
				result = decide(s, &in, m, reason);
				if (result != SCAN_WAIT)
					return result;
				break;
			}
			s->pos = m->start;
			if (all && s->pos + SCAN_WINDOW > in.end)
				return SCAN_WAIT;
			break;
		}
	}
	return SCAN_WAIT;
}
