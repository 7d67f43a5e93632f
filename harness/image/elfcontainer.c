/* The ELF kind of boot image: one PT_LOAD, at the loader's entry, that holds the raw bytes. */
#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "image/container.h"
#include "image/elf.h"
#include "util/mem.h"

#define X "0x%" PRIx64

static bool is_elf(const uint8_t *bytes, size_t n)
{
	return n >= SELFMAG && memcmp(bytes, ELFMAG, SELFMAG) == 0;
}

/* Other ELFs are no damaged images, unless they have a loader's magic in them. */
static int other(const uint8_t *bytes, size_t n, const char *why, struct err *e)
{
	err_set(e, container_has_magic(bytes, n) ? ERR_IMAGE : ERR_USAGE, "no boot image: the ELF has %s", why);
	return err_hint(e, "expected one PT_LOAD, all of it in the file, that begins at the entry: loader, header and regions; the "
			   "ELF of a kernel, a loader or a protection domain is no image");
}

static int check_segment(const struct elf_file *f, const uint8_t *bytes, size_t n, struct err *e)
{
	const struct elf_segment *s = f->segments;
	char why[160];

	if (f->segment_count != 1) {
		snprintf(why, sizeof why, "%zu PT_LOADs", f->segment_count);
		return other(bytes, n, why, e);
	}
	if (s->filesz != s->memsz) {
		snprintf(why, sizeof why, "a PT_LOAD of " X " bytes in memory and " X " in the file (at 0x%zx)", s->memsz, s->filesz,
			 (size_t)(s->bytes - bytes));
		return other(bytes, n, why, e);
	}
	if (f->entry != s->vaddr) {
		snprintf(why, sizeof why, "its entry at " X " (file offset 0x18) and its PT_LOAD at " X, f->entry, s->vaddr);
		return other(bytes, n, why, e);
	}
	return 0;
}

static int open_elf(struct container *c, const uint8_t *bytes, size_t n, struct err *e)
{
	struct elf_file f;
	struct arena a;
	int rc;

	if (n > EI_DATA && (bytes[EI_CLASS] != ELFCLASS64 || bytes[EI_DATA] != ELFDATA2LSB))
		return other(bytes, n, "another class than 64 bits, little endian (file offset 0x4)", e);
	arena_init(&a);
	rc = elf_parse(&f, &a, bytes, n, e);
	if (rc == 0)
		rc = check_segment(&f, bytes, n, e);
	if (rc == 0) {
		c->from = (size_t)(f.segments->bytes - bytes);
		c->to = c->from + f.segments->filesz;
		c->placed = true;
		c->address = f.segments->paddr;
		c->arch = image_arch_of_elf(f.machine);
	}
	arena_finish(&a);
	return rc;
}

const struct container_ops container_elf = {CONTAINER_ELF, is_elf, open_elf};
