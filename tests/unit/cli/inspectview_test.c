#include "cli/inspectview.h"

#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

Suite *inspectview_test(void);

static uint8_t bytes[0x3000];
static struct region regions[4];
static struct image_pd pds[1];
static struct inspection in;
static struct buf out;

static void set_up(void)
{
	static const struct region made[3] = {
		{.owner = REGION_MONITOR,
		 .name = "monitor-0",
		 .paddr = 0x60100000,
		 .size = 0x1000,
		 .access = ACCESS_WRITE},
		{.owner = REGION_PD,
		 .name = "hello-0",
		 .pd = "hello",
		 .paddr = 0x60200ff0,
		 .vaddr = 0x200ff0,
		 .size = 0x1010,
		 .access = ACCESS_EXECUTE},
		{.owner = REGION_UNKNOWN, .name = "region-2", .segment = -1, .paddr = 0x60300000, .size = 1},
	};

	memset(bytes, 7, sizeof bytes);
	memset(bytes + 16, 0, 0x1000); /* hello's second page */
	memcpy(regions, made, sizeof made);
	for (size_t i = 0; i < 3; i++)
		regions[i].bytes = bytes;
	pds[0] = (struct image_pd){.name = "hello", .build_id = "00ff", .has_crc = true, .ro_crc32 = 0xabcde};
	in = (struct inspection){.img = {.path = "build/loader.img",
					 .map_size = 0x5000,
					 .format = &loader_format_2_0,
					 .container = {.to = 0x5000},
					 .header_offset = 0x1000,
					 .data_offset = 0x1058 + 3 * 32,
					 .flags = 1,
					 .ui_start = 0x60100000,
					 .ui_end = 0x60101000,
					 .extra_device_addr = 0x60200000,
					 .extra_device_size = 0x10000,
					 .regions = regions,
					 .region_count = 3,
					 .pds = pds,
					 .pd_count = 1},
				 .sha256 = "0123"};
	buf_init(&out);
}

static void tear_down(void)
{
	buf_finish(&out);
}

static void says(const char *text)
{
	ck_assert_msg(strstr(out.data, text) != NULL, "\"%s\" is not in:\n%s", text, out.data);
}

START_TEST(the_text_names_every_region_and_what_is_judged)
{
	inspection_text(&in, &out);
	says("build/loader.img: a boot image");
	says("Header at file offset 0x1000");
	says("3  entries at file offset 0x1058, their bytes from 0x10b8 on");
	says("bit 0 is set: the kernel is a hypervisor");
	says("hello-0    pd       hello  waits  0x60200ff0  0x60202000  0x200ff0  4112      2      1  rx       yes");
	says("region-2   unknown  -");
	says("Must be in memory: 3 regions, 8209 bytes in 4 pages\n");
	says("blank         1 page:");
	says("judged        1 region, 1 page with");
	says("1 region of unknown owner or permissions");
	says("Extra device region: 0x60200000..0x60210000, 64 KiB");
	says("inside it: hello-0\n");
	says("hello  000abcde  00ff");
}
END_TEST

START_TEST(where_it_runs_is_told_apart_from_what_is_loaded)
{
	regions[3] = regions[1];
	regions[3].role = REGION_RUNS;
	regions[3].name = "hello-0.run";
	regions[3].paddr = 0x60400ff0;
	in.img.region_count = 4;
	inspection_text(&in, &out);
	says("hello-0.run  pd       hello  runs   0x60400ff0");
	says("Must be in memory: 3 regions, 8209 bytes in 4 pages\n");
	says("later         1 region in which protection domains run, 0 kept for restarts\n");
}
END_TEST

START_TEST(what_is_not_known_is_said_so)
{
	in.img.extra_device_size = 0;
	in.img.pd_count = 0;
	inspection_text(&in, &out);
	says("Extra device region: none");
	says("Protection domains: none is known");
	says("permissions are unknown");
}
END_TEST

START_TEST(what_was_found_beside_the_image_is_told_apart)
{
	static const struct image_elf elfs[] = {{REGION_KERNEL, "kernel", "k.elf"}, {REGION_PD, "hello", "h.elf"}};
	static const char *const notes[] = {"x.elf lies beside the image, but is left out"};

	in.elfs = elfs;
	in.elf_count = 2;
	in.elfs_found_from = 1;
	in.report = "report.txt";
	in.notes = notes;
	in.note_count = 1;
	inspection_text(&in, &out);
	says("elf     kernel: k.elf\n");
	says("elf     hello: h.elf  (found beside the image)\n");
	says("report  report.txt\n");
	says("note    x.elf lies beside");
}
END_TEST

START_TEST(the_json_holds_the_same_figures)
{
	const char *paddr, *crc, *access;
	int size, pages, blank, judged;
	json_t *root;

	inspection_json(&in, &out);
	root = json_loads(out.data, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_ptr_nonnull(root);
	ck_assert_int_eq(json_unpack(json_array_get(json_object_get(root, "regions"), 1),
				     "{s:s, s:i, s:i, s:i, s:s, s:b}", "paddr", &paddr, "size", &size, "pages", &pages,
				     "blank", &blank, "access", &access, "judged", &judged),
			 0);
	ck_assert_str_eq(paddr, "0x60200ff0");
	ck_assert_int_eq(size, 4112);
	ck_assert_int_eq(pages, 2);
	ck_assert_int_eq(blank, 1);
	ck_assert_str_eq(access, "rx");
	ck_assert_int_eq(judged, 1);
	ck_assert_int_eq(json_unpack(json_array_get(json_object_get(root, "pds"), 0), "{s:s}", "ro_crc32", &crc), 0);
	ck_assert_str_eq(crc, "000abcde");
	ck_assert(json_is_null(json_object_get(root, "report")));
	json_decref(root);
}
END_TEST

Suite *inspectview_test(void)
{
	Suite *s = suite_create("inspectview");
	TCase *t = tcase_create("inspectview");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, the_text_names_every_region_and_what_is_judged);
	tcase_add_test(t, where_it_runs_is_told_apart_from_what_is_loaded);
	tcase_add_test(t, what_is_not_known_is_said_so);
	tcase_add_test(t, what_was_found_beside_the_image_is_told_apart);
	tcase_add_test(t, the_json_holds_the_same_figures);
	suite_add_tcase(s, t);
	return s;
}
