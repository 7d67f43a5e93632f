#include "image/bootimage.h"

#include <zlib.h>

#include "image/sample.h"

Suite *bootimage_test(void);

static const char hello_id[] = "\xaa\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef\x00\xff\x10\x20";
static const char usual_report[] = "# Loader Regions\n\n"
				   "       <Region name=PD-ELF hello-0 addr=0x60201000 size=6552>\n"
				   "       <Region name=PD-ELF hello-1 addr=0x60203998 size=512>\n"
				   "       <Region name=PD-ELF hello-2 addr=0x60204000 size=4352>\n"
				   "       <Region name=PD-ELF checksum-0 addr=0x60206000 size=4660>\n"
				   "       <Region name=PD-ELF checksum-1 addr=0x60208000 size=64>\n";

/* What an image is made from, as files in a folder. */
static char *dir, *path, *report;
static struct sample_image sample;
static struct sample_elf kernel, monitor, hello, checksum;
static struct image_elf elfs[8];
static size_t elf_count;
static struct boot_image img;
static struct err e;
static char *paths[8];
static uint8_t *contents[8];
static size_t content_count;

static void set_up(void)
{
	kernel = (struct sample_elf){
		.entry = UINT64_C(0x8060000000),
		.count = 1,
		.segments = {{UINT64_C(0x8060000000), 0x60000000, 0x2345, 0x2000, PF_R | PF_W | PF_X, 11}}};
	monitor = (struct sample_elf){.entry = 0x8a000010, .count = 1,
				      .segments = {{0x8a000000, 0x8a000000, 0x3456, 0x3000, PF_R | PF_W | PF_X, 12}}};
	hello = (struct sample_elf){.entry = 0x200000, .count = 3, .build_id = hello_id,
				    .segments = {{0x200000, 0x200000, 0x1998, 0x1998, PF_R | PF_X, 14},
						 {0x202998, 0x202998, 0x0200, 0x0200, PF_R, 15},
						 {0x203000, 0x203000, 0x1100, 0x0100, PF_R | PF_W, 16}}};
	checksum = (struct sample_elf){.entry = 0x200000, .count = 2,
				       .segments = {{0x200000, 0x200000, 0x1234, 0x1234, PF_R | PF_X, 17},
						    {0x202000, 0x202000, 0x0040, 0x0000, PF_R | PF_W, 0}}};
	sample = sample_usual();
	dir = sample_mkdir();
	report = NULL;
	elf_count = content_count = 0;
}

static void tear_down(void)
{
	boot_image_close(&img);
	for (size_t i = 0; i < elf_count; i++)
		free(paths[i]);
	for (size_t i = 0; i < content_count; i++)
		free(contents[i]);
	free(path);
	free(report);
	path = NULL;
	sample_rmdir(dir);
}

/* The image's region holds this ELF's segment. */
static uint8_t *put_segment(size_t region, const struct sample_elf *elf, size_t segment)
{
	uint8_t *bytes = sample_segment_bytes(elf, segment);

	sample.content[content_count].region = region;
	sample.content[content_count].bytes = bytes;
	contents[content_count++] = bytes;
	sample.content_count = content_count;
	return bytes;
}

static void put_all(void)
{
	put_segment(0, &kernel, 0);
	put_segment(1, &monitor, 0);
	for (size_t i = 0; i < 3; i++)
		put_segment(3 + i, &hello, i);
	for (size_t i = 0; i < 2; i++)
		put_segment(6 + i, &checksum, i);
}

static void give_elf(enum region_owner owner, const char *name, const struct sample_elf *elf)
{
	struct buf b;

	buf_init(&b);
	sample_elf_bytes(elf, &b);
	paths[elf_count] = sample_file(dir, name, b.data, b.len);
	elfs[elf_count] = (struct image_elf){.owner = owner, .name = name, .path = paths[elf_count]};
	elf_count++;
	buf_finish(&b);
}

static void give_all(void)
{
	give_elf(REGION_KERNEL, "kernel", &kernel);
	give_elf(REGION_MONITOR, "monitor", &monitor);
	give_elf(REGION_PD, "hello", &hello);
	give_elf(REGION_PD, "checksum", &checksum);
}

static void give_report(const char *text)
{
	free(report);
	report = sample_file(dir, "report.txt", text, strlen(text));
}

static int open_image(void)
{
	struct buf b;

	buf_init(&b);
	sample_image_bytes(&sample, &b);
	free(path);
	path = sample_file(dir, "loader.img", b.data, b.len);
	buf_finish(&b);
	boot_image_close(&img);
	return boot_image_open(&img, path, &(struct image_files){.report = report, .elfs = elfs, .elf_count = elf_count},
			       &e);
}

static void opened(void)
{
	ck_assert_msg(open_image() == 0, "%s: %s", e.where, e.what);
}

static void refused(const char *where, const char *why)
{
	ck_assert_int_eq(open_image(), -1);
	ck_assert_int_eq(e.kind, ERR_IMAGE);
	ck_assert_msg(strstr(e.where, where) != NULL, "\"%s\" is not at %s", e.where, where);
	ck_assert_msg(strstr(e.what, why) != NULL, "\"%s\" does not say \"%s\"", e.what, why);
}

static void region_is(size_t i, enum region_owner owner, const char *name, enum region_access access)
{
	ck_assert_uint_lt(i, img.region_count);
	ck_assert_str_eq(img.regions[i].name, name);
	ck_assert_str_eq(region_owner_name(img.regions[i].owner), region_owner_name(owner));
	ck_assert_str_eq(region_access_name(img.regions[i].access), region_access_name(access));
}

static void all_known(void)
{
	region_is(0, REGION_KERNEL, "kernel-0", ACCESS_WRITE);
	region_is(1, REGION_MONITOR, "monitor-0", ACCESS_WRITE);
	region_is(2, REGION_TABLE, "invocation-table", ACCESS_READ);
	region_is(3, REGION_PD, "hello-0", ACCESS_EXECUTE);
	region_is(4, REGION_PD, "hello-1", ACCESS_READ);
	region_is(5, REGION_PD, "hello-2", ACCESS_WRITE);
	region_is(6, REGION_PD, "checksum-0", ACCESS_EXECUTE);
	region_is(7, REGION_PD, "checksum-1", ACCESS_WRITE);
}

START_TEST(an_image_alone_tells_kernel_monitor_and_perhaps_table)
{
	opened();
	ck_assert_uint_eq(img.header_offset, 0x1000);
	region_is(0, REGION_KERNEL, "kernel-0", ACCESS_UNKNOWN);
	region_is(1, REGION_MONITOR, "monitor-0", ACCESS_UNKNOWN);
	region_is(2, REGION_TABLE, "invocation-table", ACCESS_UNKNOWN); /* it could be a protection domain's segment */
	region_is(3, REGION_PD, "region-3", ACCESS_UNKNOWN); /* whose, nobody knows */
	ck_assert_ptr_null(img.regions[3].pd);
	ck_assert_int_eq(img.regions[3].segment, -1);
	ck_assert_uint_eq(img.regions[1].vaddr, 0x8a000000);
	ck_assert_uint_eq(img.pd_count, 0);
}
END_TEST

START_TEST(a_report_names_but_does_not_tell_permissions)
{
	give_report(usual_report);
	opened();
	region_is(2, REGION_TABLE, "invocation-table", ACCESS_READ);
	region_is(3, REGION_PD, "hello-0", ACCESS_UNKNOWN);
	region_is(7, REGION_PD, "checksum-1", ACCESS_UNKNOWN);
	ck_assert_str_eq(img.regions[7].pd, "checksum");
	ck_assert_uint_eq(img.pd_count, 2);
	ck_assert_str_eq(img.pds[0].name, "hello");
	ck_assert_str_eq(img.pds[0].build_id, "");
	ck_assert(!img.pds[0].has_crc);
}
END_TEST

START_TEST(elfs_alone_place_everything)
{
	put_all();
	give_all();
	opened();
	all_known();
	ck_assert_uint_eq(img.regions[4].vaddr, 0x202998);
	ck_assert_int_eq(img.regions[4].segment, 1);
}
END_TEST

START_TEST(report_and_elfs_together_place_everything)
{
	put_all();
	give_all();
	give_report(usual_report);
	opened();
	all_known();
}
END_TEST

START_TEST(crc_and_build_id_are_those_of_the_image)
{
	uLong crc = crc32(0, NULL, 0);
	const struct image_pd *pd;

	put_all();
	contents[3][0x100] ^= 1; /* hello's read-only data: a symbol that the tool patched */
	give_all();
	opened();
	crc = crc32(crc, contents[2], 0x1998);
	crc = crc32(crc, contents[3], 0x0200);
	pd = boot_image_pd(&img, "hello");
	ck_assert_ptr_nonnull(pd);
	ck_assert(pd->has_crc);
	ck_assert_uint_eq(pd->ro_crc32, crc);
	ck_assert_str_eq(pd->build_id, "aa23456789abcdef0123456789abcdef00ff1020");
	ck_assert_str_eq(boot_image_pd(&img, "checksum")->build_id, "");
	ck_assert_ptr_null(boot_image_pd(&img, "nobody"));
}
END_TEST

START_TEST(code_that_differs_in_one_bit_is_refused)
{
	put_all();
	contents[2][0x1000] ^= 1;
	give_all();
	refused("hello", "1 bytes of its code are not what the image has in region hello-0");
}
END_TEST

START_TEST(the_crc_goes_by_virtual_address)
{
	uLong crc = crc32(0, NULL, 0);

	hello.segments[0].vaddr = 0x300000; /* now behind the read-only data */
	put_all();
	give_all();
	opened();
	crc = crc32(crc, contents[3], 0x0200);
	crc = crc32(crc, contents[2], 0x1998);
	ck_assert_uint_eq(boot_image_pd(&img, "hello")->ro_crc32, crc);
}
END_TEST

START_TEST(patched_data_does_not_hide_an_elf)
{
	put_all();
	fill(contents[4], 0x1100, 99); /* hello's writable segment, wholly */
	give_all();
	opened();
	all_known();
}
END_TEST

START_TEST(an_elf_of_another_build_is_refused)
{
	put_all();
	give_all();
	contents[2][20] ^= 1; /* a byte of the id that the image holds */
	refused("/hello", "its build id is not the one that the image holds in region hello-0 at 0x60201010");
	give_report(usual_report);
	refused("/hello", "build id");
}
END_TEST

START_TEST(an_elf_with_other_code_is_refused)
{
	put_all();
	give_all();
	fill(contents[2] + 0x800, 0x800, 77);
	refused("/hello", "protection domain hello has no place in the image");
	give_report(usual_report);
	refused("/hello", "segment 0 of hello is not what the image has as hello-0");
}
END_TEST

START_TEST(a_kernel_or_monitor_that_lies_elsewhere_is_refused)
{
	static const struct {
		uint64_t *field;
		uint64_t value;
		const char *where, *says;
	} cases[] = {
		{&kernel.segments[0].paddr, 0x60001000, "/kernel", "segment 0 of the kernel"},
		{&kernel.segments[0].memsz, 0x2344, "/kernel", "0x2344 bytes at physical 0x60000000, is no region"},
		{&kernel.segments[0].paddr, 0x60100000, "/kernel", "is no region of the image"},
		{&kernel.entry, 1, "/kernel", "the image's kernel_entry is 0x8060000000"},
		{&monitor.segments[0].vaddr, 0x8a001000, "/monitor", "at physical 0x60101000"},
		{&monitor.entry, 1, "/monitor", "the image's v_entry is 0x8a000010"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint64_t old = *cases[i].field;

		*cases[i].field = cases[i].value;
		give_elf(REGION_KERNEL, "kernel", &kernel);
		give_elf(REGION_MONITOR, "monitor", &monitor);
		refused(cases[i].where, cases[i].says);
		*cases[i].field = old;
		while (elf_count)
			free(paths[--elf_count]);
	}
}
END_TEST

START_TEST(a_monitor_without_a_region_is_refused)
{
	sample.regions[1].paddr += 0x1000;
	refused("loader.img", "no region of the image begins where the header puts the monitor's range 0x60100000");
	sample = sample_usual();
	sample.ui_end = sample.ui_start + 0x3000;
	refused("loader.img", "at its start fits into the monitor's range");
}
END_TEST

START_TEST(reports_that_contradict_the_image_are_refused)
{
	static const struct {
		const char *line, *says;
	} cases[] = {
		{"<Region name=PD-ELF hello-0 addr=0x60201004 size=6552>", "hello-0 at 0x60201004 is not in the image"},
		{"<Region name=PD-ELF hello-0 addr=0x60201000 size=6551>", "has 6551 bytes here and 6552 in the image"},
		{"<Region name=PD-ELF hello-0 addr=0x60100000 size=13398>", "is monitor-0 in the image"},
		{"<Region name=PD-ELF hello-0 addr=0x60000000 size=9029>", "is kernel-0 in the image"},
		{"<Region name=PD-ELF hello-0 addr=0x60201000 size=6552>\n<Region name=PD-ELF hello-1 addr=0x60201000 "
		 "size=6552>",
		 "is hello-0 in the image"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[512];

		snprintf(text, sizeof text, "# Loader Regions\n%s\n", cases[i].line);
		give_report(text);
		refused("report.txt:", cases[i].says);
	}
}
END_TEST

/* One after the other, in an otherwise right report: what the image does not have, sizes, and the same thing twice. */
START_TEST(a_report_with_one_wrong_line_names_that_line)
{
	static const struct {
		const char *instead, *says; /* of the line of hello-1, the fourth */
	} cases[] = {
		{"hello-1 addr=0x90000000 size=512", "hello-1 at 0x90000000 is not in the image"},
		{"hello-1 addr=0xfffffffffffffe00 size=512", "is not in the image"},
		{"hello-1 addr=0x60203998 size=18446744073709551615", "18446744073709551615 bytes here and 512 in the image"},
		{"hello-1 addr=0x60203998 size=513", "has 513 bytes here and 512 in the image"},
		{"hello-1 addr=0x60203998 size=18446744073709551616", "is no region"},
		{"hello-1 addr=0x60203999 size=511", "is not in the image"},
		{"hello-1 addr=0x60201000 size=6552", "is hello-0 in the image"},
		{"hello-0 addr=0x60203998 size=512", "region hello-0 is named twice, first on line 3"},
		{"hello-99999 addr=0x60203998 size=512", "is no region"},
	};
	const char *line = strstr(usual_report, "hello-1"), *rest = strchr(line, '>');

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[1024];

		snprintf(text, sizeof text, "%.*s%s%s", (int)(line - usual_report), usual_report, cases[i].instead, rest);
		give_report(text);
		refused("report.txt:4", cases[i].says);
	}
}
END_TEST

/* The same place under another name, or no place for a region that the ELFs have: never a wrong name. */
START_TEST(a_report_that_swaps_two_domains_is_refused_with_their_elfs)
{
	char text[1024];

	put_all();
	give_elf(REGION_PD, "hello", &hello);
	give_elf(REGION_PD, "checksum", &checksum);
	snprintf(text, sizeof text, "# Loader Regions\n%s%s%s%s%s", "<Region name=PD-ELF checksum-0 addr=0x60201000 size=6552>\n",
		 "<Region name=PD-ELF checksum-1 addr=0x60203998 size=512>\n", "<Region name=PD-ELF checksum-2 addr=0x60204000 size=4352>\n",
		 "<Region name=PD-ELF hello-0 addr=0x60206000 size=4660>\n", "<Region name=PD-ELF hello-1 addr=0x60208000 size=64>\n");
	give_report(text);
	refused("/hello", "segment 0 of hello is not what the image has as hello-0");
	give_report("# Loader Regions\n");
	refused("/hello", "names 0 regions of it");
}
END_TEST

START_TEST(reserved_memory_that_overflows_is_refused)
{
	char text[1024];

	snprintf(text, sizeof text, "%s# Reserved Memory\n<Region name=RESERVED memory-0 addr=0xfffffffffffff000 size=8192>\n", usual_report);
	give_report(text);
	refused("report.txt:9", "memory-0: address and size overflow");
}
END_TEST

START_TEST(an_elf_that_the_report_does_not_have_is_refused)
{
	put_all();
	give_report(usual_report);
	give_elf(REGION_PD, "stranger", &hello);
	refused("/stranger", "stranger has 3 segments, but");
}
END_TEST

START_TEST(an_elf_with_more_or_fewer_segments_than_reported_is_refused)
{
	put_all();
	give_report(usual_report);
	hello.count = 2;
	give_elf(REGION_PD, "hello", &hello);
	refused("/hello", "segment 2 of hello is not what the image has as hello-2");
	hello.count = 4;
	hello.segments[3] = (struct sample_segment){0x300000, 0, 0x10, 0x10, PF_R, 1};
	free(paths[--elf_count]);
	give_elf(REGION_PD, "hello", &hello);
	refused("/hello", "hello has 4 segments, but");
}
END_TEST

START_TEST(elfs_are_given_once_and_with_an_owner)
{
	give_elf(REGION_KERNEL, "kernel", &kernel);
	give_elf(REGION_KERNEL, "kernel2", &kernel);
	refused("/kernel2", "a second ELF of kernel; the first is");
	elfs[0].owner = REGION_PD;
	elfs[1] = elfs[0];
	refused("/kernel", "a second ELF of kernel");
	elfs[0].owner = REGION_TABLE;
	refused("/kernel", "belongs to the kernel, to the monitor or to a protection domain");
}
END_TEST

START_TEST(two_domains_of_one_elf_are_placed_in_order)
{
	sample.regions[6] = (struct sample_region){0x60206000, 0x1998, 0};
	sample.regions[7] = (struct sample_region){0x60208998, 0x0200, 0};
	sample.regions[8] = (struct sample_region){0x60209000, 0x1100, 0};
	sample.region_count = 9;
	for (size_t i = 0; i < 6; i++)
		put_segment(3 + i, &hello, i % 3);
	give_elf(REGION_PD, "client1", &hello);
	give_elf(REGION_PD, "client2", &hello);
	opened();
	region_is(2, REGION_TABLE, "invocation-table", ACCESS_READ);
	region_is(3, REGION_PD, "client1-0", ACCESS_EXECUTE);
	region_is(8, REGION_PD, "client2-2", ACCESS_WRITE);
}
END_TEST

START_TEST(the_better_of_two_places_wins)
{
	sample.regions[6] = (struct sample_region){0x60206000, 0x1998, 0};
	sample.regions[7] = (struct sample_region){0x60208998, 0x0200, 0};
	sample.regions[8] = (struct sample_region){0x60209000, 0x1100, 0};
	sample.region_count = 9;
	for (size_t i = 0; i < 6; i++)
		put_segment(3 + i, &hello, i % 3);
	contents[2][0] ^= 1; /* the first place: its writable data was patched */
	give_elf(REGION_PD, "hello", &hello);
	opened();
	region_is(3, REGION_UNKNOWN, "region-3", ACCESS_UNKNOWN);
	region_is(6, REGION_PD, "hello-0", ACCESS_EXECUTE);
}
END_TEST

/* Three equal regions, and an ELF with two of them: where its writable segment is, nobody can say. */
START_TEST(an_ambiguous_place_judges_nothing)
{
	hello = (struct sample_elf){
		.entry = 0x200000,
		.count = 2,
		.segments = {{0x200000, 0, 0x1000, 0, PF_R, 0}, {0x201000, 0, 0x1000, 0, PF_R | PF_W, 0}}};
	sample.regions[3] = (struct sample_region){0x60201000, 0x1000, 0};
	sample.regions[4] = (struct sample_region){0x60202000, 0x1000, 0};
	sample.regions[5] = (struct sample_region){0x60203000, 0x1000, 0};
	sample.region_count = 6;
	give_elf(REGION_PD, "hello", &hello);
	opened();
	region_is(3, REGION_PD, "hello-0", ACCESS_UNKNOWN);
	region_is(4, REGION_PD, "hello-1", ACCESS_UNKNOWN);
	ck_assert(!img.pds[0].has_crc);
	give_report("# Loader Regions\n<Region name=PD-ELF hello-0 addr=0x60202000 size=4096>\n"
		    "<Region name=PD-ELF hello-1 addr=0x60203000 size=4096>\n"); /* but a report can */
	opened();
	region_is(4, REGION_PD, "hello-0", ACCESS_READ);
	region_is(5, REGION_PD, "hello-1", ACCESS_WRITE);
}
END_TEST

START_TEST(no_table_where_the_extra_region_begins_with_a_domain)
{
	sample.extra_addr = 0x60201000; /* hello-0 */
	for (size_t i = 2; i + 1 < sample.region_count; i++)
		sample.regions[i] = sample.regions[i + 1];
	sample.region_count--;
	give_report(usual_report);
	opened();
	region_is(2, REGION_PD, "hello-0", ACCESS_UNKNOWN);
	free(report);
	report = NULL;
	opened(); /* without the report it looks like a table: named so, but not judged */
	region_is(2, REGION_TABLE, "invocation-table", ACCESS_UNKNOWN);
}
END_TEST

START_TEST(a_table_in_the_monitors_range_needs_the_monitors_elf_to_be_judged)
{
	sample.ui_end = 0x60106000;
	sample.regions[2].paddr = 0x60104000;
	sample.extra_addr = 0x60201000;
	put_all();
	give_report(usual_report);
	opened();
	region_is(2, REGION_TABLE, "invocation-table", ACCESS_UNKNOWN);
	give_elf(REGION_MONITOR, "monitor", &monitor);
	opened();
	region_is(2, REGION_TABLE, "invocation-table", ACCESS_READ);
}
END_TEST

START_TEST(a_table_behind_the_monitors_segment_belongs_to_its_region)
{
	monitor.segments[0].memsz = 0x3400; /* the region has 0x3456 */
	give_elf(REGION_MONITOR, "monitor", &monitor);
	opened();
	region_is(1, REGION_MONITOR, "monitor-0", ACCESS_WRITE);
	free(paths[--elf_count]);
	monitor.segments[0].flags = PF_R | PF_X;
	give_elf(REGION_MONITOR, "monitor", &monitor);
	opened();
	region_is(1, REGION_MONITOR, "monitor-0", ACCESS_UNKNOWN);
	free(paths[--elf_count]);
	monitor.segments[0].memsz = 0x3457; /* but a region is never too short */
	give_elf(REGION_MONITOR, "monitor", &monitor);
	refused("/monitor", "is no region of the image");
}
END_TEST

START_TEST(a_monitor_of_several_segments_is_taken_whole)
{
	monitor.segments[0].memsz = monitor.segments[0].filesz = 0x1000;
	monitor.segments[0].flags = PF_R | PF_X;
	monitor.segments[1] = (struct sample_segment){0x8a001000, 0, 0x0777, 0x10, PF_R | PF_W, 3};
	monitor.count = 2;
	sample.regions[1].size = 0x1000;
	sample.regions[2].paddr = 0x60101000;
	give_elf(REGION_MONITOR, "monitor", &monitor);
	opened();
	region_is(1, REGION_MONITOR, "monitor-0", ACCESS_EXECUTE);
	region_is(2, REGION_MONITOR, "monitor-1", ACCESS_WRITE);
}
END_TEST

START_TEST(what_is_no_image_is_refused)
{
	ck_assert_int_eq(boot_image_open(&img, dir, NULL, &e), -1);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	path = sample_file(dir, "empty", "", 0);
	ck_assert_int_eq(boot_image_open(&img, path, NULL, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.what, "empty"));
	ck_assert_str_eq(e.where, path);
	ck_assert_int_eq(boot_image_open(&img, "/nonexistent/loader.img", NULL, &e), -1);
	ck_assert_int_eq(e.kind, ERR_USAGE);
}
END_TEST

START_TEST(a_report_or_elf_that_is_missing_is_named)
{
	report = strdup("/nonexistent/report.txt");
	ck_assert_int_eq(open_image(), -1);
	ck_assert_str_eq(e.where, "/nonexistent/report.txt");
}
END_TEST

Suite *bootimage_test(void)
{
	Suite *s = suite_create("bootimage");
	TCase *t = tcase_create("bootimage");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, an_image_alone_tells_kernel_monitor_and_perhaps_table);
	tcase_add_test(t, a_report_names_but_does_not_tell_permissions);
	tcase_add_test(t, elfs_alone_place_everything);
	tcase_add_test(t, report_and_elfs_together_place_everything);
	tcase_add_test(t, crc_and_build_id_are_those_of_the_image);
	tcase_add_test(t, code_that_differs_in_one_bit_is_refused);
	tcase_add_test(t, the_crc_goes_by_virtual_address);
	tcase_add_test(t, patched_data_does_not_hide_an_elf);
	tcase_add_test(t, an_elf_of_another_build_is_refused);
	tcase_add_test(t, an_elf_with_other_code_is_refused);
	tcase_add_test(t, a_kernel_or_monitor_that_lies_elsewhere_is_refused);
	tcase_add_test(t, a_monitor_without_a_region_is_refused);
	tcase_add_test(t, reports_that_contradict_the_image_are_refused);
	tcase_add_test(t, a_report_with_one_wrong_line_names_that_line);
	tcase_add_test(t, a_report_that_swaps_two_domains_is_refused_with_their_elfs);
	tcase_add_test(t, reserved_memory_that_overflows_is_refused);
	tcase_add_test(t, an_elf_that_the_report_does_not_have_is_refused);
	tcase_add_test(t, an_elf_with_more_or_fewer_segments_than_reported_is_refused);
	tcase_add_test(t, elfs_are_given_once_and_with_an_owner);
	tcase_add_test(t, two_domains_of_one_elf_are_placed_in_order);
	tcase_add_test(t, the_better_of_two_places_wins);
	tcase_add_test(t, an_ambiguous_place_judges_nothing);
	tcase_add_test(t, no_table_where_the_extra_region_begins_with_a_domain);
	tcase_add_test(t, a_table_in_the_monitors_range_needs_the_monitors_elf_to_be_judged);
	tcase_add_test(t, a_table_behind_the_monitors_segment_belongs_to_its_region);
	tcase_add_test(t, a_monitor_of_several_segments_is_taken_whole);
	tcase_add_test(t, what_is_no_image_is_refused);
	tcase_add_test(t, a_report_or_elf_that_is_missing_is_named);
	suite_add_tcase(s, t);
	return s;
}
