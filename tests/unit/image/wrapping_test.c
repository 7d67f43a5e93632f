/* What wrapping.h makes, read again by those who know the formats. */
#include <check.h>
#include <elf.h>
#include <string.h>
#include <zlib.h>

#include "image/elf.h"
#include "image/word.h"
#include "image/wrapping.h"
#include "util/mem.h"

Suite *wrapping_test(void);

static const char raw[] = "the raw bytes of an image";
static struct buf out;
static struct err e;

static void setup(void)
{
	buf_init(&out);
}

static void teardown(void)
{
	buf_finish(&out);
}

START_TEST(a_uimage_has_its_sums_and_its_place)
{
	static const struct {
		enum image_arch arch;
		uint8_t byte;
	} archs[] = {{IMAGE_ARCH_AARCH64, 22}, {IMAGE_ARCH_RISCV64, 26}};
	uint8_t header[64];

	ck_assert_int_eq(wrapping_uimage(raw, sizeof raw, 0x80200000, archs[_i].arch, &out, &e), 0);
	ck_assert_uint_eq(out.len, 64 + sizeof raw);
	memcpy(header, out.data, sizeof header);
	ck_assert_uint_eq(word_be32(header), 0x27051956);
	ck_assert_uint_eq(word_be32(header + 12), sizeof raw);
	ck_assert_uint_eq(word_be32(header + 16), 0x80200000);
	ck_assert_uint_eq(word_be32(header + 20), 0x80200000);
	ck_assert_uint_eq(word_be32(header + 24), crc32_z(0, (const Bytef *)raw, sizeof raw));
	ck_assert_uint_eq(header[29], archs[_i].byte);
	ck_assert_int_eq(memcmp(out.data + 64, raw, sizeof raw), 0);
	memset(header + 4, 0, 4);
	ck_assert_uint_eq(word_be32((const uint8_t *)out.data + 4), crc32_z(0, header, sizeof header));
}
END_TEST

START_TEST(an_elf_has_one_segment_at_its_entry)
{
	struct elf_file f;
	struct arena a;

	arena_init(&a);
	ck_assert_int_eq(wrapping_elf(raw, sizeof raw, 0x80200040, IMAGE_ARCH_RISCV64, &out, &e), 0);
	ck_assert_msg(elf_parse(&f, &a, (const uint8_t *)out.data, out.len, &e) == 0, "%s", e.what);
	ck_assert_uint_eq(f.machine, EM_RISCV);
	ck_assert_uint_eq(f.entry, 0x80200040);
	ck_assert_uint_eq(f.segment_count, 1);
	ck_assert_uint_eq(f.segments->paddr, 0x80200040);
	ck_assert_uint_eq(f.segments->filesz, sizeof raw);
	ck_assert_int_eq(memcmp(f.segments->bytes, raw, sizeof raw), 0);
	arena_finish(&a);
}
END_TEST

START_TEST(what_a_format_cannot_say_is_refused)
{
	ck_assert_int_eq(wrapping_uimage(raw, sizeof raw, UINT64_C(0x100000000), IMAGE_ARCH_RISCV64, &out, &e), -1);
	ck_assert_int_eq(e.kind, ERR_IMAGE);
	ck_assert_ptr_nonnull(strstr(e.what, "32 bits"));
	ck_assert_int_eq(wrapping_uimage(raw, sizeof raw, 0, IMAGE_ARCH_UNKNOWN, &out, &e), -1);
	ck_assert_int_eq(wrapping_elf(raw, sizeof raw, 0, IMAGE_ARCH_UNKNOWN, &out, &e), -1);
	ck_assert_uint_eq(out.len, 0);
}
END_TEST

Suite *wrapping_test(void)
{
	Suite *s = suite_create("wrapping");
	TCase *t = tcase_create("wrapping");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, a_uimage_has_its_sums_and_its_place, 0, 2);
	tcase_add_test(t, an_elf_has_one_segment_at_its_entry);
	tcase_add_test(t, what_a_format_cannot_say_is_refused);
	suite_add_tcase(s, t);
	return s;
}
