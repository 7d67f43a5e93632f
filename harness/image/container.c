#include "image/container.h"

#include <inttypes.h>
#include <string.h>

#include "image/loaderimg.h"

static bool is_anything(const uint8_t *bytes, size_t n)
{
	(void)bytes, (void)n;
	return true;
}

static int open_raw(struct container *c, const uint8_t *bytes, size_t n, struct err *e)
{
	(void)bytes, (void)e;
	c->to = n;
	return 0;
}

static const struct container_ops container_raw = {CONTAINER_RAW, is_anything, open_raw};
static const struct container_ops *const kinds[] = {&container_elf, &container_uimage, &container_raw};

bool container_has_magic(const uint8_t *bytes, size_t n)
{
	static const uint8_t magic[] = {0xad, 0x5e, 0xde, 0x14, 0xad, 0xde, 0x14, 0x5e};

	return memmem(bytes, n, magic, sizeof magic) != NULL;
}

static int unknown(const uint8_t *bytes, size_t n, struct err *e)
{
	const char *seems = file_kind(bytes, n);

	err_set(e, ERR_USAGE, "no boot image of a known kind: the magic 0x%" PRIx64 " of a loader's header is nowhere in its %zu bytes",
		LOADER_MAGIC, n);
	return err_hint(e, "the file is %s; known are Microkit's images: raw (binary), ELF, uImage",
			seems ? seems : "nothing that is known here");
}

int container_open(struct container *c, const uint8_t *bytes, size_t n, struct err *e)
{
	size_t i = 0;

	memset(c, 0, sizeof *c);
	while (i + 1 < sizeof kinds / sizeof kinds[0] && !kinds[i]->is_it(bytes, n))
		i++;
	c->kind = kinds[i]->kind;
	if (kinds[i]->open(c, bytes, n, e) < 0)
		return -1;
	return container_has_magic(bytes + c->from, c->to - c->from) ? 0 : unknown(bytes, n, e);
}
