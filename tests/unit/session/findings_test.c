/* What looks say after restarts and updates, each row a state of memory and what must be found in it. */
#include "session/findings.h"

#include <check.h>
#include <string.h>

#include "session/judge.h"

Suite *findings_test(void);

/*
 * hello waits at BASE (rx, rw, one page each and two of data) and runs at RUN; checksum runs in place behind it. The
 * update of hello has other code and other data of the same shape.
 */
enum { PAGE = PAGE_SIZE_4K, WAITS = 0, RUN = 8, OTHER = 16, PAGES = 24 };
static const uint64_t base = 0x60000000;

static uint8_t ram[PAGES * PAGE], boot_bytes[3 * PAGE], new_bytes[3 * PAGE], checksum_bytes[2 * PAGE];
static struct region regions[6], new_runs[2];
static struct image_pd pds[] = {{.name = "checksum", .build_id = ""}, {.name = "hello", .build_id = ""}};
static struct image_update updates[1];
static struct boot_image img;
static struct versions versions;
static struct before before;
static struct look look;
static struct err e;

static const uint8_t *view(void *ctx, uint64_t paddr, uint64_t size)
{
	(void)ctx;
	return paddr >= base && paddr - base + size <= sizeof ram ? ram + (paddr - base) : NULL;
}

static struct region hello(enum region_role role, size_t page, int segment)
{
	return (struct region){
		.owner = REGION_PD,
		.role = role,
		.kept = role == REGION_WAITS,
		.name = "hello",
		.pd = "hello",
		.segment = segment,
		.paddr = base + (page + (size_t)segment) * PAGE,
		.size = segment ? 2 * PAGE : PAGE,
		.access = segment ? ACCESS_WRITE : ACCESS_EXECUTE,
		.bytes = boot_bytes + (size_t)segment * PAGE,
	};
}

static void set_up(void)
{
	memset(boot_bytes, 0x11, sizeof boot_bytes);
	memset(new_bytes, 0x22, sizeof new_bytes);
	memset(checksum_bytes, 0x33, sizeof checksum_bytes);
	for (int i = 0; i < 2; i++) {
		regions[i] = hello(REGION_WAITS, WAITS, i);
		regions[2 + i] = hello(REGION_RUNS, RUN, i);
		new_runs[i] = hello(REGION_RUNS, RUN, i);
		new_runs[i].bytes = new_bytes + i * PAGE;
		regions[4 + i] = (struct region){.owner = REGION_PD,
						 .name = "checksum",
						 .pd = "checksum",
						 .segment = i,
						 .paddr = base + (OTHER + (size_t)i) * PAGE,
						 .size = PAGE,
						 .access = i ? ACCESS_WRITE : ACCESS_EXECUTE,
						 .bytes = checksum_bytes + i * PAGE};
	}
	updates[0] = (struct image_update){.name = "hello-v2", .pd = "hello", .runs = new_runs, .run_count = 2};
	img = (struct boot_image){
		.regions = regions, .region_count = 6, .pds = pds, .pd_count = 2, .updates = updates, .update_count = 1};
	versions_init(&versions, &img);
	memcpy(ram + WAITS * PAGE, boot_bytes, sizeof boot_bytes);
	memcpy(ram + RUN * PAGE, boot_bytes, sizeof boot_bytes);
	memcpy(ram + OTHER * PAGE, checksum_bytes, sizeof checksum_bytes);
}

static void tear_down(void)
{
	look_finish(&look);
	before_finish(&before);
	versions_finish(&versions);
}

static unsigned look_at(enum witness_demand demand, unsigned regions_wanted, const char *of)
{
	static const struct memory_reader_ops ops = {.view = view};
	struct witness_spec spec = {.moment = "restarted", .regions = regions_wanted, .demand = demand, .of = of};

	look_finish(&look);
	ck_assert_int_eq(look_take(&look, &versions, &spec, 1, &(struct memory_reader){&ops, NULL}, &before, &e), 0);
	return findings(&img, &look, &spec);
}

static unsigned restart_look(void)
{
	return look_at(DEMAND_FRESH, WITNESS_PD_RUN, "hello");
}

static uint8_t *run_page(size_t page)
{
	return ram + (RUN + page) * PAGE;
}

/* It runs: both of its data pages change. */
static void run_it(void)
{
	run_page(1)[7] ^= 0xff;
	run_page(2)[7] ^= 0xff;
	look_at(DEMAND_REPORT, WITNESS_PD_RUN, "hello");
}

static void reload(size_t page, const uint8_t *from)
{
	memcpy(run_page(page), from + page * PAGE, PAGE);
}

static void reload_all(const uint8_t *from)
{
	for (size_t i = 0; i < 3; i++)
		reload(i, from);
}

START_TEST(a_whole_reload_is_found_intact)
{
	run_it();
	reload_all(boot_bytes);
	ck_assert_uint_eq(restart_look(), MEMORY_INTACT);
	ck_assert_int_eq(look_outcome(&look), LOOK_HOLDS);
}
END_TEST

START_TEST(a_restart_that_reloads_nothing_is_stale)
{
	run_it();
	ck_assert_uint_eq(restart_look(), MEMORY_STALE);
	ck_assert_int_eq(look_outcome(&look), LOOK_BROKEN);
	ck_assert_uint_eq(look_bad_pages(&look), 2);
	ck_assert_uint_eq(look.regions[1].ranges[0].start, base + (RUN + 1) * PAGE);
}
END_TEST

START_TEST(a_page_forgotten_is_a_partial_reload)
{
	run_it();
	reload(0, boot_bytes);
	reload(1, boot_bytes);
	ck_assert_uint_eq(restart_look(), MEMORY_PARTIAL);
	ck_assert_uint_eq(look.regions[1].ranges[0].start, base + (RUN + 2) * PAGE);
}
END_TEST

START_TEST(half_a_page_forgotten_is_a_partial_reload)
{
	run_page(1)[8] ^= 0xff; /* two dirty bytes, of which one is brought back */
	run_it();
	run_page(1)[8] ^= 0xff;
	ck_assert_uint_eq(restart_look(), MEMORY_PARTIAL);
}
END_TEST

START_TEST(data_that_is_zeroed_and_not_copied_is_a_partial_reload)
{
	run_it();
	memset(run_page(1), 0, PAGE);
	ck_assert_uint_eq(restart_look(), MEMORY_PARTIAL);
}
END_TEST

START_TEST(code_that_a_restart_spoils_has_its_own_cause)
{
	run_it();
	reload_all(boot_bytes);
	run_page(0)[1] ^= 1;
	ck_assert_uint_eq(restart_look(), MEMORY_CHANGED);
	run_it();
	reload_all(boot_bytes);
	memset(run_page(0), 0, PAGE);
	ck_assert_uint_eq(restart_look(), MEMORY_CODE_CLEARED);
}
END_TEST

START_TEST(what_was_clean_before_proves_nothing)
{
	look_at(DEMAND_REPORT, WITNESS_PD_RUN, "hello");
	ck_assert_uint_eq(restart_look(), MEMORY_WAS_CLEAN);
	run_it();
	reload_all(boot_bytes);
	ck_assert_uint_eq(restart_look(), MEMORY_INTACT);
	/* A second look without a new one before it knows of no dirt. */
	ck_assert_uint_eq(restart_look(), MEMORY_WAS_CLEAN);
}
END_TEST

START_TEST(somebody_elses_dirt_is_nobodys_business)
{
	ram[(OTHER + 1) * PAGE] ^= 1; /* checksum runs on */
	run_it();
	reload_all(boot_bytes);
	ck_assert_uint_eq(restart_look(), MEMORY_INTACT);
	ck_assert_uint_eq(look_at(DEMAND_INTACT, WITNESS_PD_RUN, NULL), MEMORY_INTACT);
	ram[OTHER * PAGE] ^= 1;
	ck_assert_uint_eq(look_at(DEMAND_INTACT, WITNESS_PD_RUN, "hello"), MEMORY_INTACT);
	ck_assert_uint_eq(look_at(DEMAND_INTACT, WITNESS_PD_RUN, NULL), MEMORY_CHANGED);
	ck_assert_uint_eq(look_at(DEMAND_INTACT, WITNESS_PD_RUN, "nobody"), MEMORY_EMPTY);
}
END_TEST

START_TEST(a_kept_copy_must_stay_writable_segments_too)
{
	ck_assert_uint_eq(look_at(DEMAND_INTACT, WITNESS_PD_PRISTINE, "hello"), MEMORY_INTACT);
	ram[(WAITS + 1) * PAGE] ^= 1;
	ck_assert_uint_eq(look_at(DEMAND_INTACT, WITNESS_PD_PRISTINE, "hello"), MEMORY_CHANGED);
}
END_TEST

START_TEST(an_update_that_took_is_what_is_held_against)
{
	run_it();
	reload_all(new_bytes);
	ck_assert_uint_eq(restart_look(), MEMORY_OTHER_VERSION);
	ck_assert_int_eq(versions_hold(&versions, "hello", &updates[0]), 0);
	run_it();
	reload_all(new_bytes);
	ck_assert_uint_eq(restart_look(), MEMORY_INTACT);
	ck_assert_uint_eq(look_at(DEMAND_INTACT, WITNESS_PD, "hello"), MEMORY_INTACT); /* what waits is the old one */
	ck_assert_int_eq(versions_hold(&versions, "nobody", NULL), -1);
}
END_TEST

START_TEST(an_update_that_did_not_take_is_the_wrong_version)
{
	versions_hold(&versions, "hello", &updates[0]);
	run_it();
	reload_all(boot_bytes);
	ck_assert_uint_eq(restart_look(), MEMORY_OTHER_VERSION);
	ck_assert_uint_eq(look_at(DEMAND_INTACT, WITNESS_PD_RUN, "hello"), MEMORY_OTHER_VERSION);
	run_it(); /* and when nothing was reloaded at all, its code still tells */
	ck_assert_uint_eq(restart_look() & MEMORY_OTHER_VERSION, MEMORY_OTHER_VERSION);
}
END_TEST

START_TEST(pages_of_two_versions_are_a_mixture)
{
	versions_hold(&versions, "hello", &updates[0]);
	run_it();
	reload_all(new_bytes);
	reload(0, boot_bytes);
	ck_assert_uint_eq(restart_look(), MEMORY_MIXED);
}
END_TEST

/* Where images wait: hello's three pages, and far behind them checksum's code. All of it is wiped but for `kept` bytes. */
static unsigned wiped_look(size_t kept)
{
	memset(ram + kept, 0, 3 * PAGE - kept);
	memset(ram + OTHER * PAGE, 0, PAGE);
	return look_at(DEMAND_INTACT, WITNESS_PD, NULL);
}

START_TEST(all_wiped_but_the_first_bytes_of_an_untyped_is_an_incomplete_clear)
{
	ck_assert_uint_eq(wiped_look(256), MEMORY_REMAINDER | MEMORY_CODE_CLEARED | MEMORY_DATA_CLEARED);
	ck_assert_uint_eq(wiped_look(0), MEMORY_CODE_CLEARED | MEMORY_DATA_CLEARED);
}
END_TEST

START_TEST(a_wipe_that_left_something_else_is_no_incomplete_clear)
{
	const unsigned cleared = MEMORY_CODE_CLEARED | MEMORY_DATA_CLEARED;

	ck_assert_uint_eq(wiped_look(256), MEMORY_REMAINDER | cleared);
	ram[PAGE - 1] = boot_bytes[PAGE - 1]; /* the end of that page, too */
	ck_assert_uint_eq(look_at(DEMAND_INTACT, WITNESS_PD, NULL), cleared);
	ck_assert_uint_eq(wiped_look(PAGE), cleared); /* a whole page: whoever wiped the rest did not begin there */
	memcpy(ram, boot_bytes, 256);
	memcpy(ram + OTHER * PAGE, checksum_bytes, PAGE); /* somebody else has all of his */
	ck_assert_uint_eq(look_at(DEMAND_INTACT, WITNESS_PD, NULL), cleared);
	wiped_look(0);
	memcpy(ram + 2 * PAGE, boot_bytes + 2 * PAGE, 256); /* not at the beginning */
	ck_assert_uint_eq(look_at(DEMAND_INTACT, WITNESS_PD, NULL), cleared);
}
END_TEST

START_TEST(no_untyped_begins_in_the_middle_of_what_was_wiped)
{
	memset(run_page(0) + 256, 0, PAGE - 256); /* the code that runs, 8 and 16 pages into RAM, both wiped */
	memset(ram + OTHER * PAGE, 0, PAGE);
	ck_assert_uint_eq(look_at(DEMAND_INTACT, WITNESS_PD_RUN, NULL), MEMORY_CODE_CLEARED);
}
END_TEST

START_TEST(a_table_that_changed_is_nobodys_code)
{
	regions[5].owner = REGION_TABLE;
	regions[5].access = ACCESS_READ;
	ram[(OTHER + 1) * PAGE] ^= 1;
	ck_assert_uint_eq(look_at(DEMAND_INTACT, WITNESS_TABLE | WITNESS_PD, NULL), MEMORY_SYSTEM_WRONG);
	memset(ram + (OTHER + 1) * PAGE, 0, PAGE);
	ck_assert_uint_eq(look_at(DEMAND_INTACT, WITNESS_TABLE | WITNESS_PD, NULL), MEMORY_TABLE_CLEARED);
}
END_TEST

START_TEST(a_wiped_ram_shows_no_image)
{
	look_at(DEMAND_INTACT, WITNESS_PD, NULL);
	ck_assert(findings_image_is_there(&look));
	memset(ram, 0, sizeof ram);
	look_at(DEMAND_INTACT, WITNESS_PD, NULL);
	ck_assert(!findings_image_is_there(&look));
	memcpy(ram + OTHER * PAGE, checksum_bytes, PAGE); /* one page is enough */
	look_at(DEMAND_INTACT, WITNESS_PD, NULL);
	ck_assert(findings_image_is_there(&look));
}
END_TEST

START_TEST(after_a_reset_nothing_acquits_and_only_failures_are_accused)
{
	static const struct {
		unsigned found;
		bool failed, kept;
		unsigned counts;
	} rows[] = {
		{MEMORY_CODE_CLEARED, true, true, MEMORY_CODE_CLEARED},
		{MEMORY_CODE_CLEARED, false, true, 0},
		{MEMORY_CODE_CLEARED, true, false, 0},
		{MEMORY_CODE_CLEARED, false, false, 0},
		{MEMORY_INTACT, true, true, 0},
		{MEMORY_INTACT, false, true, 0},
		{MEMORY_EMPTY, true, true, 0},
		{MEMORY_CODE_CLEARED | MEMORY_INTACT | MEMORY_TABLE_CLEARED, true, true, MEMORY_CODE_CLEARED | MEMORY_TABLE_CLEARED},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		ck_assert_uint_eq(findings_after_reset(rows[i].found, rows[i].failed, rows[i].kept), rows[i].counts);
}
END_TEST

Suite *findings_test(void)
{
	Suite *s = suite_create("findings");
	TCase *t = tcase_create("findings");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, a_whole_reload_is_found_intact);
	tcase_add_test(t, a_restart_that_reloads_nothing_is_stale);
	tcase_add_test(t, a_page_forgotten_is_a_partial_reload);
	tcase_add_test(t, half_a_page_forgotten_is_a_partial_reload);
	tcase_add_test(t, data_that_is_zeroed_and_not_copied_is_a_partial_reload);
	tcase_add_test(t, code_that_a_restart_spoils_has_its_own_cause);
	tcase_add_test(t, what_was_clean_before_proves_nothing);
	tcase_add_test(t, somebody_elses_dirt_is_nobodys_business);
	tcase_add_test(t, a_kept_copy_must_stay_writable_segments_too);
	tcase_add_test(t, an_update_that_took_is_what_is_held_against);
	tcase_add_test(t, an_update_that_did_not_take_is_the_wrong_version);
	tcase_add_test(t, pages_of_two_versions_are_a_mixture);
	tcase_add_test(t, all_wiped_but_the_first_bytes_of_an_untyped_is_an_incomplete_clear);
	tcase_add_test(t, a_wipe_that_left_something_else_is_no_incomplete_clear);
	tcase_add_test(t, no_untyped_begins_in_the_middle_of_what_was_wiped);
	tcase_add_test(t, a_table_that_changed_is_nobodys_code);
	tcase_add_test(t, a_wiped_ram_shows_no_image);
	tcase_add_test(t, after_a_reset_nothing_acquits_and_only_failures_are_accused);
	suite_add_tcase(s, t);
	return s;
}
