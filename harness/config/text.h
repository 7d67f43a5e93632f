/* Words of configuration files as messages need them: quoted, checked, and compared for likeness. */
#ifndef RUNTEST_CONFIG_TEXT_H
#define RUNTEST_CONFIG_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum { TEXT_QUOTED = 128 };

/* `"text"` on one line, control characters escaped, a long text cut between characters. Returns out. */
char *text_quote(char out[TEXT_QUOTED], const char *text, size_t n);

/* The offset of the first byte that is no UTF-8 text (ill-formed, or a control character other than tab, CR, LF);
 * n when all of it is text. */
size_t text_bad_byte(const char *text, size_t n);

/* The nearest of `count` words to `word`: the one with the fewest typing slips, if they are few for its length.
 * NULL when none is near; NULL words are passed over. */
const char *text_nearest(const char *word, size_t count, const char *(*word_at)(const void *ctx, size_t i),
			 const void *ctx);

#endif
