#include "image/container.h"

#include "image/sample.h"
#include "image/wrap.h"

Suite *container_test(void);

static struct buf raw, file;
static struct container c;
static struct err e;

enum { ELF_DATA = 64 + 56 + 2 * 64 };

static void set_up(void)
{
	struct sample_image s = sample_usual();

	buf_init(&raw);
	buf_init(&file);
	sample_image_bytes(&s, &raw);
}

static void tear_down(void)
{
	buf_finish(&raw);
	buf_finish(&file);
}

static const uint8_t *raw_bytes(void)
{
	return (const uint8_t *)raw.data;
}

static uint8_t *at(size_t offset)
{
	return (uint8_t *)file.data + offset;
}

static void make_elf(void)
{
	buf_clear(&file);
	wrap_elf(&file, raw_bytes(), raw.len, 0x70000000, EM_AARCH64);
}

static void make_uimage(void)
{
	buf_clear(&file);
	wrap_uimage(&file, raw_bytes(), raw.len, 0x80200000);
}

/* The sums are right again, so that what is behind them is looked at. */
static void sum_up(void)
{
	wrap_put_big(at(24), (uint32_t)crc32_z(0, at(64), file.len - 64));
	memset(at(4), 0, 4);
	wrap_put_big(at(4), (uint32_t)crc32_z(0, at(0), 64));
}

/* On a copy of exactly n bytes, so that a read behind the end is a read behind an allocation. */
static int open_cut(size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);
	int rc;

	memcpy(copy, file.data, n);
	memset(&e, 0, sizeof e);
	rc = container_open(&c, copy, n, &e);
	free(copy);
	return rc;
}

static void refused(enum err_kind kind, const char *why)
{
	ck_assert_int_eq(open_cut(file.len), -1);
	ck_assert_msg(strstr(e.what, why) != NULL, "\"%s\" does not say \"%s\"", e.what, why);
	ck_assert_int_eq(e.kind, kind);
}

START_TEST(a_raw_image_is_its_own_container)
{
	buf_add(&file, raw.data, raw.len);
	ck_assert_int_eq(open_cut(file.len), 0);
	ck_assert_int_eq(c.kind, CONTAINER_RAW);
	ck_assert_uint_eq(c.from, 0);
	ck_assert_uint_eq(c.to, raw.len);
	ck_assert(!c.placed);
	ck_assert_int_eq(c.arch, IMAGE_ARCH_UNKNOWN);
}
END_TEST

START_TEST(an_elf_tells_address_and_architecture)
{
	make_elf();
	ck_assert_int_eq(open_cut(file.len), 0);
	ck_assert_int_eq(c.kind, CONTAINER_ELF);
	ck_assert_uint_eq(c.from, ELF_DATA);
	ck_assert_uint_eq(c.to, ELF_DATA + raw.len);
	ck_assert(c.placed);
	ck_assert_uint_eq(c.address, 0x70000000);
	ck_assert_int_eq(c.arch, IMAGE_ARCH_AARCH64);
	at(18)[0] = EM_RISCV;
	ck_assert_int_eq(open_cut(file.len), 0);
	ck_assert_int_eq(c.arch, IMAGE_ARCH_RISCV64);
}
END_TEST

START_TEST(a_uimage_tells_address_and_architecture)
{
	make_uimage();
	ck_assert_int_eq(open_cut(file.len), 0);
	ck_assert_int_eq(c.kind, CONTAINER_UIMAGE);
	ck_assert_uint_eq(c.from, 128);
	ck_assert_uint_eq(c.to, file.len);
	ck_assert(c.placed);
	ck_assert_uint_eq(c.address, 0x80200000);
	ck_assert_int_eq(c.arch, IMAGE_ARCH_RISCV64);
}
END_TEST

/* As long as it is an ELF or a uImage at all, one that is cut is damaged. */
START_TEST(a_container_cut_at_any_byte_is_refused)
{
	make_elf();
	for (size_t n = 0; n < file.len; n += n < 300 ? 1 : 61) {
		ck_assert_msg(open_cut(n) == -1, "the ELF was accepted when cut at %zu", n);
		ck_assert_int_eq(e.kind, n < 4 ? ERR_USAGE : ERR_IMAGE);
	}
	make_uimage();
	for (size_t n = 0; n < file.len; n += n < 300 ? 1 : 61) {
		ck_assert_msg(open_cut(n) == -1, "the uImage was accepted when cut at %zu", n);
		ck_assert_int_eq(e.kind, n < 4 ? ERR_USAGE : ERR_IMAGE);
	}
}
END_TEST

START_TEST(what_no_loader_is_in_is_of_no_known_kind)
{
	buf_add(&file, "#!/bin/sh\n", 10);
	refused(ERR_USAGE, "no boot image of a known kind");
	ck_assert_ptr_nonnull(strstr(e.hint, "a script"));
	memset(raw.data + 0x1000, 0, 8); /* the magic */
	make_elf();
	refused(ERR_USAGE, "no boot image of a known kind");
	make_uimage();
	refused(ERR_USAGE, "no boot image of a known kind");
	buf_clear(&file);
	ck_assert_int_eq(open_cut(0), -1);
	ck_assert_int_eq(e.kind, ERR_USAGE);
}
END_TEST

START_TEST(other_elfs_are_no_images)
{
	struct sample_elf pd = {.entry = 0x200000, .count = 2,
				.segments = {{0x200000, 0x200000, 0x1000, 0x1000, PF_R | PF_X, 1},
					     {0x201000, 0x201000, 0x1000, 0x800, PF_R | PF_W, 2}}};

	sample_elf_bytes(&pd, &file);
	refused(ERR_USAGE, "2 PT_LOADs");
	buf_clear(&file);
	pd.count = 1;
	pd.segments[0].memsz = 0x1001; /* a loader by itself: what comes behind it is not there */
	sample_elf_bytes(&pd, &file);
	refused(ERR_USAGE, "0x1001 bytes in memory and 0x1000 in the file (at 0x78)");
	at(EI_CLASS)[0] = ELFCLASS32;
	refused(ERR_USAGE, "another class than 64 bits");
}
END_TEST

START_TEST(damage_to_an_elf_is_named)
{
	make_elf();
	put64(at(64 + 40), raw.len + 1); /* p_memsz */
	refused(ERR_IMAGE, "bytes in memory");
	make_elf();
	put64(at(64 + 32), raw.len + 1); /* p_filesz */
	refused(ERR_IMAGE, "runs past the file's end");
	make_elf();
	put64(at(64 + 8), UINT64_MAX); /* p_offset */
	refused(ERR_IMAGE, "runs past the file's end");
	make_elf();
	put64(at(64 + 16), UINT64_MAX - 5); /* p_vaddr */
	refused(ERR_IMAGE, "overflows");
	make_elf();
	put64(at(24), 0x70000004); /* e_entry */
	refused(ERR_IMAGE, "its entry at 0x70000004 (file offset 0x18) and its PT_LOAD at 0x70000000");
	make_elf();
	at(EI_CLASS)[0] = ELFCLASS32;
	refused(ERR_IMAGE, "another class than 64 bits");
}
END_TEST

START_TEST(damage_to_a_uimage_is_named)
{
	static const struct {
		size_t at;
		uint8_t flip;
		bool sums; /* made right again */
		enum err_kind kind;
		const char *says;
	} cases[] = {
		{20, 1, false, ERR_IMAGE, "ih_hcrc at file offset 0x4 says"},
		{5, 1, false, ERR_IMAGE, "ih_hcrc at file offset 0x4 says"},
		{15, 1, true, ERR_IMAGE, "ih_size at file offset 0xc says"},
		{200, 1, false, ERR_IMAGE, "ih_dcrc at file offset 0x18 says"},
		{30, 1, true, ERR_USAGE, "ih_type at file offset 0x1e is 3; Microkit writes 2"},
		{31, 1, true, ERR_USAGE, "ih_comp at file offset 0x1f is 1"},
		{28, 1, true, ERR_USAGE, "ih_os"},
		{29, 1, true, ERR_USAGE, "ih_arch"},
		{64 + 0x10, 1, true, ERR_IMAGE, "image_size at file offset 0x50 says"},
		{64 + 0x30, 1, true, ERR_USAGE, "without the magic of a Linux RISC-V header (file offset 0x70)"},
		{19, 1, true, ERR_IMAGE, "ih_load 0x801fffc1 and ih_ep 0x80200000"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		make_uimage();
		at(cases[i].at)[0] ^= cases[i].flip;
		if (cases[i].sums)
			sum_up();
		refused(cases[i].kind, cases[i].says);
	}
	make_uimage();
	buf_addc(&file, 0);
	refused(ERR_IMAGE, "ih_size");
}
END_TEST

Suite *container_test(void)
{
	Suite *s = suite_create("container");
	TCase *t = tcase_create("container");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, a_raw_image_is_its_own_container);
	tcase_add_test(t, an_elf_tells_address_and_architecture);
	tcase_add_test(t, a_uimage_tells_address_and_architecture);
	tcase_add_test(t, a_container_cut_at_any_byte_is_refused);
	tcase_add_test(t, what_no_loader_is_in_is_of_no_known_kind);
	tcase_add_test(t, other_elfs_are_no_images);
	tcase_add_test(t, damage_to_an_elf_is_named);
	tcase_add_test(t, damage_to_a_uimage_is_named);
	suite_add_tcase(s, t);
	return s;
}
