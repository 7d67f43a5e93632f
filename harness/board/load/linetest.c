#include "board/load/linetest.h"

#include "board/load/prompt.h"
#include "util/clock.h"

enum { TYPING_MS = 60000 }; /* in all, once the prompt is there; a few seconds where the host is not busy */
enum { PIECES = 96, LINE = 8 }; /* pieces in all, and before the line is emptied: it takes no more than 255 characters */

/* Letters, digits and signs, none of which U-Boot's line editor takes for a key of its own. */
static void make_piece(unsigned number, char piece[LINE_TEST_PIECE + 1])
{
	static const char signs[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789=:|-_.";

	for (unsigned i = 0; i < LINE_TEST_PIECE; i++)
		piece[i] = signs[(number * LINE_TEST_PIECE + i * 7) % (sizeof signs - 1)];
	piece[LINE_TEST_PIECE] = '\0';
}

enum load_end load_line_test(struct load_line *line, const struct uboot_board *is, int64_t deadline_ms, struct line_test *out,
			struct err *e)
{
	char piece[LINE_TEST_PIECE + 1];
	enum load_end end;
	struct prompt p;

	*out = (struct line_test){0};
	prompt_init(&p, line, is, deadline_ms, e);
	end = prompt_reach(&p);
	p.deadline_ms = clock_ms() + TYPING_MS;
	for (unsigned i = 0; i < PIECES && end == LOAD_DONE && !out->damaged; i++) {
		bool whole;

		make_piece(i, piece);
		end = prompt_echo(&p, piece, i % LINE == LINE - 1, &whole);
		out->typed += end == LOAD_DONE ? LINE_TEST_PIECE : 0;
		out->damaged += end == LOAD_DONE && !whole;
	}
	prompt_finish(&p);
	return end == LOAD_FAILED && out->typed ? LOAD_DONE : end; /* slow, and sound as far as it went */
}
