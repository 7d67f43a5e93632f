#include "image/report.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

Suite *imagereport_test(void);

static const char usual[] = "# Kernel Boot Info\n\n    # of fixed caps     :       16\n"
			    "\n# Loader Regions\n\n"
			    "       <Region name=PD-ELF hello-0 addr=0x6024b000 size=1996>\n"
			    "       <Region name=PD-ELF my-pd-two-1 addr=0x6024c7cc size=0>\r\n"
			    "       <Region name=PD-ELF my-pd-two-2 addr=0x6024d000 size=42>\r\n"
			    "\n# Monitor (Initial Task) Info\n\n     virtual memory : MemoryRegion(base=0x1, end=0x2)\n"
			    "<Region name=of another kind>\n";

static struct arena arena;
static struct err e;

static void set_up(void)
{
	arena_init(&arena);
}

static void tear_down(void)
{
	arena_finish(&arena);
}

static int parse(const char *bytes, size_t n, struct report *r)
{
	char *copy = malloc(n ? n : 1);
	int rc;

	memcpy(copy, bytes, n);
	memset(&e, 0, sizeof e);
	rc = report_parse(r, &arena, "report.txt", copy, n, &e);
	free(copy);
	if (rc < 0)
		ck_assert_int_eq(e.kind, ERR_IMAGE);
	return rc;
}

START_TEST(only_the_loader_regions_are_read)
{
	struct report r;

	ck_assert_int_eq(parse(usual, strlen(usual), &r), 0);
	ck_assert_uint_eq(r.count, 2); /* the empty one is left out */
	ck_assert_str_eq(r.regions[0].name, "hello-0");
	ck_assert_str_eq(r.regions[0].pd, "hello");
	ck_assert_int_eq(r.regions[0].segment, 0);
	ck_assert_uint_eq(r.regions[0].addr, 0x6024b000);
	ck_assert_uint_eq(r.regions[0].size, 1996);
	ck_assert_int_eq(r.regions[0].line, 7);
	ck_assert_str_eq(r.regions[1].pd, "my-pd-two");
	ck_assert_int_eq(r.regions[1].segment, 2);
}
END_TEST

START_TEST(bad_lines_are_named_with_their_number)
{
	static const char *const lines[] = {
		"<Region name=PD-ELF hello-0 addr=0x1000 size=10",
		"<Region name=PD-ELF hello-0 addr=0x1000 size=>",
		"<Region name=PD-ELF hello-0 addr=0x1000>",
		"<Region name=PD-ELF hello-0 addr=0x size=10>",
		"<Region name=PD-ELF hello-0 addr=1000 size=10>",
		"<Region name=PD-ELF hello-0 addr=0x1000 size=0x10>",
		"<Region name=PD-ELF hello-0 addr=0x1000 size=-1>",
		"<Region name=PD-ELF hello-0 addr=0x11112222333344445 size=10>",
		"<Region name=PD-ELF hello-0 addr=0x1000 size=99999999999999999999>",
		"<Region name=PD-ELF hello addr=0x1000 size=10>",
		"<Region name=PD-ELF hello- addr=0x1000 size=10>",
		"<Region name=PD-ELF hello-1x addr=0x1000 size=10>",
		"<Region name=PD-ELF hello--1 x addr=0x1000 size=10>",
		"<Region name=PD-ELF hello-65536 addr=0x1000 size=10>",
		"<Region name=PD-ELF -0 addr=0x1000 size=10>",
		"<Region name=PD-ELF he\x1b[31mllo-0 addr=0x1000 size=10>",
		"<Region name=TABLE-0 addr=0x1000 size=10>",
		"<Region",
		"hello",
	};
	struct report r;

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		char text[256];

		snprintf(text, sizeof text, "# Loader Regions\n\n%s\n", lines[i]);
		ck_assert_msg(parse(text, strlen(text), &r) == -1, "accepted: %s", lines[i]);
		ck_assert_str_eq(e.where, "report.txt:3");
		ck_assert_ptr_nonnull(strstr(e.what, "expected <Region name=PD-ELF NAME-SEGMENT"));
	}
}
END_TEST

START_TEST(a_region_named_twice_is_refused)
{
	static const char text[] = "# Loader Regions\n<Region name=PD-ELF a-0 addr=0x1 size=1>\n"
				   "<Region name=PD-ELF a-0 addr=0x2 size=1>\n";
	struct report r;

	ck_assert_int_eq(parse(text, strlen(text), &r), -1);
	ck_assert_str_eq(e.where, "report.txt:3");
	ck_assert_ptr_nonnull(strstr(e.what, "first on line 2"));
}
END_TEST

START_TEST(a_report_without_the_section_is_refused)
{
	struct report r;

	ck_assert_int_eq(parse("# Kernel Boot Info\n", 19, &r), -1);
	ck_assert_int_eq(parse("", 0, &r), -1);
	ck_assert_ptr_nonnull(strstr(e.what, "no section \"# Loader Regions\""));
	ck_assert_int_eq(parse("# Loader Regions", 16, &r), 0); /* a system without protection domains */
	ck_assert_uint_eq(r.count, 0);
}
END_TEST

START_TEST(a_report_of_a_newer_tool_needs_no_section)
{
	static const char newer[] = "# Initial Task (CapDL Initialiser) Details\n\n# TCB Details\n\t- TCB: 'tcb_hello'\n";
	static const char wrong[] = "# Loader Regions\nno region\n";
	struct report r;

	ck_assert_int_eq(report_parse_any(&r, &arena, "report.txt", newer, strlen(newer), &e), 0);
	ck_assert(!r.has_loader && !r.has_reserved);
	ck_assert_uint_eq(r.count, 0);
	ck_assert_int_eq(report_parse_any(&r, &arena, "report.txt", wrong, strlen(wrong), &e), -1); /* where it is there, it counts */
	ck_assert_int_eq(report_parse_any(&r, &arena, "report.txt", usual, strlen(usual), &e), 0);
	ck_assert(r.has_loader);
}
END_TEST

START_TEST(any_cut_and_any_byte_is_survived)
{
	struct report r;
	char text[sizeof usual];

	for (size_t n = 0; n < sizeof usual; n++)
		parse(usual, n, &r);
	for (size_t at = 0; at < sizeof usual - 1; at++) {
		static const char bytes[] = {0, '\n', '<', '>', '-', ' ', (char)0xff};

		for (size_t v = 0; v < sizeof bytes; v++) {
			memcpy(text, usual, sizeof usual);
			text[at] = bytes[v];
			if (parse(text, strlen(usual), &r) == 0)
				ck_assert_uint_le(r.count, 3);
		}
	}
}
END_TEST

START_TEST(too_many_regions_are_refused)
{
	size_t room = 64 * (REPORT_MAX_REGIONS + 2), n;
	char *text = malloc(room);
	struct report r;

	n = (size_t)snprintf(text, room, "# Loader Regions\n");
	for (int i = 0; i <= REPORT_MAX_REGIONS; i++)
		n += (size_t)snprintf(text + n, room - n, "<Region name=PD-ELF p-%d addr=0x%x size=1>\n", i, i);
	ck_assert_int_eq(parse(text, n, &r), -1);
	ck_assert_ptr_nonnull(strstr(e.what, "more than 4096"));
	free(text);
}
END_TEST

START_TEST(runtime_regions_are_told_apart_by_their_role)
{
	static const char text[] = "# Runtime Regions\n"
				   "<Region name=PD-RUN hello-0 addr=0x60301000 size=1996>\n"
				   "<Region name=PD-PRISTINE hello-0 addr=0x60401000 size=1996>\n"
				   "# Loader Regions\n"
				   "<Region name=PD-ELF hello-0 addr=0x6024b000 size=1996>\n"
				   "# Update Slots\n"
				   "<Region name=PD-SLOT hello-0 addr=0x60501000 size=4096>\n";
	struct report r;

	ck_assert_int_eq(parse(text, strlen(text), &r), 0);
	ck_assert_uint_eq(r.count, 3);
	ck_assert_int_eq(r.regions[0].role, REGION_WAITS); /* whatever the order of the sections */
	ck_assert_int_eq(r.regions[1].role, REGION_RUNS);
	ck_assert_uint_eq(r.regions[1].addr, 0x60301000);
	ck_assert_int_eq(r.regions[2].role, REGION_PRISTINE);
	ck_assert_int_eq(r.regions[2].line, 3);
}
END_TEST

START_TEST(reserved_memory_has_a_list_of_its_own)
{
	static const char text[] = "# Loader Regions\n"
				   "<Region name=PD-ELF hello-0 addr=0x6024b000 size=1996>\n"
				   "# Reserved Memory\n"
				   "<Region name=RESERVED memory-0 addr=0x60000000 size=102400>\n"
				   "<Region name=RESERVED memory-1 addr=0xbffc0000 size=262144>\n";
	struct report r;

	ck_assert_int_eq(parse(text, strlen(text), &r), 0);
	ck_assert_uint_eq(r.count, 1);
	ck_assert(r.has_reserved);
	ck_assert_uint_eq(r.reserved.count, 2);
	ck_assert_uint_eq(r.reserved.items[1].addr, 0xbffc0000);
	ck_assert_int_eq(parse(usual, strlen(usual), &r), 0);
	ck_assert(!r.has_reserved);
}
END_TEST

START_TEST(a_region_belongs_into_its_own_section)
{
	static const char *const texts[] = {
		"# Loader Regions\n<Region name=PD-RUN hello-0 addr=0x6024b000 size=1996>\n",
		"# Loader Regions\n# Runtime Regions\n<Region name=PD-ELF hello-0 addr=0x6024b000 size=1996>\n",
		"# Loader Regions\n# Runtime Regions\n<Region name=PD-RUNS hello-0 addr=0x6024b000 size=1996>\n",
		("# Loader Regions\n# Runtime Regions\n<Region name=PD-RUN hello-0 addr=0x1 size=1>\n"
		 "<Region name=PD-RUN hello-0 addr=0x2 size=1>\n"),
		"# Runtime Regions\n<Region name=PD-RUN hello-0 addr=0x6024b000 size=1996>\n",
		"# Loader Regions\n# Reserved Memory\n<Region name=PD-RUN hello-0 addr=0x6024b000 size=1996>\n",
	};
	struct report r;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		ck_assert_msg(parse(texts[i], strlen(texts[i]), &r) < 0, "%s", texts[i]);
}
END_TEST

Suite *imagereport_test(void)
{
	Suite *s = suite_create("imagereport");
	TCase *t = tcase_create("imagereport");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, only_the_loader_regions_are_read);
	tcase_add_test(t, runtime_regions_are_told_apart_by_their_role);
	tcase_add_test(t, reserved_memory_has_a_list_of_its_own);
	tcase_add_test(t, a_region_belongs_into_its_own_section);
	tcase_add_test(t, bad_lines_are_named_with_their_number);
	tcase_add_test(t, a_region_named_twice_is_refused);
	tcase_add_test(t, a_report_without_the_section_is_refused);
	tcase_add_test(t, a_report_of_a_newer_tool_needs_no_section);
	tcase_add_test(t, any_cut_and_any_byte_is_survived);
	tcase_add_test(t, too_many_regions_are_refused);
	suite_add_tcase(s, t);
	return s;
}
