/*
 * The dialogue with a U-Boot prompt over a line that may lose or double characters. A command is typed in pieces, each
 * when the last one has come back as echo, and is entered only when all of it has: what is garbled on the way is never
 * run. What goes wrong is typed again a few times before it is given up.
 */
#ifndef RUNTEST_BOARD_LOAD_PROMPT_H
#define RUNTEST_BOARD_LOAD_PROMPT_H

#include "board/load/load.h"
#include "config/uboot.h"

struct prompt {
	struct load_line *line;       /* borrowed, as all the rest */
	const struct uboot_board *is; /* its prompt, banner and so on */
	int64_t deadline_ms;          /* of the whole dialogue, on clock_ms() */
	struct buf in;                /* what has come and was not taken yet */
	size_t piece;                 /* characters typed at once */
	unsigned sound;               /* pieces that have come back as they were */
	bool failed;                  /* and one that has not */
	bool echoes;                  /* something has come back of what was typed last */
	unsigned resets;              /* fresh starts while it was typed */
	struct err *err;
};

/* Functions below say LOAD_DONE, LOAD_ENDED, or LOAD_FAILED with the error filled. */

void prompt_init(struct prompt *p, struct load_line *line, const struct uboot_board *is, int64_t deadline_ms, struct err *e);
void prompt_finish(struct prompt *p);

/*
 * Wait for the prompt of a U-Boot that has just started; its own start is stopped by typing `interrupt` when it says
 * `autoboot`. A prompt that comes without the banner of a fresh start is that of a board that never was off, and no
 * success; nor are a Linux that boots, a board that starts again and again, and one that stays silent.
 */
enum load_end prompt_reach(struct prompt *p);

/* Run a command to its end; what it printed is in `output` afterwards (finish it in any case). */
enum load_end prompt_run(struct prompt *p, const char *command, struct buf *output);

/* Type a command and enter it, and no more: what it says is still to come, in `in`. */
enum load_end prompt_enter(struct prompt *p, const char *command);

/* After that: wait for the prompt; what was said before it is in `output`. */
enum load_end prompt_await(struct prompt *p, const char *command, struct buf *output);

/* Wait for a text of a command that was entered: LOAD_DONE, with the text and all before it taken. */
enum load_end prompt_hear(struct prompt *p, const char *command, const char *text);

/* Run a command that does not come back when all goes well: LOAD_DONE once it has printed `sign`. LOAD_REFUSED when
 * the prompt is there again instead, with the command's last words as the error. */
enum load_end prompt_leave(struct prompt *p, const char *command, const char *sign);

/* Type a few characters that are never run, and see whether they come back; `empties`: forget the line afterwards.
 * LOAD_FAILED where the dialogue's deadline passed meanwhile: slowness is no damage. */
enum load_end prompt_echo(struct prompt *p, const char *piece, bool empties, bool *whole);

/* The last line of a text that has something on it, quoted for an error. */
const char *prompt_last_words(char *out, size_t size, const struct buf *text);

#endif
