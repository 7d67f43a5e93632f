#include "image/carving.h"

#include "image/sample.h"

Suite *carving_test(void);

/*
 * The usual image with hello not in regions of its own: its three segments stand inside the monitor's region (at
 * 0x60101000, 0x60103998 and 0x60104000), or in a payload at 0x70000000. hello-0 runs at 0x60301000.
 */
static struct sample_image sample;
static struct sample_elf monitor, hello;
static struct image_elf elfs[2];
static struct image_payload payload;
static struct image_files with;
static char *dir, *files[5];
static size_t file_count;
static uint8_t *inside; /* the bigger region's bytes */
static struct boot_image img;
static struct err e;

enum { BIGGER = 0x6000 };

static const char *keep(char *path)
{
	files[file_count++] = path;
	return path;
}

static void give_elf(size_t i, enum region_owner owner, const char *name, const struct sample_elf *elf)
{
	struct buf b;

	buf_init(&b);
	sample_elf_bytes(elf, &b);
	elfs[i] = (struct image_elf){owner, name, keep(sample_file(dir, name, b.data, b.len))};
	buf_finish(&b);
}

static void put(size_t at, const struct sample_elf *elf, size_t segment)
{
	uint8_t *bytes = sample_segment_bytes(elf, segment);

	memcpy(inside + at, bytes, elf->segments[segment].memsz);
	free(bytes);
}

static void put_hello(void)
{
	put(0x1000, &hello, 0);
	put(0x3998, &hello, 1);
	put(0x4000, &hello, 2);
}

static void set_up(void)
{
	monitor = (struct sample_elf){.entry = 0x8a000010, .count = 1,
				      .segments = {{0x8a000000, 0x8a000000, 0x0800, 0x0800, PF_R | PF_W | PF_X, 12}}};
	hello = (struct sample_elf){.entry = 0x200000, .count = 3,
				    .segments = {{0x200000, 0x200000, 0x1998, 0x1998, PF_R | PF_X, 14},
						 {0x202998, 0x202998, 0x0200, 0x0200, PF_R, 15},
						 {0x203000, 0x203000, 0x1100, 0x0100, PF_R | PF_W, 16}}};
	sample = sample_usual();
	sample.region_count = 2;
	sample.regions[1].size = BIGGER;
	sample.ui_end = sample.ui_start + BIGGER;
	sample.extra_addr = sample.extra_size = 0;
	inside = calloc(1, BIGGER);
	sample.content[0].region = 1;
	sample.content[0].bytes = inside;
	sample.content_count = 1;
	dir = sample_mkdir();
	file_count = 0;
	put(0, &monitor, 0);
	put_hello();
	give_elf(0, REGION_MONITOR, "monitor", &monitor);
	give_elf(1, REGION_PD, "hello", &hello);
	with = (struct image_files){.elfs = elfs, .elf_count = 2};
}

static void tear_down(void)
{
	boot_image_close(&img);
	while (file_count)
		free(files[--file_count]);
	free(inside);
	sample_rmdir(dir);
}

static int open_with_report(const char *text)
{
	char *report = sample_file(dir, "report.txt", text, strlen(text)), *path;
	struct buf b;
	int rc;

	buf_init(&b);
	sample_image_bytes(&sample, &b);
	path = sample_file(dir, "loader.img", b.data, b.len);
	with.report = report;
	boot_image_close(&img);
	rc = boot_image_open(&img, path, &with, &e);
	buf_finish(&b);
	free(path);
	free(report);
	return rc;
}

#define LOADER "# Loader Regions\n"
#define HELLO_0 "<Region name=PD-ELF hello-0 addr=0x60101000 size=6552>\n"
#define HELLO_1 "<Region name=PD-ELF hello-1 addr=0x60103998 size=512>\n"
#define HELLO_2 "<Region name=PD-ELF hello-2 addr=0x60104000 size=4352>\n"
#define HELLO HELLO_0 HELLO_1 HELLO_2
#define RUNTIME "# Runtime Regions\n"

static void opened(const char *report)
{
	ck_assert_msg(open_with_report(report) == 0, "%s: %s", e.where, e.what);
}

static void refused(const char *report, const char *why)
{
	ck_assert_msg(open_with_report(report) == -1, "taken: %s", report);
	ck_assert_int_eq(e.kind, ERR_IMAGE);
	ck_assert_msg(strstr(e.what, why) != NULL, "\"%s\" does not say \"%s\"", e.what, why);
}

static void region_is(size_t i, const char *name, enum region_owner owner, uint64_t paddr, uint64_t size)
{
	ck_assert_uint_lt(i, img.region_count);
	ck_assert_str_eq(img.regions[i].name, name);
	ck_assert_int_eq(img.regions[i].owner, owner);
	ck_assert_uint_eq(img.regions[i].paddr, paddr);
	ck_assert_uint_eq(img.regions[i].size, size);
}

START_TEST(segments_are_cut_out_of_the_monitors_region)
{
	opened(LOADER HELLO);
	ck_assert_uint_eq(img.region_count, 8);
	region_is(1, "monitor-0", REGION_MONITOR, 0x60100000, 0x1000);
	region_is(2, "hello-0", REGION_PD, 0x60101000, 0x1998);
	region_is(3, "monitor-0+0x2998", REGION_MONITOR, 0x60102998, 0x1000);
	region_is(4, "hello-1", REGION_PD, 0x60103998, 0x200);
	region_is(5, "monitor-0+0x3b98", REGION_MONITOR, 0x60103b98, 0x468);
	region_is(6, "hello-2", REGION_PD, 0x60104000, 0x1100);
	region_is(7, "monitor-0+0x5100", REGION_MONITOR, 0x60105100, 0xf00);
	ck_assert_int_eq(img.regions[2].access, ACCESS_EXECUTE);
	ck_assert_int_eq(img.regions[6].access, ACCESS_WRITE);
	ck_assert_uint_eq(img.regions[7].vaddr, 0x8a005100);
	for (size_t i = 1; i < 8; i++) /* nothing lost, nothing twice, every byte from its place */
		ck_assert_mem_eq(img.regions[i].bytes, inside + (img.regions[i].paddr - 0x60100000), img.regions[i].size);
	ck_assert(boot_image_pd(&img, "hello")->has_crc);
}
END_TEST

START_TEST(the_order_of_the_lines_does_not_matter)
{
	opened(LOADER HELLO_0 HELLO_1 HELLO_2);
	ck_assert_uint_eq(img.region_count, 8);
	with.elf_count = 1; /* segments are married in the report's order, so only without the ELF */
	opened(LOADER HELLO_2 HELLO_0 HELLO_1);
	ck_assert_uint_eq(img.region_count, 8);
	region_is(2, "hello-0", REGION_PD, 0x60101000, 0x1998);
	region_is(6, "hello-2", REGION_PD, 0x60104000, 0x1100);
}
END_TEST

static void use_payload(uint64_t room)
{
	payload = (struct image_payload){"pd-images", keep(sample_file(dir, "pds.bin", (char *)inside, BIGGER)), 0x70000000,
					 room};
	with.payloads = &payload;
	with.payload_count = 1;
	sample.regions[1].size = 0x800;
	sample.ui_end = sample.ui_start + 0x1000;
}

#define PAYLOAD LOADER "<Region name=PD-ELF hello-0 addr=0x70001000 size=6552>\n" \
		"<Region name=PD-ELF hello-1 addr=0x70003998 size=512>\n" \
		"<Region name=PD-ELF hello-2 addr=0x70004000 size=4352>\n"

START_TEST(segments_are_cut_out_of_a_payload)
{
	use_payload(BIGGER);
	opened(PAYLOAD);
	region_is(1, "monitor-0", REGION_MONITOR, 0x60100000, 0x800);
	region_is(2, "pd-images", REGION_UNKNOWN, 0x70000000, 0x1000);
	region_is(3, "hello-0", REGION_PD, 0x70001000, 0x1998);
	region_is(8, "pd-images+0x5100", REGION_UNKNOWN, 0x70005100, 0xf00);
	ck_assert(boot_image_pd(&img, "hello")->has_crc);
}
END_TEST

START_TEST(a_payload_has_room_and_a_place_of_its_own)
{
	use_payload(BIGGER - 1);
	refused(PAYLOAD, "has 0x6000 bytes, and pd-images at 0x70000000 has room for 0x5fff");
	payload.room = BIGGER;
	payload.paddr = 0x600ff000;
	refused(LOADER, "lies where the image has a region (0x60100000..0x60100800)");
	payload.paddr = UINT64_MAX - 0x100;
	payload.room = UINT64_MAX;
	refused(LOADER, "has room for");
	payload.path = "/nonexistent/pds.bin";
	refused(LOADER, "cannot open the payload");
}
END_TEST

START_TEST(a_place_that_contradicts_the_image_is_refused)
{
	with.elf_count = 1;
	/* the monitor's own beginning, and all of it */
	refused(LOADER "<Region name=PD-ELF hello-0 addr=0x60100000 size=6552>\n", "24576 in the image");
	refused(LOADER "<Region name=PD-ELF hello-0 addr=0x60100000 size=24576>\n", "is monitor-0 in the image");
	/* past the end, over the end, and where address and size overflow */
	refused(LOADER "<Region name=PD-ELF hello-0 addr=0x60106000 size=1>\n", "is not in the image");
	refused(LOADER "<Region name=PD-ELF hello-0 addr=0x60105fff size=2>\n", "is not in the image");
	refused(LOADER "<Region name=PD-ELF hello-0 addr=0x60105000 size=18446744073709551615>\n", "is not in the image");
	refused(LOADER "<Region name=PD-ELF hello-0 addr=0xffffffffffffffff size=2>\n", "is not in the image");
	/* the kernel keeps its own */
	refused(LOADER "<Region name=PD-ELF hello-0 addr=0x60001000 size=16>\n", "is not in the image");
	/* one over another, from either side, and inside it */
	refused(LOADER HELLO_0 "<Region name=PD-ELF hello-1 addr=0x60102997 size=2>\n", "is not in the image");
	refused(LOADER HELLO_0 "<Region name=PD-ELF hello-1 addr=0x60100fff size=2>\n", "is not in the image");
	refused(LOADER HELLO_0 "<Region name=PD-ELF hello-1 addr=0x60101800 size=2>\n", "is not in the image");
	refused(LOADER HELLO_0 "<Region name=PD-ELF hello-1 addr=0x60101000 size=6552>\n", "is hello-0 in the image");
}
END_TEST

START_TEST(other_content_than_the_elfs_is_refused)
{
	refused(LOADER "<Region name=PD-ELF hello-0 addr=0x60102000 size=6552>\n" HELLO_1 HELLO_2,
		"segment 0 of hello is not what the image has as hello-0");
	refused(LOADER "<Region name=PD-ELF hello-0 addr=0x60101008 size=6552>\n" HELLO_1 HELLO_2,
		"segment 0 of hello is not what the image has as hello-0");
	inside[0x1100] ^= 1;
	refused(LOADER HELLO, "1 bytes of its code are not what the image has in region hello-0");
	inside[0x1100] ^= 1;
	inside[0x100] ^= 1; /* the monitor's: its code is checked by its build id only, which it has none of here */
	opened(LOADER HELLO);
}
END_TEST

START_TEST(where_it_runs_and_is_kept_are_regions_with_the_same_bytes)
{
	const struct region *waits, *runs, *kept;

	opened(LOADER HELLO RUNTIME "<Region name=PD-RUN hello-2 addr=0x60304000 size=4352>\n"
				    "<Region name=PD-PRISTINE hello-0 addr=0x60401000 size=6552>\n");
	waits = boot_image_segment(&img, "hello", 2, REGION_WAITS);
	runs = boot_image_segment(&img, "hello", 2, REGION_RUNS);
	kept = boot_image_segment(&img, "hello", 0, REGION_PRISTINE);
	ck_assert_ptr_nonnull(runs);
	ck_assert_str_eq(runs->name, "hello-2.run");
	ck_assert_uint_eq(runs->paddr, 0x60304000);
	ck_assert_ptr_eq(runs->bytes, waits->bytes);
	ck_assert(waits->kept && !runs->kept && kept->kept);
	ck_assert_str_eq(kept->name, "hello-0.pristine");
	ck_assert(!boot_image_segment(&img, "hello", 0, REGION_WAITS)->kept);
	ck_assert_ptr_null(boot_image_segment(&img, "hello", 0, REGION_RUNS));
	ck_assert_uint_eq(img.region_count, 10);
}
END_TEST

START_TEST(runtime_lines_that_contradict_are_refused)
{
	static const struct {
		const char *line, *says;
	} cases[] = {
		{"<Region name=PD-RUN hello-3 addr=0x60301000 size=16>", "but no line says where it waits"},
		{"<Region name=PD-RUN other-0 addr=0x60301000 size=6552>", "but no line says where it waits"},
		{"<Region name=PD-RUN hello-0 addr=0x60301000 size=6551>", "6551 bytes where it runs and 6552 where it waits"},
		{"<Region name=PD-PRISTINE hello-0 addr=0x60301000 size=1>", "1 bytes where it is kept"},
		{"<Region name=PD-RUN hello-0 addr=0xfffffffffffff000 size=6552>", "address and size overflow"},
		{"<Region name=PD-RUN hello-0 addr=0x60301004 size=6552>", "at another offset inside a page"},
		{"<Region name=PD-RUN hello-0 addr=0x60103000 size=6552>", "where monitor-0+0x2998 is"},
		{"<Region name=PD-RUN hello-0 addr=0x60000000 size=6552>", "where kernel-0 is"},
		{"<Region name=PD-RUN hello-0 addr=0x60301000 size=6552>\n"
		 "<Region name=PD-PRISTINE hello-0 addr=0x60302000 size=6552>", "where hello-0.run is"},
	};
	char text[1024];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		snprintf(text, sizeof text, LOADER HELLO RUNTIME "%s\n", cases[i].line);
		refused(text, cases[i].says);
		ck_assert_ptr_nonnull(strstr(e.where, "report.txt:"));
	}
	opened(LOADER HELLO RUNTIME "<Region name=PD-RUN hello-0 addr=0x60101000 size=6552>\n");
	ck_assert_uint_eq(img.region_count, 8); /* in place after all */
}
END_TEST

/* Cut anywhere, a report either explains the image or is refused; it never leads outside of what is mapped. */
START_TEST(a_truncated_report_is_no_danger)
{
	static const char whole[] = LOADER HELLO RUNTIME "<Region name=PD-RUN hello-2 addr=0x60304000 size=4352>\n";
	char text[sizeof whole];

	for (size_t n = 0; n < sizeof whole; n++) {
		memcpy(text, whole, n);
		text[n] = '\0';
		if (open_with_report(text) < 0)
			continue;
		for (size_t i = 0; i < img.region_count; i++)
			region_crc32(&img.regions[i]);
	}
}
END_TEST

Suite *carving_test(void)
{
	Suite *s = suite_create("carving");
	TCase *t = tcase_create("carving");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, segments_are_cut_out_of_the_monitors_region);
	tcase_add_test(t, the_order_of_the_lines_does_not_matter);
	tcase_add_test(t, segments_are_cut_out_of_a_payload);
	tcase_add_test(t, a_payload_has_room_and_a_place_of_its_own);
	tcase_add_test(t, a_place_that_contradicts_the_image_is_refused);
	tcase_add_test(t, other_content_than_the_elfs_is_refused);
	tcase_add_test(t, where_it_runs_and_is_kept_are_regions_with_the_same_bytes);
	tcase_add_test(t, runtime_lines_that_contradict_are_refused);
	tcase_add_test(t, a_truncated_report_is_no_danger);
	suite_add_tcase(s, t);
	return s;
}
