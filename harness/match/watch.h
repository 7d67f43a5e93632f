/*
 * The always-on watch over one console: every byte goes through every denied and every noted pattern, and through the
 * one text that is expected at the moment. Streaming: a pattern is found wherever it lies across reads, independently of
 * the others.
 *
 * Denied patterns look at the bytes as they came and at the cleaned text (ANSI escapes, NUL bytes and the CR of CR LF
 * taken out); noted and expected ones at the cleaned text. Patterns are PCRE2, bytes not UTF-8; ^ and $ match at line
 * ends.
 *
 * A greedy pattern is not matched against a half-arrived line: it waits for what could still make the match longer.
 * So does "$": a prompt without a line's end is expected as 'login: ', not as 'login: $'. A pattern that matches the
 * empty text is refused. What is found does not depend on how the bytes were cut into reads.
 *
 * One match spans at most WATCH_SPAN bytes, and text that was not asked for yet is kept up to WATCH_KEEP bytes: memory
 * stays bounded whatever the board prints. Where these bounds, or a pattern that backtracks too much, may have hidden
 * something, watch_trouble() says so; a session must not pass then.
 */
#ifndef RUNTEST_MATCH_WATCH_H
#define RUNTEST_MATCH_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

enum {
	WATCH_SPAN = 64 * 1024,
	WATCH_KEEP = 16 * 1024 * 1024,
	WATCH_HITS = 64 * 1024, /* denied hits nobody has asked for */
};

struct watch; /* opaque */

struct watch *watch_create(void);
void watch_destroy(struct watch *w); /* NULL is fine */

/* Deny `regex` from the next fed byte on. `id` comes back in the hit. ERR_CONFIG when it is no regular expression. */
int watch_deny(struct watch *w, const char *regex, int id, struct err *e);

/* The same for a text that only shows how far the board has come: it is looked for in the cleaned text alone. */
int watch_note(struct watch *w, const char *regex, int id, struct err *e);

/* Do not look for the denied or noted text any more, until it is woken: from the next fed byte on then. */
void watch_rest(struct watch *w, int id);
void watch_wake(struct watch *w, int id);

/* Expect `regex` after the end of the last expected match (what has arrived since then is searched too).
 * Replaces the current expectation. ERR_CONFIG when it is no regular expression. */
int watch_expect(struct watch *w, const char *regex, struct err *e);

/* Forget the current expectation, even one that has come and was not asked for; the place to search from stays. */
void watch_expect_nothing(struct watch *w);

/* Continue after everything that has arrived so far (a script has had the console meanwhile). */
void watch_skip_to_end(struct watch *w);

/* Console bytes in the order they came. */
void watch_feed(struct watch *w, const void *bytes, size_t n);

/* Console bytes that are part of the log and of nothing else, such as what was on the line before power went on: they
 * are not searched, no match spans them, and what was waiting for more is decided. A line begins behind them. */
void watch_pass_over(struct watch *w, const void *bytes, size_t n);

/* The console has ended: what was only waiting for more (a line's end, say) is decided now. */
void watch_end(struct watch *w);

struct watch_hit {
	int id;                      /* of the denied pattern; -1 for the expected one */
	uint64_t start, end;         /* byte offsets in the raw console log */
	const char *text;            /* the matched text, NUL-terminated; valid until the next call on w */
	size_t text_len;
};

/* The next denied hit by place in the stream, each pattern at most once per place; false: none (any more). */
bool watch_next_denied(struct watch *w, struct watch_hit *hit);

/* Has the expected text come? True once per expectation; moves the place to its end. */
bool watch_matched(struct watch *w, struct watch_hit *hit);

/* Capture group `name` of the last expected match, NUL-terminated, valid until the next call on w; NULL: not set. */
const char *watch_capture(struct watch *w, const char *name);

/*
 * The cleaned text line by line, from the end of the last expected match on. Lines may be read ahead: the place to
 * search expected texts from moves only with watch_keep_lines(), to behind the line that was read last. A line longer
 * than WATCH_SPAN comes in pieces.
 */
void watch_begin_lines(struct watch *w);
/* The next whole line, without its end: id -1, start and end as for a match. False: none (yet). */
bool watch_next_line(struct watch *w, struct watch_hit *line);
void watch_keep_lines(struct watch *w);

/* The first thing that may have been missed, one sentence, and where; NULL: nothing. Valid until the next call on w. */
const char *watch_trouble(const struct watch *w);

/* Compile only: is it a regular expression, and does it have the capture group (may be NULL)? For `runtest check`. */
int watch_check_regex(const char *regex, const char *capture, struct err *e);

#endif
