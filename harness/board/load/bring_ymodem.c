/* Files over the console itself, by YMODEM: U-Boot's `loady` takes them. */
#include <stdlib.h>
#include <string.h>

#include "board/load/bring.h"
#include "proto/ymodem.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/text.h"

enum {
	ANSWER_MS = 3000,    /* for each file: to begin, and to end */
	SLOW_LINE_MS = 2,    /* a byte: less than 9600 baud carry, sums and answers included; a transfer that stands still ends before */
	READY_NOISE = 65536, /* more than any U-Boot says in a transfer */
};

static int ymodem_put(struct bring *b, struct bring_file *files, size_t count, struct err *e)
{
	(void)e;
	for (size_t i = 0; i < count; i++) {
		files[i].there = files[i].name;
		b->extra_ms += (int64_t)files[i].size * SLOW_LINE_MS + 2 * (int64_t)ANSWER_MS;
	}
	return 0;
}

static int64_t patience(const struct prompt *p, const struct ymodem *y)
{
	int64_t then = clock_ms() + ymodem_patience_ms(y);

	return then < p->deadline_ms ? then : p->deadline_ms;
}

static enum line_state flush(struct prompt *p, struct ymodem *y)
{
	enum line_state state = LINE_OK;

	if (y->out.len)
		state = p->line->ops->send(p->line, y->out.data, y->out.len, p->deadline_ms);
	buf_clear(&y->out);
	return state;
}

/* Whatever was no part of the transfer stays in p->in: U-Boot's texts, the prompt among them. */
static void take(struct prompt *p, struct ymodem *y, struct buf *rest)
{
	size_t i = 0;

	for (; i < p->in.len && y->state < YMODEM_DONE; i++)
		if (!ymodem_take(y, (uint8_t)p->in.data[i]) && rest->len < READY_NOISE)
			buf_addc(rest, p->in.data[i]);
	buf_drop_front(&p->in, i);
}

/* At the end its last acknowledgement may be lost: then U-Boot's words say that it has all. */
static bool speaks(const struct buf *rest)
{
	return rest->len && memmem(rest->data, rest->len, "## Total Size", 13);
}

static bool is_back(const struct prompt *p, const struct buf *rest)
{
	const char *at = rest->len ? memmem(rest->data, rest->len, p->is->prompt, strlen(p->is->prompt)) : NULL;

	return at && at > rest->data && at[-1] == '\n';
}

static enum line_state transfer(struct prompt *p, struct ymodem *y, struct buf *rest)
{
	enum line_state state = LINE_OK;

	while (state == LINE_OK && y->state < YMODEM_DONE) {
		state = p->line->ops->receive(p->line, &p->in, patience(p, y));
		if (state == LINE_LATE && clock_ms() < p->deadline_ms) {
			ymodem_timeout(y);
			state = LINE_OK;
		}
		take(p, y, rest);
		if (y->state < YMODEM_DONE && is_back(p, rest))
			break;
		if (y->state == YMODEM_LAST && speaks(rest))
			y->state = YMODEM_DONE;
		if (state == LINE_OK)
			state = flush(p, y);
	}
	return state;
}

static enum load_end failed(struct prompt *p, const struct ymodem *y, const struct bring_file *f, const struct buf *rest)
{
	char words[TEXT_QUOTED];

	err_set(p->err, ERR_INFRA, "%s did not get through by YMODEM: %s after %zu of %zu bytes, with %u blocks sent again; the last "
				   "U-Boot said is %s", f->name, y->why ? y->why : "the transfer ended", y->sent, y->size, y->again,
		prompt_last_words(words, sizeof words, rest));
	err_hint(p->err, "the console must carry every byte, ^C and ^] included: no terminal server's escape key, no terminal for ssh "
			 "(terminal: none), and the right baud rate");
	return LOAD_FAILED;
}

static enum load_end send_file(struct prompt *p, const struct bring_file *f, const struct buf *bytes)
{
	struct buf rest = {0};
	struct ymodem y;
	enum line_state state;
	enum load_end end = LOAD_DONE;

	ymodem_init(&y, f->name, bytes->data, bytes->len);
	state = transfer(p, &y, &rest);
	if (state == LINE_ENDED)
		end = LOAD_ENDED;
	else if (y.state != YMODEM_DONE)
		end = failed(p, &y, f, &rest);
	/* What U-Boot said meanwhile may have its prompt in it, and goes before what came later. */
	buf_add(&rest, p->in.data, p->in.len);
	buf_finish(&p->in);
	p->in = rest;
	ymodem_finish(&y);
	return end;
}

static enum load_end ymodem_feed(struct bring *b, struct prompt *p, const struct bring_file *f, const char *command)
{
	enum load_end end = prompt_hear(p, command, "## Ready for binary");
	struct buf bytes;

	(void)b;
	if (end != LOAD_DONE)
		return end;
	buf_init(&bytes);
	end = prompt_hear(p, command, "\n");
	if (end == LOAD_DONE)
		end = file_read(f->path, &bytes, p->err) < 0 ? LOAD_FAILED : send_file(p, f, &bytes);
	buf_finish(&bytes);
	return end;
}

static void ymodem_destroy(struct bring *b)
{
	free(b);
}

static const struct bring_ops ymodem_ops = {
	.name = "YMODEM",
	.command = "loady " UBOOT_ADDRESS,
	.stale = "every block had its CRC-16: does something else in the board write to that memory?",
	.put = ymodem_put,
	.feed = ymodem_feed,
	.destroy = ymodem_destroy,
};

struct bring *bring_ymodem_create(void)
{
	struct bring *b = xcalloc(1, sizeof *b);

	b->ops = &ymodem_ops;
	return b;
}
