#include "board/load/prompt.h"

#include <stdio.h>
#include <string.h>

#include "util/clock.h"
#include "util/text.h"

enum {
	PIECE = 16,        /* characters typed at once: what the receive buffer of a common UART holds */
	ECHO_MS = 2000,    /* an echo that takes longer is lost */
	INVITE_MS = 500,   /* between two attempts to stop the start */
	ATTEMPTS = 5,      /* to get a command through */
};

void prompt_init(struct prompt *p, struct load_line *line, const char *text, int64_t deadline_ms, struct err *e)
{
	*p = (struct prompt){.line = line, .text = text, .deadline_ms = deadline_ms, .err = e};
	buf_init(&p->in);
}

void prompt_finish(struct prompt *p)
{
	buf_finish(&p->in);
}

static bool is_end_of_line(char c)
{
	return c == '\n' || c == '\r';
}

const char *prompt_last_words(char *out, size_t size, const struct buf *text)
{
	size_t end = text->len, start;
	char quoted[TEXT_QUOTED];

	while (end && (is_end_of_line(text->data[end - 1]) || text->data[end - 1] == ' '))
		end--;
	for (start = end; start && !is_end_of_line(text->data[start - 1]); start--)
		;
	if (end == start)
		snprintf(out, size, "nothing");
	else
		snprintf(out, size, "%s", text_quote(quoted, text->data + start, end - start));
	return out;
}

static bool says(const struct buf *b, const char *text)
{
	return b->len && memmem(b->data, b->len, text, strlen(text));
}

static int64_t soon(const struct prompt *p, int64_t ms)
{
	int64_t then = clock_ms() + ms;

	return then < p->deadline_ms ? then : p->deadline_ms;
}

static bool is_late(const struct prompt *p)
{
	return clock_ms() >= p->deadline_ms;
}

static enum line_state send(struct prompt *p, const char *bytes, size_t n)
{
	return p->line->ops->send(p->line, bytes, n, p->deadline_ms);
}

static enum line_state receive(struct prompt *p, int64_t until)
{
	return p->line->ops->receive(p->line, &p->in, until);
}

/* Where the text after the first prompt at the beginning of a line starts, or 0; *before: where that line begins. */
static size_t find_prompt(const struct prompt *p, size_t *before)
{
	size_t n = strlen(p->text);
	const char *at = p->in.data, *end = at ? at + p->in.len : NULL;

	for (; at && (at = memmem(at, (size_t)(end - at), p->text, n)); at++) {
		if (at > p->in.data && is_end_of_line(at[-1])) {
			*before = (size_t)(at - p->in.data);
			return *before + n;
		}
	}
	return 0;
}

/* Wait for the prompt, and take it with all before it; the latter goes to `output`, which may be NULL. */
static enum line_state await_prompt(struct prompt *p, int64_t until, struct buf *output)
{
	enum line_state state = LINE_OK;
	size_t after, before;

	while (!(after = find_prompt(p, &before)) && state == LINE_OK)
		state = receive(p, until);
	if (!after)
		return state;
	if (output)
		buf_add(output, p->in.data, before);
	buf_drop_front(&p->in, after);
	return LINE_OK;
}

static enum load_end no_prompt(struct prompt *p, const char *when)
{
	char words[TEXT_QUOTED];

	err_set(p->err, ERR_INFRA, "U-Boot gave no prompt \"%s\" %s; the last it said is %s", p->text, when,
		prompt_last_words(words, sizeof words, &p->in));
	err_hint(p->err, "look at the console's log; the board kind's `uboot` section says what is awaited");
	return LOAD_FAILED;
}

enum load_end prompt_reach(struct prompt *p, const char *autoboot, const char *interrupt)
{
	bool invited = false;
	size_t before, after;
	enum line_state state;

	while (!(after = find_prompt(p, &before))) {
		bool now = !invited && says(&p->in, autoboot);

		state = now ? send(p, interrupt, strlen(interrupt)) : LINE_OK;
		invited |= now;
		if (state == LINE_OK)
			state = receive(p, invited ? soon(p, INVITE_MS) : p->deadline_ms);
		if (state == LINE_ENDED)
			return LOAD_ENDED;
		if (state == LINE_LATE && is_late(p))
			return no_prompt(p, "after power-on or reset");
		if (state == LINE_LATE)
			invited = false; /* the key was lost */
	}
	buf_drop_front(&p->in, after);
	return LOAD_DONE;
}

/* One piece and its echo. LINE_LATE: the echo did not come, or is another. */
static enum line_state type_piece(struct prompt *p, const char *piece, size_t n)
{
	enum line_state state = send(p, piece, n);
	int64_t until = soon(p, ECHO_MS);

	while (state == LINE_OK && p->in.len < n)
		state = receive(p, until);
	if (state == LINE_OK && memcmp(p->in.data, piece, n) != 0)
		state = LINE_LATE;
	if (state == LINE_OK)
		buf_drop_front(&p->in, n);
	return state;
}

/* Whatever stands on the line goes, and nothing of it is run. */
static enum line_state clear_line(struct prompt *p)
{
	enum line_state state;

	do {
		state = send(p, "\x03", 1);
		if (state == LINE_OK)
			state = await_prompt(p, soon(p, ECHO_MS), NULL);
	} while (state == LINE_LATE && !is_late(p));
	buf_clear(&p->in);
	return state;
}

/* The command stands on the line when this is LINE_OK. */
static enum line_state type(struct prompt *p, const char *command)
{
	enum line_state state = LINE_OK;

	for (size_t n; *command && state == LINE_OK; command += n) {
		n = strnlen(command, PIECE);
		state = type_piece(p, command, n);
	}
	/* A space at the end: should this last character be doubled, it changes nothing. */
	return state == LINE_OK ? type_piece(p, " ", 1) : state;
}

static enum load_end type_in(struct prompt *p, const char *command)
{
	enum line_state state = LINE_LATE;

	for (int i = 0; i < ATTEMPTS && state == LINE_LATE && !is_late(p); i++) {
		state = i ? clear_line(p) : LINE_OK;
		if (state == LINE_OK)
			state = type(p, command);
	}
	if (state == LINE_ENDED)
		return LOAD_ENDED;
	if (state == LINE_OK)
		return LOAD_DONE;
	err_set(p->err, ERR_INFRA, "the console does not bring characters through: U-Boot's echo of `%s` was wrong%s",
		command, is_late(p) ? "" : " five times");
	err_hint(p->err, "look for a second program on the same line, a wrong baud rate, or missing flow control");
	return LOAD_FAILED;
}

/* Enter, and the prompt after it. Where not even the end of the line comes back, the key was lost. */
static enum line_state enter(struct prompt *p, struct buf *output)
{
	enum line_state state = send(p, "\r", 1);
	int64_t until = soon(p, ECHO_MS);

	while (state == LINE_OK && !says(&p->in, "\n"))
		state = receive(p, until);
	if (state == LINE_LATE && !is_late(p))
		state = send(p, "\r", 1);
	return state == LINE_OK ? await_prompt(p, p->deadline_ms, output) : state;
}

enum load_end prompt_run(struct prompt *p, const char *command, struct buf *output)
{
	enum load_end end;

	buf_clear(output);
	end = type_in(p, command);
	if (end != LOAD_DONE)
		return end;
	switch (enter(p, output)) {
	case LINE_OK:
		return LOAD_DONE;
	case LINE_ENDED:
		return LOAD_ENDED;
	case LINE_LATE:
		break;
	}
	end = no_prompt(p, "after a command");
	err_hint(p->err, "the command was `%s`", command);
	return end;
}

/* The prompt is there again: it was the image that U-Boot did not like, or the command, which is the lab's. */
static enum load_end refused(struct prompt *p, const char *command, size_t before)
{
	char words[TEXT_QUOTED];
	struct buf said = {0};
	bool unknown;

	buf_add(&said, p->in.data, before);
	unknown = says(&said, "Unknown command");
	err_set(p->err, ERR_INFRA, "U-Boot would not start the image: `%s` says %s", command,
		prompt_last_words(words, sizeof words, &said));
	buf_finish(&said);
	return unknown ? LOAD_FAILED : LOAD_REFUSED;
}

enum load_end prompt_leave(struct prompt *p, const char *command, const char *sign)
{
	enum line_state state;
	char words[TEXT_QUOTED];
	enum load_end end = type_in(p, command);

	if (end != LOAD_DONE)
		return end;
	p->line->ops->handing_over(p->line);
	state = send(p, "\r", 1);
	while (state == LINE_OK && !says(&p->in, sign)) {
		size_t before, after = find_prompt(p, &before);

		if (after)
			return refused(p, command, before);
		state = receive(p, p->deadline_ms);
	}
	if (state == LINE_LATE) {
		err_set(p->err, ERR_INFRA, "U-Boot did not say \"%s\" after `%s`; the last it said is %s", sign, command,
			prompt_last_words(words, sizeof words, &p->in));
		return LOAD_FAILED;
	}
	return state == LINE_ENDED ? LOAD_ENDED : LOAD_DONE;
}
