/*
 * wrapimage KIND IN OUT [ADDRESS | PD.elf...]: make a boot image of another kind from a raw one of the reference stack's.
 * KIND is elf-aarch64, elf-riscv64 or uimage (with the ADDRESS that the loader is linked for), raw-2.1, or capdl (an
 * initialiser that holds the ELFs' frames; of the old image stay the loader and the kernel's first region).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/wrap.h"
#include "util/err.h"
#include "util/file.h"

static struct buf in, out;

static int fail(const struct err *e)
{
	err_print(stderr, e);
	return 1;
}

static int make_capdl(char **elfs, int count, struct err *e)
{
	const uint8_t *raw = (const uint8_t *)in.data;
	size_t h = wrap_header(raw, in.len);
	const uint8_t *header = raw + h, *entry = header + 0x58;
	const uint8_t *data = entry + 32 * wrap_get(header + 0x50);
	struct wrap_capdl c = {
		.loader = raw,
		.loader_size = h,
		.kernel_entry = wrap_get(header + 0x18),
		.kernel_paddr = wrap_get(entry),
		.kernel = data + wrap_get(entry + 16),
		.kernel_size = wrap_get(entry + 8),
		.base = wrap_get(header + 0x20),
		.vbase = 0x8a000000,
		.table = true,
	};
	struct buf frames = {0}, elf = {0};
	int rc = 0;

	for (int i = 0; i < count && rc == 0; i++) {
		buf_clear(&elf);
		rc = file_read(elfs[i], &elf, e);
		if (rc == 0)
			wrap_frames(&frames, (const uint8_t *)elf.data);
	}
	if (rc == 0)
		wrap_capdl(&out, &c, &frames);
	buf_finish(&frames);
	buf_finish(&elf);
	return rc;
}

static int make(int argc, char **argv, struct err *e)
{
	const uint8_t *raw = (const uint8_t *)in.data;
	uint64_t address = argc > 4 ? strtoull(argv[4], NULL, 0) : 0;

	if (wrap_header(raw, in.len) == in.len)
		return err_set(e, ERR_IMAGE, "%s is no raw image", argv[2]);
	if (strcmp(argv[1], "elf-aarch64") == 0)
		wrap_elf(&out, raw, in.len, address, EM_AARCH64);
	else if (strcmp(argv[1], "elf-riscv64") == 0)
		wrap_elf(&out, raw, in.len, address, EM_RISCV);
	else if (strcmp(argv[1], "uimage") == 0)
		wrap_uimage(&out, raw, in.len, (uint32_t)address);
	else if (strcmp(argv[1], "raw-2.1") == 0)
		wrap_2_1(&out, raw, in.len);
	else if (strcmp(argv[1], "capdl") == 0)
		return make_capdl(argv + 4, argc - 4, e);
	else
		return err_set(e, ERR_USAGE, "there is no kind %s", argv[1]);
	return 0;
}

int main(int argc, char **argv)
{
	struct err e;
	int rc;

	if (argc < 4) {
		fputs("usage: wrapimage KIND IN OUT [ADDRESS | PD.elf...]\n", stderr);
		return 2;
	}
	rc = file_read(argv[2], &in, &e);
	if (rc == 0)
		rc = make(argc, argv, &e);
	if (rc == 0)
		rc = file_write_atomic(argv[3], out.data, out.len, false, &e);
	buf_finish(&in);
	buf_finish(&out);
	return rc < 0 ? fail(&e) : 0;
}
