/*
 * One speaker's lines out of a console that several share. Another speaker may begin in the middle of a line:
 *
 *	not MON|INFO: something
 *	ok 3 - the third test
 *
 * Where it is known how lines of others begin, the pieces around theirs are put together again: "not ok 3 - ...". A
 * pure codec; lines come without their ends.
 */
#ifndef RUNTEST_PROTO_SPEAKER_H
#define RUNTEST_PROTO_SPEAKER_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

enum { SPEAKER_LINE_MAX = 4096 }; /* of a longer line only the beginning is kept */

/* What a piece of a line is by itself, in the speaker's language. */
enum speaker_piece {
	PIECE_PART,   /* no line */
	PIECE_EITHER, /* a line, but the end of a longer one could look the same */
	PIECE_LINE,   /* a line */
};
typedef enum speaker_piece speaker_language(const char *line, size_t n);

struct speaker {
	const char *prefix;        /* stands before every line of the speaker and is taken off; NULL: none */
	const char *const *others; /* how lines of others begin; NULL-terminated; NULL: not known */
	struct buf head;           /* the beginning of a line whose end has not come */
	bool waits;                /* there is such a beginning (it may be empty) */
	struct buf lines[2];       /* what the last call gave out */
};

/* The texts are borrowed. */
void speaker_init(struct speaker *s, const char *prefix, const char *const *others);
void speaker_finish(struct speaker *s);

/*
 * One line of the console: how many lines of the speaker it makes, 0 to 2; they are s->lines until the next call. A
 * speaker may himself say what looks like another one's beginning: a line is not taken for the end of a piece that is
 * a line already.
 */
int speaker_feed(struct speaker *s, const char *line, size_t n, speaker_language *what);

#endif
