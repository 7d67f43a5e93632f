#include "board/memory/uboot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "board/load/promptmemory.h"
#include "config/board.h"
#include "util/mem.h"

enum { PIECE = 4096 }; /* what is brought here at once when nothing known is there */

struct likely {
	uint64_t paddr;
	const uint8_t *bytes;
	size_t size;
};

struct uboot_memory {
	struct memory base;
	const struct board_kind *kind;
	struct prompt prompt;
	bool asks; /* between begin and end */
	struct likely *likely;
	size_t count, room;
};

static struct uboot_memory *self(struct memory *m)
{
	return (struct uboot_memory *)m;
}

enum load_end memory_uboot_begin(struct memory *m, struct load_line *line, int64_t deadline_ms, struct err *e)
{
	struct uboot_memory *u = self(m);

	prompt_init(&u->prompt, line, u->kind->uboot, deadline_ms, e);
	u->asks = true;
	return prompt_reach(&u->prompt);
}

void memory_uboot_end(struct memory *m)
{
	struct uboot_memory *u = self(m);

	if (u->asks)
		prompt_finish(&u->prompt);
	u->asks = false;
	u->count = 0;
}

void memory_uboot_expect(struct memory *m, uint64_t paddr, const uint8_t *bytes, size_t size)
{
	struct uboot_memory *u = self(m);

	u->likely = xgrow(u->likely, &u->room, u->count + 1, sizeof *u->likely);
	u->likely[u->count++] = (struct likely){paddr, bytes, size};
}

/* ---- reading ---- */

static uint32_t sum_of(const uint8_t *bytes, size_t n)
{
	return (uint32_t)crc32_z(0, bytes, n);
}

static bool is_zeros(uint32_t crc, size_t n)
{
	uint8_t *zeros = xcalloc(1, n);
	bool same = sum_of(zeros, n) == crc;

	free(zeros);
	return same;
}

/*
 * By halves: a piece whose sum is that of what is likely there, or of zeros, need not be brought here. `likely` may be
 * NULL.
 */
static enum load_end read_piece(struct uboot_memory *u, uint64_t paddr, const uint8_t *likely, uint8_t *out, size_t n)
{
	size_t half = n / 2 / PIECE * PIECE;
	enum load_end end;
	uint32_t crc;

	end = prompt_sum(&u->prompt, paddr, n, &crc);
	if (end != LOAD_DONE)
		return end;
	if (likely && crc == sum_of(likely, n)) {
		memcpy(out, likely, n);
		return LOAD_DONE;
	}
	if (is_zeros(crc, n)) {
		memset(out, 0, n);
		return LOAD_DONE;
	}
	if (n <= PIECE)
		return prompt_dump(&u->prompt, paddr, out, n);
	half = half ? half : PIECE;
	end = read_piece(u, paddr, likely, out, half);
	return end == LOAD_DONE ? read_piece(u, paddr + half, likely ? likely + half : NULL, out + half, n - half) : end;
}

static const uint8_t *likely_at(const struct uboot_memory *u, uint64_t paddr, size_t size)
{
	for (size_t i = 0; i < u->count; i++)
		if (u->likely[i].paddr == paddr && u->likely[i].size == size)
			return u->likely[i].bytes;
	return NULL;
}

static int uboot_read(struct memory *m, uint64_t paddr, void *out, size_t size, struct err *e)
{
	struct uboot_memory *u = self(m);
	enum load_end end;

	if (!u->asks)
		return err_set(e, ERR_INFRA, "this board's memory can be seen after a reset only");
	if (!size)
		return 0;
	u->prompt.err = e;
	end = read_piece(u, paddr, likely_at(u, paddr, size), out, size);
	if (end == LOAD_DONE)
		return 0;
	if (end == LOAD_ENDED)
		return err_set(e, ERR_INFRA, "the console ended while U-Boot was asked what is in RAM");
	return -1;
}

static int no_fd(struct memory *m)
{
	(void)m;
	return -1;
}

static int no_news(struct memory *m, struct err *e)
{
	(void)m;
	(void)e;
	return 0;
}

static bool never(struct memory *m)
{
	(void)m;
	return false;
}

static void uboot_destroy(struct memory *m)
{
	memory_uboot_end(m);
	free(self(m)->likely);
	free(m);
}

static const struct memory_ops uboot_ops = {
	.name = "uboot",
	.after_reset = true,
	.fd = no_fd,
	.pump = no_news,
	.stopped = never,
	.read = uboot_read,
	.destroy = uboot_destroy,
};

struct memory *memory_uboot_create(const struct board_kind *kind)
{
	struct uboot_memory *u = xcalloc(1, sizeof *u);

	u->base.ops = &uboot_ops;
	u->kind = kind;
	return &u->base;
}
