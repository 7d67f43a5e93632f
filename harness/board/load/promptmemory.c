#include "board/load/promptmemory.h"

#include <inttypes.h>
#include <zlib.h>

#include "proto/uboot.h"
#include "util/buf.h"

enum {
	ASKED = 3, /* times before an answer that makes no sense is given up */
	RESERVED_MOST = 64,
};

static enum load_end nonsense(struct prompt *p, const char *command, const struct buf *said)
{
	char words[128];

	err_set(p->err, ERR_INFRA, "U-Boot's answer to `%s` makes no sense: %s", command,
		prompt_last_words(words, sizeof words, said));
	err_hint(p->err, "does this U-Boot have the command? Is the line losing characters?");
	return LOAD_FAILED;
}

enum load_end prompt_sum(struct prompt *p, uint64_t paddr, uint64_t size, uint32_t *crc)
{
	struct buf command = {0}, said = {0};
	enum load_end end = LOAD_DONE;
	bool answered = false;

	buf_printf(&command, "crc32 %" PRIx64 " %" PRIx64, paddr, size);
	for (int i = 0; i < ASKED && end == LOAD_DONE && !answered; i++) {
		end = prompt_run(p, command.data, &said);
		answered = end == LOAD_DONE && uboot_read_crc(said.data, said.len, crc);
	}
	if (end == LOAD_DONE && !answered)
		end = nonsense(p, command.data, &said);
	buf_finish(&command);
	buf_finish(&said);
	return end;
}

enum load_end prompt_dump(struct prompt *p, uint64_t paddr, uint8_t *out, size_t size)
{
	struct buf command = {0}, said = {0};
	enum load_end end = LOAD_DONE;
	bool whole = false;
	uint32_t crc;

	buf_printf(&command, "md.b %" PRIx64 " %zx", paddr, size);
	for (int i = 0; i < ASKED && end == LOAD_DONE && !whole; i++) {
		end = prompt_sum(p, paddr, size, &crc);
		if (end == LOAD_DONE)
			end = prompt_run(p, command.data, &said);
		whole = end == LOAD_DONE && uboot_read_dump(said.data, said.len, paddr, out, size) &&
			crc32_z(0, out, size) == crc;
	}
	if (end == LOAD_DONE && !whole)
		end = nonsense(p, command.data, &said);
	buf_finish(&command);
	buf_finish(&said);
	return end;
}

/* ---- filling ---- */

static bool is_free(const struct load_fill *f, const struct uboot_reserved *kept, int count)
{
	for (int i = 0; i < count; i++)
		if (f->paddr <= kept[i].last && f->paddr + f->size > kept[i].first)
			return false;
	return true;
}

static enum load_end fill(struct prompt *p, const struct load_fill *f)
{
	uint32_t word = 0x01010101u * f->byte;
	struct buf command = {0}, said = {0};
	enum load_end end;

	buf_printf(&command, "mw.l %" PRIx64 " %" PRIx32 " %" PRIx64, f->paddr, word, f->size / sizeof word);
	end = prompt_run(p, command.data, &said);
	buf_finish(&command);
	buf_finish(&said);
	return end;
}

enum load_end prompt_fill(struct prompt *p, const struct load_fill *fills, size_t count, size_t *left)
{
	struct uboot_reserved kept[RESERVED_MOST];
	struct buf said = {0};
	enum load_end end = prompt_run(p, "bdinfo", &said);
	int n = end == LOAD_DONE ? uboot_read_reserved(said.data, said.len, kept, RESERVED_MOST) : 0;

	*left = 0;
	for (size_t i = 0; i < count && end == LOAD_DONE; i++)
		if (n < 0 || n == RESERVED_MOST || !is_free(&fills[i], kept, n))
			++*left;
		else
			end = fill(p, &fills[i]);
	buf_finish(&said);
	return end;
}
