/*
 * What a board at a U-Boot prompt says: start, echoes, answers. The input's lengths are those of its reads: each piece
 * of it begins with a byte that says how long it is, 0 being a read in which nothing came in time.
 */
#include <stdlib.h>
#include <string.h>

#include "board/load/prompt.h"
#include "fuzz.h"
#include "util/clock.h"

const unsigned fuzz_cost = 2;

struct board {
	struct load_line line;
	const uint8_t *at, *end;
	char echo[64];
	size_t echo_len;
};

static enum line_state take(struct load_line *l, const char *bytes, size_t n, int64_t deadline_ms)
{
	struct board *b = (struct board *)l;

	(void)deadline_ms;
	b->echo_len = n < sizeof b->echo ? n : sizeof b->echo;
	memcpy(b->echo, bytes, b->echo_len);
	return LINE_OK;
}

/* A length of 255 is the echo of what was typed last, so that a dialogue gets on. */
static enum line_state give(struct load_line *l, struct buf *in, int64_t deadline_ms)
{
	struct board *b = (struct board *)l;
	size_t n;

	(void)deadline_ms;
	if (b->at == b->end)
		return LINE_ENDED;
	n = *b->at++;
	if (n == 255) {
		buf_add(in, b->echo, b->echo_len);
		return b->echo_len ? LINE_OK : LINE_LATE;
	}
	n = n < (size_t)(b->end - b->at) ? n : (size_t)(b->end - b->at);
	if (!n)
		return LINE_LATE;
	buf_add(in, b->at, n);
	b->at += n;
	return LINE_OK;
}

static void hand_over(struct load_line *l)
{
	(void)l;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const struct load_line_ops ops = {take, give, hand_over};
	static const struct uboot_board is = {.autoboot = "autoboot", .interrupt = " ", .prompt = "=> ", .banner = "U-Boot 20"};
	struct board b = {.line = {.ops = &ops}, .at = bytes, .end = bytes + n};
	struct buf said = {0};
	struct err e = {0};
	enum load_end end;
	struct prompt p;

	prompt_init(&p, &b.line, &is, clock_ms() + 60000, &e);
	end = prompt_reach(&p);
	if (end == LOAD_DONE)
		end = prompt_run(&p, "load virtio 0 0x70000000 loader.img", &said);
	if (end == LOAD_DONE)
		end = prompt_leave(&p, "go 0x70000000", "Starting");
	if ((end == LOAD_FAILED || end == LOAD_REFUSED) && !e.what[0])
		abort();
	prompt_finish(&p);
	buf_finish(&said);
	return 0;
}

static void say(struct buf *b, const char *text)
{
	buf_addc(b, (char)strlen(text));
	buf_adds(b, text);
}

static void echo(struct buf *b, int times)
{
	while (times--)
		buf_addc(b, '\xff');
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	struct buf b = {0};

	say(&b, "U-Boot 2023.01\r\nHit any key to stop autoboot: 2 ");
	say(&b, "\r\n=> ");
	echo(&b, 4);
	say(&b, "\r\n154152 bytes read in 3 ms\r\n=> ");
	echo(&b, 3);
	say(&b, "\r\n## Starting application at 0x70000000\r\n");
	add(b.data, b.len);
	buf_clear(&b);
	say(&b, "\r\n=> ");
	say(&b, "U-Boot 2019.07 U-Boot 2023.01\r\n=> ");
	buf_addc(&b, '\0');
	echo(&b, 8);
	say(&b, "load virtio=> \r\n=> ** Unrecognized filesystem type **\r\n=> ");
	echo(&b, 8);
	add(b.data, b.len);
	buf_finish(&b);
}
