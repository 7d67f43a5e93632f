#include "board/load/prompt.h"

#include <stdio.h>
#include <string.h>

#include "config/part.h"
#include "util/clock.h"
#include "util/names.h"
#include "util/text.h"

enum {
	PIECE = 16,        /* characters typed at once to begin with: what the receive buffer of a common UART holds */
	PIECE_MOST = 128,  /* ... and when several pieces in a row have come back as they were, twice as many, and so on */
	SOUND = 2,         /* so many in a row */
	ECHO_MS = 2000,    /* an echo that takes longer is lost ... */
	REST_MS = 8000,    /* ... for whoever wants the command to get through; not for who wants to know whether it is */
	INVITE_MS = 500,   /* between two attempts to stop the start */
	PROBE_MS = 3000,   /* a silence in which it is worth asking whether a prompt is there */
	FRESH_MS = 5000,   /* how much later than its prompt a board may still lose power */
	INVITES = 4,       /* of which the last is ^C: the prompt may be there, but have come damaged */
	ATTEMPTS = 5,      /* to get a command through */
	LOOPS = 4,         /* fresh starts, of which none is one too many: firmware may start a second U-Boot */
};

#define INTERRUPT "\x03" /* ^C: whatever stands on the line is forgotten */

void prompt_init(struct prompt *p, struct load_line *line, const struct uboot_board *is, int64_t deadline_ms, struct err *e)
{
	*p = (struct prompt){.line = line, .is = is, .deadline_ms = deadline_ms, .piece = PIECE, .err = e};
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

static const char *find(const struct buf *b, size_t from, const char *text)
{
	return b->len > from ? memmem(b->data + from, b->len - from, text, strlen(text)) : NULL;
}

static bool says(const struct buf *b, const char *text)
{
	return find(b, 0, text) != NULL;
}

static unsigned times(const struct buf *b, const char *text)
{
	unsigned n = 0;

	for (const char *at = find(b, 0, text); at; at = find(b, (size_t)(at - b->data) + strlen(text), text))
		n++;
	return n;
}

static int64_t soon_after(const struct prompt *p, int64_t begin_ms, int64_t ms)
{
	return begin_ms + ms < p->deadline_ms ? begin_ms + ms : p->deadline_ms;
}

static int64_t soon(const struct prompt *p, int64_t ms)
{
	return soon_after(p, clock_ms(), ms);
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

/* Where the text after the first prompt at the beginning of a line starts, from `from` on, or 0; *before: where that line
 * begins. */
static size_t find_prompt_from(const struct prompt *p, size_t from, size_t *before)
{
	size_t n = strlen(p->is->prompt);
	const char *end = p->in.data ? p->in.data + p->in.len : NULL, *at = p->in.len > from ? p->in.data + from : NULL;

	for (; at && (at = memmem(at, (size_t)(end - at), p->is->prompt, n)); at++) {
		if (at > p->in.data && is_end_of_line(at[-1])) {
			*before = (size_t)(at - p->in.data);
			return *before + n;
		}
	}
	return 0;
}

static size_t find_prompt(const struct prompt *p, size_t *before)
{
	return find_prompt_from(p, 0, before);
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
	else
		p->resets += says(&p->in, p->is->banner);
	buf_drop_front(&p->in, after);
	return LINE_OK;
}

static enum load_end no_prompt(struct prompt *p, const char *when)
{
	char words[TEXT_QUOTED];
	unsigned starts = times(&p->in, p->is->banner);

	prompt_last_words(words, sizeof words, &p->in);
	if (starts > 1)
		err_set(p->err, ERR_INFRA, "U-Boot gave no prompt \"%s\" %s, and started %u times meanwhile; the last it said is %s",
			p->is->prompt, when, starts, words);
	else
		err_set(p->err, ERR_INFRA, "U-Boot gave no prompt \"%s\" %s; the last it said is %s", p->is->prompt, when, words);
	err_about(p->err, p->failed || !(starts + p->resets) ? PART_CONSOLE : PART_DELIVERY);
	err_hint(p->err, "look at the console's log; the board kind's `uboot` section says what is awaited");
	return LOAD_FAILED;
}

/* ---- what may be found instead of a prompt ---- */

static enum load_end resets_itself(struct prompt *p, const char *when)
{
	char words[TEXT_QUOTED];
	unsigned starts = times(&p->in, p->is->banner) + p->resets;

	err_set(p->err, ERR_INFRA, "the board resets itself: U-Boot's banner \"%s\" came %u time%s %s; the last it said is %s",
		p->is->banner, starts, starts == 1 ? "" : "s", when, prompt_last_words(words, sizeof words, &p->in));
	err_about(p->err, PART_POWER);
	err_hint(p->err, "look at its power supply, at a watchdog that nobody feeds, and at what it says just before each start");
	return LOAD_FAILED;
}

/* The first words of a kernel, which U-Boot never says of itself. */
static bool linux_boots(const struct prompt *p)
{
	return says(&p->in, "Starting kernel") || says(&p->in, "Linux version") || says(&p->in, "Booting Linux");
}

static enum load_end missed(struct prompt *p)
{
	bool fresh = says(&p->in, p->is->banner), asked = says(&p->in, p->is->autoboot);
	char words[TEXT_QUOTED];

	prompt_last_words(words, sizeof words, &p->in);
	if (!fresh)
		err_set(p->err, ERR_INFRA, "autoboot prompt missed: Linux is booting or running, and U-Boot's banner \"%s\" did not come "
					   "at all; the last it said is %s", p->is->banner, words);
	else
		err_set(p->err, ERR_INFRA, "autoboot prompt missed: Linux is booting, %s; the last it said is %s",
			asked ? "though U-Boot's own start was to be stopped" : "and U-Boot did not offer to stop its own start", words);
	err_about(p->err, fresh ? PART_DELIVERY : PART_POWER);
	err_hint(p->err, asked ? "look at what the kind's `uboot` section has as `interrupt`: some boards want another key"
			       : "set bootdelay to 2 or so (setenv bootdelay 2; saveenv), or say in the kind's `uboot` section what "
				 "announces the start (autoboot)");
	return LOAD_FAILED;
}

static enum load_end never_off(struct prompt *p)
{
	err_set(p->err, ERR_INFRA, "the board did not start anew: its prompt \"%s\" is there, and no banner \"%s\" has come since "
				   "power-on or reset; it was never off, or the reset did not take place", p->is->prompt, p->is->banner);
	err_about(p->err, PART_POWER);
	err_hint(p->err, "look at the power switch: is it the right outlet, and does the board get power from elsewhere, such as its "
			 "serial line or USB? Else say in the kind's `uboot` section what its U-Boot begins with (banner)");
	return LOAD_FAILED;
}

static enum load_end silent(struct prompt *p)
{
	err_set(p->err, ERR_INFRA, "the board says nothing after power-on or reset, and does not answer ^C");
	err_about(p->err, PART_CONSOLE);
	err_hint(p->err, "has it power? Is it the right console, with the right baud rate? A prompt that is hung looks like this, too: "
			 "switch it off and on by hand");
	return LOAD_FAILED;
}

/* ---- until the prompt is there ---- */

/* What was done so far to reach the prompt. */
struct reach {
	bool invited;      /* the key has been pressed */
	unsigned invites;  /* how often */
	int64_t heard_ms;  /* when something last came */
	int64_t idle_ms;   /* since when a prompt is there that is no fresh one; 0: none */
	bool probed;       /* ^C has been typed into the silence */
};

/* A prompt that stands behind the last banner. */
static size_t fresh_prompt(const struct prompt *p, size_t *before)
{
	const char *banner = find(&p->in, 0, p->is->banner);

	return banner ? find_prompt_from(p, (size_t)(banner - p->in.data), before) : 0;
}

/* Type what the moment asks for. */
static enum line_state nudge(struct prompt *p, struct reach *r)
{
	const char *banner = find(&p->in, 0, p->is->banner);

	if (banner && !r->invited && find(&p->in, (size_t)(banner - p->in.data), p->is->autoboot)) {
		r->invited = true;
		if (++r->invites % INVITES == 0)
			return send(p, INTERRUPT, 1);
		return send(p, p->is->interrupt, strlen(p->is->interrupt));
	}
	if (!banner && !r->idle_ms && !r->probed && clock_ms() - r->heard_ms >= PROBE_MS) {
		r->probed = true;
		return send(p, INTERRUPT, 1);
	}
	return LINE_OK;
}

/* What has come by now is no prompt, and never will be one: LOAD_FAILED. LOAD_DONE: it may still come. */
static enum load_end is_hopeless(struct prompt *p, struct reach *r)
{
	size_t before;
	bool fresh = says(&p->in, p->is->banner);

	if (linux_boots(p))
		return missed(p);
	if (times(&p->in, p->is->banner) >= LOOPS)
		return resets_itself(p, "after power-on or reset");
	if (!fresh && !r->idle_ms && find_prompt(p, &before))
		r->idle_ms = clock_ms();
	if (!fresh && r->idle_ms && clock_ms() >= soon_after(p, r->idle_ms, FRESH_MS))
		return never_off(p);
	return LOAD_DONE;
}

/* Time is up. */
static enum load_end give_up(struct prompt *p, const struct reach *r)
{
	if (r->idle_ms)
		return never_off(p);
	return p->in.len ? no_prompt(p, "after power-on or reset") : silent(p);
}

static int64_t next_look(const struct prompt *p, const struct reach *r)
{
	if (r->idle_ms)
		return soon_after(p, r->idle_ms, FRESH_MS);
	if (!says(&p->in, p->is->banner) && !r->probed)
		return soon_after(p, r->heard_ms, PROBE_MS);
	return r->invited ? soon(p, INVITE_MS) : p->deadline_ms;
}

/* One round: type, listen, judge. LOAD_DONE: go on. */
static enum load_end come_nearer(struct prompt *p, struct reach *r)
{
	enum line_state state = nudge(p, r);
	size_t had = p->in.len;

	if (state == LINE_OK)
		state = receive(p, next_look(p, r));
	if (state == LINE_ENDED)
		return LOAD_ENDED;
	if (p->in.len > had)
		r->heard_ms = clock_ms();
	if (state == LINE_LATE && is_late(p))
		return is_hopeless(p, r) == LOAD_FAILED ? LOAD_FAILED : give_up(p, r);
	if (state == LINE_LATE)
		r->invited = false; /* the key was lost */
	return is_hopeless(p, r);
}

enum load_end prompt_reach(struct prompt *p)
{
	struct reach r = {.heard_ms = clock_ms()};
	size_t before, after;
	enum load_end end = LOAD_DONE;

	while (end == LOAD_DONE && !(after = fresh_prompt(p, &before)))
		end = come_nearer(p, &r);
	if (end == LOAD_DONE)
		buf_drop_front(&p->in, after);
	return end;
}

/* ---- a board that starts anew ---- */

/* Has the board started anew in the middle of a command? Its banner alone is what `version` prints, too. */
static bool has_reset(const struct prompt *p)
{
	const char *banner = find(&p->in, 0, p->is->banner);

	return banner && find(&p->in, (size_t)(banner - p->in.data), p->is->autoboot);
}

static enum load_end reset_meanwhile(struct prompt *p, const char *command)
{
	char when[256];

	snprintf(when, sizeof when, "in the middle of `%.200s`", command);
	return resets_itself(p, when);
}

/* ---- typing ---- */

/* One piece and its echo. LINE_LATE: the echo did not come, or is another. */
static enum line_state type_piece(struct prompt *p, const char *piece, size_t n)
{
	enum line_state state = send(p, piece, n);
	int64_t until = soon(p, ECHO_MS);

	while (state == LINE_OK && p->in.len < n)
		state = receive(p, until);
	p->echoes |= p->in.len > 0;
	if (state == LINE_OK && memcmp(p->in.data, piece, n) != 0)
		state = LINE_LATE;
	if (state == LINE_OK)
		buf_drop_front(&p->in, n);
	return state;
}

/* What has come is no echo, and goes; but a fresh start in it is remembered. */
static void forget(struct prompt *p)
{
	p->resets += says(&p->in, p->is->banner);
	buf_clear(&p->in);
}

/* Whatever stands on the line goes, and nothing of it is run. */
static enum line_state clear_line(struct prompt *p)
{
	enum line_state state;

	for (int i = 0; i < ATTEMPTS; i++) {
		state = send(p, INTERRUPT, 1);
		if (state == LINE_OK)
			state = await_prompt(p, soon(p, ECHO_MS), NULL);
		p->echoes |= p->in.len > 0 || state == LINE_OK;
		if (state != LINE_LATE || is_late(p))
			break;
	}
	forget(p);
	return state;
}

/*
 * A line that brings characters through is trusted with more of them at a time: each piece costs a round trip, which is
 * milliseconds where servers stand in between. One that has failed is not trusted again.
 */
static void trust(struct prompt *p, bool sound)
{
	if (!sound) {
		p->piece = PIECE;
		p->failed = true;
	} else if (!p->failed && !p->line->narrow && ++p->sound % SOUND == 0 && p->piece < PIECE_MOST) {
		p->piece *= 2;
	}
}

/* The command stands on the line when this is LINE_OK. */
static enum line_state type(struct prompt *p, const char *command)
{
	enum line_state state = LINE_OK;
	struct buf text = {0};
	size_t n;

	/* A space at the end: should this last character be doubled, it changes nothing. */
	buf_printf(&text, "%s ", command);
	for (size_t at = 0; at < text.len && state == LINE_OK; at += n) {
		n = text.len - at < p->piece ? text.len - at : p->piece;
		state = type_piece(p, text.data + at, n);
		trust(p, state == LINE_OK);
	}
	buf_finish(&text);
	return state;
}

/* The echo has not come in time: is it on its way? What has come by now is then a part of it. */
static enum line_state await_rest(struct prompt *p, const char *piece, size_t n)
{
	enum line_state state = LINE_OK;
	int64_t until = soon(p, REST_MS);

	while (state == LINE_OK && p->in.len < n && memcmp(p->in.data ? p->in.data : "", piece, p->in.len) == 0)
		state = receive(p, until);
	if (state != LINE_OK)
		return state;
	if (p->in.len < n || memcmp(p->in.data, piece, n) != 0)
		return LINE_LATE;
	buf_drop_front(&p->in, n);
	return LINE_OK;
}

enum load_end prompt_echo(struct prompt *p, const char *piece, bool empties, bool *whole)
{
	size_t n = strlen(piece);
	enum line_state state = type_piece(p, piece, n);

	if (state == LINE_LATE)
		state = await_rest(p, piece, n);
	if (state == LINE_OK && empties)
		state = clear_line(p);
	*whole = state == LINE_OK;
	if (state != LINE_LATE || !is_late(p))
		return state == LINE_ENDED ? LOAD_ENDED : LOAD_DONE;
	err_set(p->err, ERR_INFRA, "U-Boot's echo was too slow to tell whether all of it comes back");
	return LOAD_FAILED;
}

static enum load_end not_typed(struct prompt *p, const char *command)
{
	if (!p->echoes) {
		err_set(p->err, ERR_INFRA, "U-Boot's prompt is hung: nothing at all came back of `%s`, nor of ^C", command);
		err_about(p->err, PART_CONSOLE);
		err_hint(p->err, "switch the board off and on; if it happens again, look whether the console carries what is typed "
				 "(a wire, or a terminal server's flow control)");
		return LOAD_FAILED;
	}
	err_set(p->err, ERR_INFRA, "the console does not bring characters through: U-Boot's echo of `%s` was wrong%s",
		command, is_late(p) ? "" : " five times");
	err_about(p->err, PART_CONSOLE);
	err_hint(p->err, "look for a second program on the same line, a wrong baud rate, or missing flow control");
	return LOAD_FAILED;
}

static enum load_end type_in(struct prompt *p, const char *command)
{
	enum line_state state = LINE_LATE;

	p->echoes = false;
	p->resets = 0;
	for (int i = 0; i < ATTEMPTS && state == LINE_LATE && !is_late(p); i++) {
		state = i ? clear_line(p) : LINE_OK;
		if (p->resets)
			return reset_meanwhile(p, command);
		if (state == LINE_LATE && !p->echoes)
			break;
		if (state == LINE_OK)
			state = type(p, command);
	}
	if (state == LINE_ENDED)
		return LOAD_ENDED;
	if (state == LINE_OK)
		return LOAD_DONE;
	return not_typed(p, command);
}

/* Enter. Where not even the end of the line comes back, the key was lost. */
static enum line_state enter(struct prompt *p)
{
	enum line_state state = send(p, "\r", 1);
	int64_t until = soon(p, ECHO_MS);

	while (state == LINE_OK && !says(&p->in, "\n"))
		state = receive(p, until);
	if (state == LINE_LATE && !is_late(p))
		state = send(p, "\r", 1);
	return state;
}

static enum load_end end_of(struct prompt *p, enum line_state state, const char *command)
{
	enum load_end end;

	if (state != LINE_LATE)
		return state == LINE_OK ? LOAD_DONE : LOAD_ENDED;
	end = no_prompt(p, "after a command");
	err_hint(p->err, "the command was `%s`", command);
	return end;
}

enum load_end prompt_enter(struct prompt *p, const char *command)
{
	enum load_end end = type_in(p, command);

	return end == LOAD_DONE ? end_of(p, enter(p), command) : end;
}

/* What stands on the last line is the prompt but for one character. */
static bool is_damaged_prompt(const struct prompt *p)
{
	size_t start = p->in.len;

	while (start && !is_end_of_line(p->in.data[start - 1]))
		start--;
	return names_slips(p->in.data + start, p->in.len - start, p->is->prompt, strlen(p->is->prompt)) == 1;
}

/* Then ^C brings another. In the middle of a command it would end that. */
static enum line_state ask_again(struct prompt *p, enum line_state state)
{
	if (state != LINE_LATE || is_late(p))
		return state;
	return p->in.len && is_damaged_prompt(p) ? send(p, INTERRUPT, 1) : LINE_OK;
}

enum load_end prompt_await(struct prompt *p, const char *command, struct buf *output)
{
	enum line_state state = LINE_OK;
	size_t before;

	while (state == LINE_OK && !has_reset(p) && !find_prompt(p, &before))
		state = ask_again(p, receive(p, soon(p, PROBE_MS)));
	if (state != LINE_ENDED && has_reset(p))
		return reset_meanwhile(p, command);
	if (state == LINE_OK)
		state = await_prompt(p, p->deadline_ms, output);
	return end_of(p, state, command);
}

enum load_end prompt_hear(struct prompt *p, const char *command, const char *text)
{
	enum line_state state = LINE_OK;
	size_t before;
	char words[TEXT_QUOTED];
	const char *at;

	while (state == LINE_OK && !says(&p->in, text) && !find_prompt(p, &before))
		state = receive(p, p->deadline_ms);
	if (state == LINE_ENDED)
		return LOAD_ENDED;
	at = find(&p->in, 0, text);
	if (at) {
		buf_drop_front(&p->in, (size_t)(at - p->in.data) + strlen(text));
		return LOAD_DONE;
	}
	err_set(p->err, ERR_INFRA, "U-Boot did not say \"%s\" after `%s`; the last it said is %s", text, command,
		prompt_last_words(words, sizeof words, &p->in));
	return LOAD_FAILED;
}

enum load_end prompt_run(struct prompt *p, const char *command, struct buf *output)
{
	enum load_end end;

	buf_clear(output);
	end = prompt_enter(p, command);
	return end == LOAD_DONE ? prompt_await(p, command, output) : end;
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

		if (has_reset(p))
			return reset_meanwhile(p, command);
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
