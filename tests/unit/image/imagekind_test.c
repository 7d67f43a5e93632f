/* Images of every kind through boot_image_open: what they are called, where their bytes are, what is refused. */
#include "image/bootimage.h"
#include "image/fitting.h"
#include "image/sample.h"
#include "image/wrap.h"

Suite *imagekind_test(void);

static struct buf raw, file;
static struct sample_image sample;
static struct boot_image img;
static char *dir, *path;
static struct err e;

static void set_up(void)
{
	sample = sample_usual();
	buf_init(&raw);
	buf_init(&file);
	sample_image_bytes(&sample, &raw);
	dir = sample_mkdir();
}

static void tear_down(void)
{
	boot_image_close(&img);
	buf_finish(&raw);
	buf_finish(&file);
	free(path);
	path = NULL;
	sample_rmdir(dir);
}

static int open_file(void)
{
	free(path);
	path = sample_file(dir, "loader.img", file.data, file.len);
	boot_image_close(&img);
	memset(&e, 0, sizeof e);
	return boot_image_open(&img, path, NULL, &e);
}

static void opened(enum image_kind kind)
{
	ck_assert_msg(open_file() == 0, "%s", e.what);
	ck_assert_str_eq(image_kind_name(img.kind), image_kind_name(kind));
	ck_assert_uint_eq(img.region_count, 8);
	for (size_t i = 0; i < 8; i++) {
		const struct region *r = &img.regions[i];

		ck_assert_uint_eq(r->paddr, sample.regions[i].paddr);
		ck_assert_uint_eq(r->size, sample.regions[i].size);
		ck_assert(r->bytes >= img.map && r->bytes + r->size <= img.map + img.map_size);
		if (sample.regions[i].seed) {
			uint8_t *want = malloc(r->size);

			fill(want, r->size, sample.regions[i].seed);
			ck_assert_mem_eq(r->bytes, want, r->size);
			free(want);
		}
	}
}

static void refused(enum err_kind kind, const char *why)
{
	ck_assert_int_eq(open_file(), -1);
	ck_assert_msg(strstr(e.what, why) != NULL, "\"%s\" does not say \"%s\"", e.what, why);
	ck_assert_int_eq(e.kind, kind);
	ck_assert_str_eq(e.where, path);
}

START_TEST(every_kind_gives_the_same_regions)
{
	buf_add(&file, raw.data, raw.len);
	opened(IMAGE_RAW);
	ck_assert_uint_eq(img.header_offset, 0x1000);
	ck_assert_str_eq(img.format->name, "Microkit up to 2.0.1");
	buf_clear(&file);
	wrap_elf(&file, (uint8_t *)raw.data, raw.len, 0x70000000, EM_AARCH64);
	opened(IMAGE_ELF);
	ck_assert_uint_eq(img.header_offset, img.container.from + 0x1000);
	ck_assert_int_eq(img.arch, IMAGE_ARCH_AARCH64);
	buf_clear(&file);
	wrap_uimage(&file, (uint8_t *)raw.data, raw.len, 0x80200000);
	opened(IMAGE_UIMAGE);
	ck_assert_int_eq(img.arch, IMAGE_ARCH_RISCV64);
}
END_TEST

START_TEST(the_newer_header_is_told_from_the_older_one)
{
	sample.ui_end = 0x60200777; /* its initialiser has two PT_LOADs */
	buf_clear(&raw);
	sample_image_bytes(&sample, &raw);
	wrap_2_1(&file, (uint8_t *)raw.data, raw.len);
	opened(IMAGE_RAW_2_1);
	ck_assert_str_eq(img.format->name, "Microkit 2.1.0 and later");
	ck_assert_uint_eq(img.kernel_entry, sample.kernel_entry);
	ck_assert_uint_eq(img.ui_end, sample.ui_end);
	ck_assert_uint_eq(img.v_entry, sample.v_entry);
	ck_assert_uint_eq(img.extra_device_size, 0);
	ck_assert_str_eq(img.regions[0].name, "kernel-0");
	ck_assert_str_eq(img.regions[1].name, "initialiser-0");
	ck_assert_str_eq(img.regions[2].name, "initialiser-1");
	ck_assert_int_eq(img.regions[2].owner, REGION_MONITOR);
	ck_assert_int_eq(img.regions[3].owner, REGION_UNKNOWN);
}
END_TEST

START_TEST(damage_behind_the_newer_header_is_named)
{
	static const struct {
		size_t field;
		uint64_t value;
		const char *says;
	} cases[] = {
		{0x08, 1, "the size field at file offset 0x1008 says 0x1 bytes"},
		{0x20, 0, "the initial task's range is empty or backwards: ui_p_reg_start 0x60100000, ui_p_reg_end 0x0 (file "
			  "offset 0x1018)"},
		{0x38, 0, "num_regions at file offset 0x1038 is 0"},
		{0x38, 1000000, "num_regions at file offset 0x1038 is 1000000; expected 1 to 4096"},
		{0x40 + 0x18, 2, "region 0 has type 0x2 (file offset 0x1058)"},
		{0x40, UINT64_MAX, "overflows (file offset 0x1040)"},
		{0x60, 0x60000000, "table entries at file offsets 0x1040 and 0x1060"},
		{0x18, 0x60100004, "no region of the image begins where the header puts the initial task's range 0x60100004"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		buf_clear(&file);
		wrap_2_1(&file, (uint8_t *)raw.data, raw.len);
		put64((uint8_t *)file.data + 0x1000 + cases[i].field, cases[i].value);
		refused(ERR_IMAGE, cases[i].says);
	}
}
END_TEST

START_TEST(offsets_in_messages_are_those_of_the_file)
{
	wrap_elf(&file, (uint8_t *)raw.data, raw.len, 0x70000000, EM_AARCH64);
	put64((uint8_t *)file.data + 64 + 56 + 128 + 0x1050, 0);
	refused(ERR_IMAGE, "num_regions at file offset 0x1148 is 0");
}
END_TEST

START_TEST(a_loader_that_is_put_over_a_region_is_refused)
{
	wrap_elf(&file, (uint8_t *)raw.data, raw.len, 0x60000000 - 0xfff, EM_AARCH64);
	refused(ERR_IMAGE, "region 0 (0x60000000..0x60002345) lies where the loader itself is put (0x5ffff001..0x60000001)");
	buf_clear(&file);
	wrap_elf(&file, (uint8_t *)raw.data, raw.len, 0x60000000 - 0x1000, EM_AARCH64);
	ck_assert_int_eq(open_file(), 0);
}
END_TEST

START_TEST(a_wrapping_for_another_architecture_is_refused)
{
	put64((uint8_t *)raw.data + 0x100, 0xd5182000); /* msr ttbr0_el1, x0 */
	wrap_elf(&file, (uint8_t *)raw.data, raw.len, 0x70000000, EM_AARCH64);
	ck_assert_int_eq(open_file(), 0);
	buf_clear(&file);
	wrap_elf(&file, (uint8_t *)raw.data, raw.len, 0x70000000, EM_RISCV);
	refused(ERR_IMAGE, "the elf says that it is for riscv64, but the loader in it (file offset 0xf8) has code for aarch64");
	buf_clear(&file);
	buf_add(&file, raw.data, raw.len);
	ck_assert_int_eq(open_file(), 0);
	ck_assert_int_eq(img.arch, IMAGE_ARCH_AARCH64);
}
END_TEST

START_TEST(what_lies_outside_of_ram_is_named)
{
	buf_add(&file, raw.data, raw.len);
	ck_assert_int_eq(open_file(), 0);
	ck_assert_int_eq(fitting_check(&img, (struct memory_piece){0x60000000, 0x208040}, &e), 0);
	ck_assert_int_eq(fitting_check(&img, (struct memory_piece){0x60000000, 0x20803f}, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.what, "region region-7 (0x60208000, 0x40 bytes"));
	ck_assert_int_eq(e.kind, ERR_IMAGE);
	ck_assert_int_eq(fitting_check(&img, (struct memory_piece){0x60000001, 0x10000000}, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.what, "region kernel-0"));
	buf_clear(&file);
	wrap_elf(&file, (uint8_t *)raw.data, raw.len, 0x70000000, EM_AARCH64);
	ck_assert_int_eq(open_file(), 0);
	ck_assert_int_eq(fitting_check(&img, (struct memory_piece){0x60000000, 0x10000000}, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.what, "the elf puts itself at 0x70000000"));
	ck_assert_int_eq(fitting_check(&img, (struct memory_piece){0x60000000, 0x20000000}, &e), 0);
}
END_TEST

START_TEST(architectures_are_told_by_how_the_mmu_is_turned_on)
{
	uint8_t code[64] = {0};

	ck_assert_int_eq(image_arch_of_code(code, sizeof code), IMAGE_ARCH_UNKNOWN);
	put64(code + 8, 0xd51c2003); /* msr ttbr0_el2, x3 */
	ck_assert_int_eq(image_arch_of_code(code, sizeof code), IMAGE_ARCH_AARCH64);
	ck_assert_int_eq(image_arch_of_code(code, 11), IMAGE_ARCH_UNKNOWN); /* cut */
	put64(code + 22, 0x18051073); /* csrw satp, a0, on an even address */
	ck_assert_int_eq(image_arch_of_code(code, sizeof code), IMAGE_ARCH_UNKNOWN); /* both */
	put64(code + 8, 0);
	ck_assert_int_eq(image_arch_of_code(code, sizeof code), IMAGE_ARCH_RISCV64);
	put64(code + 22, 0x180510f3); /* csrrw ra: it reads, too, which no loader wants */
	ck_assert_int_eq(image_arch_of_code(code, sizeof code), IMAGE_ARCH_UNKNOWN);
	ck_assert_int_eq(image_arch_of_elf(EM_386), IMAGE_ARCH_UNKNOWN);
	ck_assert_str_eq(image_arch_name(image_arch_of_elf(EM_X86_64)), "x86_64");
}
END_TEST

Suite *imagekind_test(void)
{
	Suite *s = suite_create("imagekind");
	TCase *t = tcase_create("imagekind");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, every_kind_gives_the_same_regions);
	tcase_add_test(t, the_newer_header_is_told_from_the_older_one);
	tcase_add_test(t, damage_behind_the_newer_header_is_named);
	tcase_add_test(t, offsets_in_messages_are_those_of_the_file);
	tcase_add_test(t, a_loader_that_is_put_over_a_region_is_refused);
	tcase_add_test(t, a_wrapping_for_another_architecture_is_refused);
	tcase_add_test(t, what_lies_outside_of_ram_is_named);
	tcase_add_test(t, architectures_are_told_by_how_the_mmu_is_turned_on);
	suite_add_tcase(s, t);
	return s;
}
