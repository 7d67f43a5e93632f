/* Images with a capDL initialiser: protection domains' pages are found in it by their content. */
#include "image/bootimage.h"
#include "image/sample.h"
#include "image/wrap.h"

Suite *capdl_test(void);

static const char some_id[] = "\xaa\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef\x00\xff\x10\x20";

static struct sample_elf hello, other, monitor;
static struct wrap_capdl capdl;
static uint8_t loader[0x1000], kernel[0x2000];
static struct buf frames, file;
static struct image_elf elfs[8];
static char *dir, *path, *paths[8], *report;
static size_t elf_count;
static struct boot_image img;
static struct err e;

static void set_up(void)
{
	hello = (struct sample_elf){.entry = 0x200000, .count = 3, .build_id = some_id,
				    .segments = {{0x200000, 0, 0x2800, 0x2800, PF_R | PF_X, 14},
						 {0x203800, 0, 0x1000, 0x1000, PF_R, 15}, /* ends and begins inside pages */
						 {0x205000, 0, 0x3100, 0x1100, PF_R | PF_W, 16}}};
	other = (struct sample_elf){.entry = 0x200000, .count = 2,
				    .segments = {{0x200000, 0, 0x1234, 0x1234, PF_R | PF_X, 17},
						 {0x202000, 0, 0x40, 0x40, PF_R | PF_W, 18}}};
	monitor = (struct sample_elf){.entry = 0x8a000000, .count = 1,
				      .segments = {{0x8a000000, 0, 0x1800, 0x1800, PF_R | PF_X, 19}}};
	capdl = (struct wrap_capdl){.loader = loader, .loader_size = sizeof loader, .kernel = kernel, .kernel_size = sizeof kernel,
				    .kernel_entry = UINT64_C(0x8060000000), .kernel_paddr = 0x60000000, .base = 0x60100000,
				    .vbase = 0x10000, .table = true};
	fill(kernel, sizeof kernel, 5);
	dir = sample_mkdir();
	elf_count = 0;
}

static void tear_down(void)
{
	boot_image_close(&img);
	buf_finish(&frames);
	buf_finish(&file);
	for (size_t i = 0; i < elf_count; i++)
		free(paths[i]);
	free(path);
	free(report);
	path = report = NULL;
	sample_rmdir(dir);
}

/* Frames for the ELF go into the image. */
static void embed(const struct sample_elf *elf)
{
	struct buf b = {0};

	sample_elf_bytes(elf, &b);
	wrap_frames(&frames, (uint8_t *)b.data);
	buf_finish(&b);
}

static void give(enum region_owner owner, const char *name, const struct sample_elf *elf)
{
	struct buf b = {0};

	sample_elf_bytes(elf, &b);
	paths[elf_count] = sample_file(dir, name, b.data, b.len);
	elfs[elf_count] = (struct image_elf){.owner = owner, .name = name, .path = paths[elf_count]};
	elf_count++;
	buf_finish(&b);
}

static int open_file(void)
{
	free(path);
	path = sample_file(dir, "loader.img", file.data, file.len);
	boot_image_close(&img);
	memset(&e, 0, sizeof e);
	return boot_image_open(&img, path, &(struct image_files){.report = report, .elfs = elfs, .elf_count = elf_count}, &e);
}

static int open_image(void)
{
	buf_clear(&file);
	wrap_capdl(&file, &capdl, &frames);
	return open_file();
}

static void opened(void)
{
	ck_assert_msg(open_image() == 0, "%s: %s", e.where, e.what);
}

static void refused(const char *why)
{
	ck_assert_int_eq(open_image(), -1);
	ck_assert_msg(strstr(e.what, why) != NULL, "\"%s\" does not say \"%s\"", e.what, why);
	ck_assert_int_eq(e.kind, ERR_IMAGE);
}

static const struct region *named(const char *name)
{
	for (size_t i = 0; i < img.region_count; i++)
		if (strcmp(img.regions[i].name, name) == 0)
			return &img.regions[i];
	ck_abort_msg("no region is called %s", name);
	return NULL;
}

static void is_there(const char *name, const char *pd, enum region_access access, uint64_t paddr, uint64_t size, uint64_t vaddr)
{
	const struct region *r = named(name);

	ck_assert_int_eq(r->owner, REGION_PD);
	ck_assert_str_eq(r->pd, pd);
	ck_assert_str_eq(region_access_name(r->access), region_access_name(access));
	ck_assert_uint_eq(r->paddr, paddr);
	ck_assert_uint_eq(r->size, size);
	ck_assert_uint_eq(r->vaddr, vaddr);
}

/* Frames begin 0x5000 into the initialiser. */
static uint64_t frame(unsigned n)
{
	return 0x60105000 + n * UINT64_C(4096);
}

static void holds(const char *name, const struct sample_elf *elf, size_t segment)
{
	uint8_t *bytes = sample_segment_bytes(elf, segment);
	const struct region *r = named(name);

	ck_assert_mem_eq(r->bytes, bytes, r->size);
	free(bytes);
}

static void all_found(void)
{
	is_there("hello-0", "hello", ACCESS_EXECUTE, frame(0), 0x2800, 0x200000);
	is_there("hello-1", "hello", ACCESS_READ, frame(3) + 0x800, 0x1000, 0x203800);
	is_there("other-0", "other", ACCESS_EXECUTE, frame(9), 0x1234, 0x200000);
	holds("hello-0", &hello, 0);
	holds("hello-1", &hello, 1);
	holds("other-0", &other, 0);
}

static void make_usual(void)
{
	embed(&hello); /* frames 0-2, 3-4, 5-8 */
	embed(&other); /* 9-10, 11 */
}

START_TEST(the_initialisers_regions_are_told_by_its_table)
{
	make_usual();
	opened();
	ck_assert_uint_eq(img.region_count, 5);
	ck_assert_str_eq(img.regions[0].name, "kernel-0");
	ck_assert_str_eq(img.regions[1].name, "initialiser-0");
	ck_assert_str_eq(img.regions[2].name, "capdl-spec");
	ck_assert_str_eq(img.regions[3].name, "capdl-frames");
	ck_assert_str_eq(img.regions[4].name, "capdl-program-headers");
	ck_assert_uint_eq(img.regions[3].paddr, frame(0));
	ck_assert_uint_eq(img.regions[3].vaddr, 0x15000);
	capdl.table = false;
	opened();
	ck_assert_uint_eq(img.region_count, 4);
	ck_assert_str_eq(img.regions[3].name, "initialiser-2");
}
END_TEST

START_TEST(domains_are_found_with_and_without_a_table)
{
	make_usual();
	give(REGION_PD, "hello", &hello);
	give(REGION_PD, "other", &other);
	opened();
	all_found();
	is_there("hello-2", "hello", ACCESS_WRITE, frame(5), 0x3100, 0x205000);
	ck_assert(boot_image_pd(&img, "hello")->has_crc);
	capdl.table = false;
	opened();
	all_found();
}
END_TEST

START_TEST(the_checksum_is_that_of_the_segments_without_what_fills_pages)
{
	uint8_t *code = sample_segment_bytes(&hello, 0), *constants = sample_segment_bytes(&hello, 1);
	uLong crc = crc32(crc32(0, code, 0x2800), constants, 0x1000);

	make_usual();
	give(REGION_PD, "hello", &hello);
	opened();
	ck_assert_uint_eq(boot_image_pd(&img, "hello")->ro_crc32, crc);
	ck_assert_str_eq(boot_image_pd(&img, "hello")->build_id, "aa23456789abcdef0123456789abcdef00ff1020");
	free(code);
	free(constants);
}
END_TEST

START_TEST(code_that_differs_in_one_bit_is_refused)
{
	make_usual();
	frames.data[0x1000] ^= 1;
	give(REGION_PD, "hello", &hello);
	refused("the page at 0x201000 of hello (segment 0) is none of the 12 pages that the initialiser has");
	ck_assert_ptr_nonnull(strstr(e.where, "/hello"));
	frames.data[0x1000] ^= 1;
	opened();
}
END_TEST

START_TEST(constants_that_differ_are_refused_and_data_may)
{
	make_usual();
	give(REGION_PD, "hello", &hello);
	frames.data[0x3900] ^= 1; /* hello-1 */
	refused("the page at 0x203000 of hello (segment 1)");
	frames.data[0x3900] ^= 1;
	frames.data[0x5100] ^= 1; /* hello-2: a symbol that the tool patched */
	opened();
	is_there("hello-2", "hello", ACCESS_WRITE, frame(5), 0x3100, 0x205000);
	fill((uint8_t *)frames.data + 0x5000, 0x1000, 99); /* nothing of the page is left: nobody can tell whose it is */
	opened();
	for (size_t i = 0; i < img.region_count; i++)
		ck_assert(img.regions[i].paddr + img.regions[i].size <= frame(5) || img.regions[i].paddr >= frame(6) ||
			  img.regions[i].owner == REGION_MONITOR);
}
END_TEST

START_TEST(an_elf_that_is_not_in_the_image_is_refused)
{
	make_usual();
	give(REGION_PD, "monitor2", &monitor);
	refused("the page at 0x8a000000 of monitor2 (segment 0)");
	elf_count = 0;
	free(paths[0]);
	monitor.segments[0].flags = PF_R | PF_W | PF_X; /* no page that must be there exactly */
	give(REGION_PD, "monitor2", &monitor);
	refused("no page of monitor2 is among the 12 pages");
}
END_TEST

START_TEST(a_segment_of_more_pages_than_there_are_is_refused)
{
	const uint64_t sizes[] = {UINT64_C(1) << 40, UINT64_MAX - 0x200000}; /* to the end of all addresses */

	make_usual();
	give(REGION_PD, "hello", &hello);
	for (size_t i = 0; i < 2; i++) {
		struct buf elf = {0};

		sample_elf_bytes(&hello, &elf);
		put64((uint8_t *)elf.data + 64 + 40, sizes[i]);
		free(paths[0]);
		paths[0] = sample_file(dir, "hello", elf.data, elf.len);
		elfs[0].path = paths[0];
		buf_finish(&elf);
		refused(i ? "segment 0 of hello has" : "segment 0 of hello has 268435456 pages, and the initialiser only 12");
	}
}
END_TEST

START_TEST(the_same_elf_twice_is_two_domains)
{
	embed(&other);
	embed(&other);
	give(REGION_PD, "one", &other);
	give(REGION_PD, "two", &other);
	opened();
	is_there("one-0", "one", ACCESS_EXECUTE, frame(0), 0x1234, 0x200000);
	is_there("two-0", "two", ACCESS_EXECUTE, frame(3), 0x1234, 0x200000);
	is_there("two-1", "two", ACCESS_WRITE, frame(5), 0x40, 0x202000);
}
END_TEST

/* Nobody promises that a domain's frames stand one behind the other. */
START_TEST(scattered_frames_become_pieces)
{
	uint8_t page[4096];

	make_usual();
	memcpy(page, frames.data + 0x1000, 4096); /* hello-0's second page and other-0's first change places */
	memcpy(frames.data + 0x1000, frames.data + 0x9000, 4096);
	memcpy(frames.data + 0x9000, page, 4096);
	give(REGION_PD, "hello", &hello);
	give(REGION_PD, "other", &other);
	opened();
	is_there("hello-0+0x0", "hello", ACCESS_EXECUTE, frame(0), 0x1000, 0x200000);
	is_there("hello-0+0x1000", "hello", ACCESS_EXECUTE, frame(9), 0x1000, 0x201000);
	is_there("hello-0+0x2000", "hello", ACCESS_EXECUTE, frame(2), 0x800, 0x202000);
	is_there("other-0+0x0", "other", ACCESS_EXECUTE, frame(1), 0x1000, 0x200000);
	is_there("other-0+0x1000", "other", ACCESS_EXECUTE, frame(10), 0x234, 0x201000);
	ck_assert(boot_image_pd(&img, "hello")->has_crc);
}
END_TEST

/* Blank pages may be nowhere: then what the domain prints cannot be told. */
START_TEST(a_blank_page_that_is_nowhere_leaves_the_checksum_open)
{
	hello.segments[1].memsz = 0x3000;
	hello.segments[1].filesz = 0x1000;
	hello.count = 2;
	embed(&hello); /* 0-2, 3-6: 5 and 6 are blank */
	frames.len -= 2 * 4096;
	embed(&other);
	give(REGION_PD, "hello", &hello);
	give(REGION_PD, "other", &other);
	opened();
	is_there("hello-1+0x0", "hello", ACCESS_READ, frame(3) + 0x800, 0x1800, 0x203800);
	ck_assert(!boot_image_pd(&img, "hello")->has_crc);
	ck_assert(boot_image_pd(&img, "other")->has_crc);
}
END_TEST

/* The monitor is a protection domain here, unless the ELF is the initialiser's own. */
START_TEST(the_monitor_is_a_domain_like_others)
{
	struct sample_elf initialiser = {.entry = 0x10010, .count = 1,
					 .segments = {{0x10000, 0, 0x2345, 0x2345, PF_R | PF_X, 20}}};

	embed(&monitor);
	give(REGION_MONITOR, "monitor", &monitor);
	opened();
	is_there("monitor-0", "monitor", ACCESS_EXECUTE, frame(0), 0x1800, 0x8a000000);
	free(paths[--elf_count]);
	give(REGION_MONITOR, "monitor", &initialiser);
	opened();
	ck_assert_str_eq(img.regions[1].name, "initialiser-0");
	ck_assert_int_eq(img.regions[1].access, ACCESS_EXECUTE);
	ck_assert_uint_eq(img.pd_count, 0);
}
END_TEST

START_TEST(a_table_that_leads_outside_is_refused)
{
	uint8_t *entry;

	make_usual();
	opened();
	entry = (uint8_t *)file.data + (img.regions[4].bytes - img.map) + 3 * 56; /* the frames' */
	put64(entry + 40, UINT64_MAX);
	ck_assert_int_eq(open_file(), -1);
	ck_assert_int_eq(e.kind, ERR_IMAGE);
	ck_assert_msg(strstr(e.what, "program header 3 of the initialiser (file offset 0x") != NULL, "%s", e.what);
	put64(entry + 40, frames.len);
	put64(entry + 16, 0x9000);
	ck_assert_int_eq(open_file(), -1);
	ck_assert_msg(strstr(e.what, "at physical 0x600f9000, outside of its range 0x60100000..") != NULL, "%s", e.what);
	put64(entry + 16, 0x15000);
	ck_assert_int_eq(open_file(), 0);
}
END_TEST

START_TEST(its_report_needs_no_loader_regions)
{
	static const char text[] = "# Initial Task (CapDL Initialiser) Details\n\n# TCB Details\n\t- TCB: 'tcb_hello'\n";

	make_usual();
	give(REGION_PD, "hello", &hello);
	report = sample_file(dir, "report.txt", text, strlen(text));
	opened();
	is_there("hello-0", "hello", ACCESS_EXECUTE, frame(0), 0x2800, 0x200000);
}
END_TEST

/* Every page like every other, in image and ELF: whatever comes of it, it must come. */
START_TEST(a_hostile_image_of_equal_pages_comes_to_an_end)
{
	enum { PAGES = 6000 };
	struct sample_elf same = {.entry = 0x200000, .count = 1,
				  .segments = {{0x200000, 0, PAGES * 4096ull, PAGES * 4096ull, PF_R | PF_X, 0}}};
	struct buf elf = {0};

	sample_elf_bytes(&same, &elf);
	memset(elf.data + 64 + 56, 7, PAGES * 4096ull);
	wrap_frames(&frames, (uint8_t *)elf.data);
	for (size_t i = 1; i < PAGES; i += 2)
		frames.data[i * 4096] = 8; /* no run is longer than one */
	paths[elf_count] = sample_file(dir, "same", elf.data, elf.len);
	elfs[elf_count] = (struct image_elf){.owner = REGION_PD, .name = "same", .path = paths[elf_count]};
	elf_count++;
	buf_finish(&elf);
	opened();
	ck_assert_uint_le(img.region_count, 3 * PAGES);
}
END_TEST

Suite *capdl_test(void)
{
	Suite *s = suite_create("capdl");
	TCase *t = tcase_create("capdl");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, the_initialisers_regions_are_told_by_its_table);
	tcase_add_test(t, domains_are_found_with_and_without_a_table);
	tcase_add_test(t, the_checksum_is_that_of_the_segments_without_what_fills_pages);
	tcase_add_test(t, code_that_differs_in_one_bit_is_refused);
	tcase_add_test(t, constants_that_differ_are_refused_and_data_may);
	tcase_add_test(t, an_elf_that_is_not_in_the_image_is_refused);
	tcase_add_test(t, a_segment_of_more_pages_than_there_are_is_refused);
	tcase_add_test(t, the_same_elf_twice_is_two_domains);
	tcase_add_test(t, scattered_frames_become_pieces);
	tcase_add_test(t, a_blank_page_that_is_nowhere_leaves_the_checksum_open);
	tcase_add_test(t, the_monitor_is_a_domain_like_others);
	tcase_add_test(t, a_table_that_leads_outside_is_refused);
	tcase_add_test(t, its_report_needs_no_loader_regions);
	tcase_add_test(t, a_hostile_image_of_equal_pages_comes_to_an_end);
	suite_add_tcase(s, t);
	return s;
}
