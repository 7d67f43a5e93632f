#include "image/loaderimg.h"

#include "image/sample.h"

Suite *loaderimg_test(void);

static struct buf image;
static struct arena arena;
static struct err e;

static void set_up(void)
{
	struct sample_image s = sample_usual();

	arena_init(&arena);
	buf_init(&image);
	sample_image_bytes(&s, &image);
}

static void tear_down(void)
{
	buf_finish(&image);
	arena_finish(&arena);
}

/* On a copy of exactly that size, so that a read behind the end is a read behind an allocation. */
static int parse(const void *bytes, size_t n, struct loader_image *l)
{
	uint8_t *copy = malloc(n ? n : 1);
	int rc;

	memcpy(copy, bytes, n);
	memset(&e, 0, sizeof e);
	rc = loader_image_parse(l, &arena, copy, n, &e);
	free(copy);
	if (rc < 0) {
		ck_assert_int_eq(e.kind, ERR_IMAGE);
		ck_assert_str_ne(e.what, "");
	}
	return rc;
}

static void refused(const char *why)
{
	struct loader_image l;

	ck_assert_int_eq(parse(image.data, image.len, &l), -1);
	ck_assert_msg(strstr(e.what, why) != NULL, "\"%s\" does not say \"%s\"", e.what, why);
}

static uint8_t *header(void)
{
	return (uint8_t *)image.data + 0x1000;
}

static uint8_t *entry(size_t i)
{
	return header() + 0x58 + 32 * i;
}

START_TEST(the_usual_image_is_read)
{
	struct loader_image l;

	ck_assert_int_eq(loader_image_parse(&l, &arena, (uint8_t *)image.data, image.len, &e), 0);
	ck_assert_uint_eq(l.offset, 0x1000);
	ck_assert_uint_eq(l.data_offset, 0x1000 + 0x58 + 8 * 32);
	ck_assert_uint_eq(l.flags, 1);
	ck_assert_uint_eq(l.kernel_entry, UINT64_C(0x8060000000));
	ck_assert_uint_eq(l.ui_start, 0x60100000);
	ck_assert_uint_eq(l.ui_end, 0x60104000);
	ck_assert_uint_eq(l.v_entry, 0x8a000010);
	ck_assert_uint_eq(l.extra_addr, 0x60200000);
	ck_assert_uint_eq(l.extra_size, 0x10000);
	ck_assert_uint_eq(l.region_count, 8);
	ck_assert_uint_eq(l.regions[1].paddr, 0x60100000);
	ck_assert_uint_eq(l.regions[1].size, 0x3456);
	ck_assert_ptr_eq(l.regions[1].bytes, (uint8_t *)image.data + l.data_offset + 0x2345);
}
END_TEST

START_TEST(an_image_cut_at_any_byte_is_refused)
{
	struct loader_image l;

	for (size_t n = 0; n < image.len; n += n < 0x0f00 || n > 0x1200 ? 61 : 1)
		ck_assert_msg(parse(image.data, n, &l) == -1, "accepted when cut at %zu", n);
	ck_assert_int_eq(parse(image.data, image.len - 1, &l), -1);
	ck_assert_msg(strstr(e.what, "0x1008") != NULL, "%s", e.what);
}
END_TEST

START_TEST(bytes_behind_the_image_are_refused)
{
	buf_addc(&image, 0);
	refused("the size field at file offset 0x1008");
}
END_TEST

START_TEST(a_file_without_the_magic_says_what_it_is)
{
	struct loader_image l;

	ck_assert_int_eq(parse("\x7f" "ELF and so on", 13, &l), -1);
	ck_assert_msg(strstr(e.hint, "an ELF file") != NULL, "%s", e.hint);
	ck_assert_int_eq(parse("", 0, &l), -1);
	ck_assert_ptr_null(file_kind((const uint8_t *)"\x7f" "EL", 3));
}
END_TEST

START_TEST(the_magic_inside_the_loaders_code_is_passed_over)
{
	struct loader_image l;

	put64((uint8_t *)image.data + 0x123, SAMPLE_MAGIC); /* not even aligned */
	put64((uint8_t *)image.data + 0x800, SAMPLE_MAGIC);
	put64((uint8_t *)image.data + 0x808, image.len);    /* a size, but counted from the file's start */
	ck_assert_int_eq(parse(image.data, image.len, &l), 0);
	ck_assert_uint_eq(l.offset, 0x1000);
	image.len--; /* cut: the complaint is about the real header, not about the code */
	refused("from the header at 0x1000");
	refused("magic found 3 times");
}
END_TEST

START_TEST(an_image_inside_an_image_is_not_taken_for_it)
{
	struct sample_image inner = sample_usual(), outer = sample_usual();
	struct buf in, out;
	struct loader_image l;

	buf_init(&in);
	buf_init(&out);
	sample_image_bytes(&inner, &in);
	outer.regions[outer.region_count - 1].size = in.len;
	outer.content[outer.content_count].region = outer.region_count - 1;
	outer.content[outer.content_count++].bytes = (uint8_t *)in.data;
	outer.loader = 0x40;
	sample_image_bytes(&outer, &out);
	ck_assert_int_eq(parse(out.data, out.len, &l), 0);
	ck_assert_uint_eq(l.offset, 0x40);
	buf_finish(&in);
	buf_finish(&out);
}
END_TEST

/* Every field of the header and of two entries, with values that hurt. Accepted or not: no crash, no bad region. */
START_TEST(hostile_values_never_lead_outside_the_file)
{
	static const uint64_t values[] = {0, 1, 7, 31, 0x57, 0x58, 4096, 4097, 1000000, UINT32_MAX, INT64_MAX,
					  UINT64_C(1) << 63, UINT64_MAX - 0xfff, UINT64_MAX, SAMPLE_MAGIC};
	struct loader_image l;

	for (size_t field = 0; field < 0x58 + 32 * 2; field += 8) {
		for (size_t v = 0; v < sizeof values / sizeof values[0]; v++) {
			uint8_t old[8];

			memcpy(old, header() + field, 8);
			put64(header() + field, values[v]);
			if (loader_image_parse(&l, &arena, (uint8_t *)image.data, image.len, &e) == 0)
				for (size_t i = 0; i < l.region_count; i++) {
					ck_assert(l.regions[i].bytes >= (uint8_t *)image.data);
					ck_assert_uint_le(l.regions[i].size, (uintptr_t)image.data + image.len -
								  (uintptr_t)l.regions[i].bytes);
				}
			memcpy(header() + field, old, 8);
		}
	}
}
END_TEST

START_TEST(each_check_says_what_and_where)
{
	static const struct {
		size_t field; /* from the header */
		uint64_t value;
		const char *says;
	} cases[] = {
		{0x00, 0, "nowhere in its"},
		{0x08, 0, "file offset 0x1008 says 0x0 bytes"},
		{0x08, UINT64_MAX, "says 0xffffffffffffffff bytes"},
		{0x20, 0x60104000, "empty or backwards: ui_p_reg_start 0x60104000"},
		{0x28, 0, "(file offset 0x1020)"},
		{0x40, UINT64_MAX,
		 "extra device region: address 0xffffffffffffffff + size 0x10000 overflows (file offset 0x1040)"},
		{0x50, 0, "num_regions at file offset 0x1050 is 0"},
		{0x50, 1000000, "num_regions at file offset 0x1050 is 1000000; expected 1 to 4096"},
		{0x50, UINT64_MAX, "is 18446744073709551615"},
		{0x50, 4096, "room for"},
		{0x58 + 0x00, UINT64_MAX - 1,
		 "region 0: address 0xfffffffffffffffe + size 0x2345 overflows (file offset 0x1058)"},
		{0x58 + 0x08, UINT64_MAX, "overflows"},
		{0x58 + 0x08, 0x10000000, "runs past the"},
		{0x58 + 0x10, UINT64_MAX, "region 0: offset 0xffffffffffffffff + size 0x2345 runs past"},
		{0x58 + 0x18, 2, "region 0 has type 0x2 (file offset 0x1070)"},
		{0x58 + 0x18, 0, "has type 0x0"},
		{0x58 + 0x00, 0x600fffff, "regions 0 (0x600fffff..0x60102344) and 1 (0x60100000..0x60103456) overlap"},
		{0x78 + 0x00, 0x60000000,
		 "overlap in physical memory (table entries at file offsets 0x1058 and 0x1078)"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint8_t old[8];

		memcpy(old, header() + cases[i].field, 8);
		put64(header() + cases[i].field, cases[i].value);
		refused(cases[i].says);
		memcpy(header() + cases[i].field, old, 8);
	}
}
END_TEST

START_TEST(regions_side_by_side_do_not_overlap)
{
	struct loader_image l;

	put64(entry(0), 0x60100000 - 0x2345);
	ck_assert_int_eq(parse(image.data, image.len, &l), 0);
}
END_TEST

START_TEST(empty_regions_are_left_out)
{
	struct sample_image s = sample_usual();
	struct loader_image l;

	s.regions[4].size = 0;
	s.regions[4].paddr = s.regions[3].paddr + 5; /* even inside another one */
	buf_clear(&image);
	sample_image_bytes(&s, &image);
	ck_assert_int_eq(parse(image.data, image.len, &l), 0);
	ck_assert_uint_eq(l.region_count, 7);
	ck_assert_uint_eq(l.regions[4].entry, 5);
}
END_TEST

START_TEST(a_million_regions_are_refused_even_where_the_file_has_room)
{
	size_t room = 0x1000 + 0x58 + 1000000 * 32;
	uint8_t *big = calloc(1, room);
	struct loader_image l;

	memcpy(big, image.data, 0x1058);
	put64(big + 0x1008, room - 0x1000);
	put64(big + 0x1050, 1000000);
	ck_assert_int_eq(loader_image_parse(&l, &arena, big, room, &e), -1);
	ck_assert_msg(strstr(e.what, "expected 1 to 4096") != NULL, "%s", e.what);
	free(big);
}
END_TEST

Suite *loaderimg_test(void)
{
	Suite *s = suite_create("loaderimg");
	TCase *t = tcase_create("loaderimg");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, the_usual_image_is_read);
	tcase_add_test(t, an_image_cut_at_any_byte_is_refused);
	tcase_add_test(t, bytes_behind_the_image_are_refused);
	tcase_add_test(t, a_file_without_the_magic_says_what_it_is);
	tcase_add_test(t, the_magic_inside_the_loaders_code_is_passed_over);
	tcase_add_test(t, an_image_inside_an_image_is_not_taken_for_it);
	tcase_add_test(t, hostile_values_never_lead_outside_the_file);
	tcase_add_test(t, each_check_says_what_and_where);
	tcase_add_test(t, regions_side_by_side_do_not_overlap);
	tcase_add_test(t, empty_regions_are_left_out);
	tcase_add_test(t, a_million_regions_are_refused_even_where_the_file_has_room);
	suite_add_tcase(s, t);
	return s;
}
