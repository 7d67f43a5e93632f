/*
 * A bulletin as a mail (RFC 5322, RFC 2045): headers that cannot be made longer by what they hold, and a body in UTF-8
 * that passes every mail server, quoted-printable.
 */
#ifndef RUNTEST_NIGHTLY_LETTER_H
#define RUNTEST_NIGHTLY_LETTER_H

#include "util/buf.h"

struct letter {
	const char *from;      /* an address, or NULL: that of the user whose sendmail it is */
	const char *const *to; /* addresses; NULL-terminated */
	const char *subject, *text; /* any bytes: made valid UTF-8 */
	const char *id;        /* unique, of letters, digits, '-' and '.': left of the @ of the Message-ID */
	const char *host;      /* right of it */
};

/* Lines end in "\n", as sendmail(8) wants them. */
void letter_write(struct buf *out, const struct letter *l);

/* For the headers: an encoded word (RFC 2047) unless the text is plain ASCII and short. Never a line end but for folding. */
void letter_add_header(struct buf *out, const char *name, const char *text);

/* Quoted-printable (RFC 2045, section 6.7): lines of at most 76 characters, line ends kept. */
void letter_add_quoted(struct buf *out, const char *text, size_t n);

#endif
