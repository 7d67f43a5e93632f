/*
 * The uImage kind of boot image: U-Boot's legacy header (u-boot include/image.h; big endian), a Linux RISC-V header
 * (Documentation/riscv/boot-image-header; little endian) that nobody executes, and the raw bytes.
 */
#include <inttypes.h>
#include <string.h>
#include <zlib.h>

#include "image/container.h"
#include "image/word.h"

#define X "0x%" PRIx64

enum {
	UIMAGE_HEADER = 64, /* bytes, of both headers */
	LINUX_HEADER = 64,
	OS_LINUX = 5,
	ARCH_RISCV = 26,
	TYPE_KERNEL = 2,
	COMPRESSION_NONE = 0,
};

#define UIMAGE_MAGIC UINT32_C(0x27051956)
#define LINUX_MAGIC UINT64_C(0x5643534952) /* "RISCV" */
#define LINUX_MAGIC2 UINT32_C(0x05435352)  /* "RSC\5" */

static bool is_uimage(const uint8_t *bytes, size_t n)
{
	return n >= 4 && word_be32(bytes) == UIMAGE_MAGIC;
}

/* The header's own sum is made with its field for it empty. */
static uint32_t header_sum(const uint8_t *bytes)
{
	uint8_t header[UIMAGE_HEADER];

	memcpy(header, bytes, sizeof header);
	memset(header + 4, 0, 4);
	return (uint32_t)crc32_z(0, header, sizeof header);
}

static int check_header(const uint8_t *bytes, size_t n, struct err *e)
{
	uint32_t sum, size;

	if (n < UIMAGE_HEADER)
		return err_set(e, ERR_IMAGE, "cut short: a uImage's header has %d bytes, the file has %zu", UIMAGE_HEADER, n);
	sum = header_sum(bytes);
	if (sum != word_be32(bytes + 4))
		return err_set(e, ERR_IMAGE, "the uImage header's CRC-32 is %08" PRIx32 ", ih_hcrc at file offset 0x4 says %08" PRIx32,
			       sum, word_be32(bytes + 4));
	size = word_be32(bytes + 12);
	if (size != n - UIMAGE_HEADER)
		return err_set(e, ERR_IMAGE, "ih_size at file offset 0xc says 0x%" PRIx32 " bytes, but 0x%zx lie behind the header",
			       size, n - UIMAGE_HEADER);
	return 0;
}

static int check_data(const uint8_t *bytes, size_t n, struct err *e)
{
	uint32_t sum = (uint32_t)crc32_z(0, bytes + UIMAGE_HEADER, n - UIMAGE_HEADER);

	if (sum == word_be32(bytes + 24))
		return 0;
	return err_set(e, ERR_IMAGE,
		       "the uImage data's CRC-32 is %08" PRIx32 " (from file offset 0x%x on), ih_dcrc at file offset 0x18 says %08" PRIx32,
		       sum, UIMAGE_HEADER, word_be32(bytes + 24));
}

/* A whole uImage may hold all sorts of things. */
static int check_content(const uint8_t *bytes, struct err *e)
{
	static const struct {
		int at;
		uint8_t value;
		const char *field;
	} expected[] = {{28, OS_LINUX, "ih_os"}, {29, ARCH_RISCV, "ih_arch"}, {30, TYPE_KERNEL, "ih_type"},
			{31, COMPRESSION_NONE, "ih_comp"}};

	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
		if (bytes[expected[i].at] != expected[i].value)
			return err_set(e, ERR_USAGE, "no boot image: a uImage, whose %s at file offset 0x%x is %u; Microkit writes %u",
				       expected[i].field, (unsigned)expected[i].at, bytes[expected[i].at], expected[i].value);
	return 0;
}

static int check_linux_header(const uint8_t *bytes, size_t n, struct err *e)
{
	const uint8_t *h = bytes + UIMAGE_HEADER;
	uint64_t raw = n - UIMAGE_HEADER - LINUX_HEADER;

	if (n < UIMAGE_HEADER + LINUX_HEADER)
		return err_set(e, ERR_IMAGE, "cut short: the Linux header at file offset 0x40 has %d bytes, and 0x%zx are left",
			       LINUX_HEADER, n - UIMAGE_HEADER);
	if (word_le64(h + 0x30) != LINUX_MAGIC || word_le32(h + 0x38) != LINUX_MAGIC2)
		return err_set(e, ERR_USAGE, "no boot image: a uImage without the magic of a Linux RISC-V header (file offset 0x70)");
	if (word_le64(h + 0x10) != raw)
		return err_set(e, ERR_IMAGE, "image_size at file offset 0x50 says " X " bytes, but " X " lie behind the header",
			       word_le64(h + 0x10), raw);
	if (word_be32(bytes + 20) - word_be32(bytes + 16) != LINUX_HEADER)
		return err_set(e, ERR_IMAGE,
			       "ih_load 0x%" PRIx32 " and ih_ep 0x%" PRIx32 " (file offsets 0x10, 0x14): the entry does not follow the "
			       "Linux header",
			       word_be32(bytes + 16), word_be32(bytes + 20));
	return 0;
}

static int open_uimage(struct container *c, const uint8_t *bytes, size_t n, struct err *e)
{
	if (check_header(bytes, n, e) < 0 || check_data(bytes, n, e) < 0 || check_content(bytes, e) < 0 ||
	    check_linux_header(bytes, n, e) < 0)
		return -1;
	c->from = UIMAGE_HEADER + LINUX_HEADER;
	c->to = n;
	c->placed = true;
	c->address = word_be32(bytes + 20);
	c->arch = IMAGE_ARCH_RISCV64;
	return 0;
}

const struct container_ops container_uimage = {CONTAINER_UIMAGE, is_uimage, open_uimage};
