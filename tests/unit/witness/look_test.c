#include "witness/look.h"

#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "witness/record.h"

Suite *look_test(void);

enum { PAGE = PAGE_SIZE_4K, BASE = 0x60000000, PAGES = 6 };

/* One page each: kernel rx, monitor rw, table ro, hello rx, hello rw, one that nobody owns. */
static uint8_t image[PAGES * PAGE], ram[PAGES * PAGE];
static struct region regions[PAGES];
static struct image_pd pds[] = {{.name = "hello", .build_id = ""}};
static struct boot_image img;
static struct versions versions;
static struct before before;
static struct look look;
static unsigned reads;
static struct err e;

static const uint8_t *view(void *ctx, uint64_t paddr, uint64_t size)
{
	(void)ctx;
	if (paddr < BASE || paddr - BASE > sizeof ram || size > sizeof ram - (paddr - BASE))
		return NULL;
	return ram + (paddr - BASE);
}

static int read_ram(void *ctx, uint64_t paddr, void *buf, size_t size, struct err *err)
{
	const uint8_t *p = view(ctx, paddr, size);

	reads++;
	if (!p)
		return err_set(err, ERR_INFRA, "the debugger is gone");
	memcpy(buf, p, size);
	return 0;
}

static const struct memory_reader_ops in_place = {.view = view}, by_copy = {.read = read_ram}, both = {view, read_ram};

static void set_up(void)
{
	static const struct region made[PAGES] = {
		{.owner = REGION_KERNEL, .name = "kernel-0", .access = ACCESS_EXECUTE},
		{.owner = REGION_MONITOR, .name = "monitor-0", .access = ACCESS_WRITE},
		{.owner = REGION_TABLE, .name = "invocation-table", .access = ACCESS_READ},
		{.owner = REGION_PD, .name = "hello-0", .pd = "hello", .access = ACCESS_EXECUTE},
		{.owner = REGION_PD, .name = "hello-1", .pd = "hello", .access = ACCESS_WRITE},
		{.owner = REGION_UNKNOWN, .name = "region-5", .access = ACCESS_UNKNOWN},
	};

	memset(image, 0x42, sizeof image);
	memcpy(ram, image, sizeof ram);
	for (size_t i = 0; i < PAGES; i++) {
		regions[i] = made[i];
		regions[i].paddr = BASE + i * PAGE;
		regions[i].size = PAGE;
		regions[i].bytes = image + i * PAGE;
	}
	img = (struct boot_image){.path = "loader.img", .regions = regions, .region_count = PAGES, .pds = pds, .pd_count = 1};
	versions_init(&versions, &img);
	reads = 0;
}

static void tear_down(void)
{
	look_finish(&look);
	versions_finish(&versions);
	before_finish(&before);
}

static int take(unsigned set, const struct memory_reader_ops *ops)
{
	struct witness_spec spec = {.moment = "kernel-up", .stop = WITNESS_STOP_GUEST, .regions = set,
				    .demand = DEMAND_INTACT};
	struct memory_reader m = {.ops = ops};

	look_finish(&look);
	return look_take(&look, &versions, &spec, 47, &m, &before, &e);
}

START_TEST(only_the_wanted_owners_are_looked_at)
{
	ck_assert_int_eq(take(WITNESS_PD, &in_place), 0);
	ck_assert_uint_eq(look.region_count, 2);
	ck_assert_ptr_eq(look.regions[0].region, &regions[3]);
	ck_assert_int_eq(take(WITNESS_PD | WITNESS_TABLE, &in_place), 0);
	ck_assert_uint_eq(look.region_count, 3);
	ck_assert_int_eq(take(WITNESS_KERNEL | WITNESS_MONITOR, &in_place), 0);
	ck_assert_uint_eq(look.region_count, 2);
	ck_assert_int_eq(take(WITNESS_ALL, &in_place), 0);
	ck_assert_uint_eq(look.region_count, PAGES);
	ck_assert_int_eq(take(0, &in_place), 0);
	ck_assert_uint_eq(look.region_count, 0);
	ck_assert_int_eq(look.at_ms, 47);
	ck_assert_str_eq(look.moment, "kernel-up");
}
END_TEST

START_TEST(a_protection_domain_is_looked_at_by_what_its_memory_is_for)
{
	/* hello-0 waits and runs in two places; hello-1 runs in place. */
	regions[3].kept = true;
	regions[5] = regions[3];
	regions[5].role = REGION_RUNS;
	regions[5].kept = false;
	ck_assert_int_eq(take(WITNESS_PD, &in_place), 0);
	ck_assert_uint_eq(look.region_count, 2);
	ck_assert_int_eq(take(WITNESS_PD_RUN, &in_place), 0);
	ck_assert_uint_eq(look.region_count, 2);
	ck_assert_ptr_eq(look.regions[0].region, &regions[4]);
	ck_assert_ptr_eq(look.regions[1].region, &regions[5]);
	ck_assert_int_eq(take(WITNESS_PD_PRISTINE, &in_place), 0);
	ck_assert_uint_eq(look.region_count, 1);
	ck_assert_ptr_eq(look.regions[0].region, &regions[3]);
	ck_assert_int_eq(take(WITNESS_PDS, &in_place), 0);
	ck_assert_uint_eq(look.region_count, 3); /* none twice */
	regions[5].role = REGION_PRISTINE;
	ck_assert_int_eq(take(WITNESS_PD_RUN, &in_place), 0);
	ck_assert_uint_eq(look.region_count, 1);
	ck_assert_int_eq(take(WITNESS_ALL, &in_place), 0);
	ck_assert_uint_eq(look.region_count, 5); /* nothing that only comes later */
}
END_TEST

START_TEST(a_view_is_taken_before_a_copy)
{
	ck_assert_int_eq(take(WITNESS_PD, &both), 0);
	ck_assert_uint_eq(reads, 0);
	ck_assert_int_eq(take(WITNESS_PD, &by_copy), 0);
	ck_assert_uint_eq(reads, 2);
	ck_assert_int_eq(look_outcome(&look), LOOK_HOLDS);
}
END_TEST

START_TEST(memory_that_is_not_there_is_infra)
{
	regions[4].paddr = 0x10;
	ck_assert_int_eq(take(WITNESS_PD, &in_place), -1);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "hello-1"));
	ck_assert_int_eq(take(WITNESS_PD, &both), -1);
	ck_assert_str_eq(e.what, "the debugger is gone");
	ck_assert_int_eq(take(WITNESS_TABLE, &in_place), 0);
}
END_TEST

START_TEST(the_outcome_stands_on_judged_pages_only)
{
	ck_assert_int_eq(take(WITNESS_PD, &in_place), 0);
	ck_assert_int_eq(look_outcome(&look), LOOK_HOLDS);
	memset(ram + 4 * PAGE, 0, PAGE); /* hello's writable data */
	ck_assert_int_eq(take(WITNESS_PD, &in_place), 0);
	ck_assert_int_eq(look_outcome(&look), LOOK_HOLDS);
	ck_assert_uint_eq(look_judged(&look, REGION_PD, PAGE_CLEARED), 0);
	memset(ram + 3 * PAGE, 0, PAGE); /* its code */
	ck_assert_int_eq(take(WITNESS_PD, &in_place), 0);
	ck_assert_int_eq(look_outcome(&look), LOOK_BROKEN);
	ck_assert_uint_eq(look_judged(&look, REGION_PD, PAGE_CLEARED), 1);
	ck_assert_uint_eq(look_judged(&look, REGION_TABLE, PAGE_CLEARED), 0);
	ck_assert_int_eq(take(WITNESS_TABLE, &in_place), 0);
	ck_assert_int_eq(look_outcome(&look), LOOK_HOLDS);
}
END_TEST

START_TEST(one_changed_byte_breaks_it)
{
	ram[3 * PAGE + 1234] ^= 1;
	ck_assert_int_eq(take(WITNESS_PD, &by_copy), 0);
	ck_assert_int_eq(look_outcome(&look), LOOK_BROKEN);
}
END_TEST

/* Before the kernel has run nobody can have written to what may be written, if the guest itself holds there. */
START_TEST(when_all_is_loaded_writable_regions_are_judged)
{
	static const struct {
		const char *moment;
		enum witness_stop stop;
		enum look_outcome outcome;
	} rows[] = {{"loaded", WITNESS_STOP_GUEST, LOOK_BROKEN},    {"loaded.2", WITNESS_STOP_GUEST, LOOK_BROKEN},
		    {"loaded", WITNESS_STOP_MACHINE, LOOK_HOLDS},   {"loadedx", WITNESS_STOP_GUEST, LOOK_HOLDS},
		    {"kernel-up", WITNESS_STOP_GUEST, LOOK_HOLDS}};
	struct memory_reader m = {.ops = &in_place};

	ram[4 * PAGE] ^= 1;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct witness_spec spec = {.moment = rows[i].moment, .stop = rows[i].stop, .regions = WITNESS_ALL,
					    .demand = DEMAND_INTACT};

		look_finish(&look);
		ck_assert_int_eq(look_take(&look, &versions, &spec, 47, &m, &before, &e), 0);
		ck_assert_int_eq(look_outcome(&look), rows[i].outcome);
	}
	ram[4 * PAGE] ^= 1;
	ram[5 * PAGE] ^= 1; /* nobody's: whoever wrote the image knows what it is */
	look_finish(&look);
	ck_assert_int_eq(look_take(&look, &versions, &(struct witness_spec){.moment = "loaded", .stop = WITNESS_STOP_GUEST,
									    .regions = WITNESS_ALL, .demand = DEMAND_INTACT},
				   47, &m, &before, &e), 0);
	ck_assert_int_eq(look_outcome(&look), LOOK_HOLDS);
}
END_TEST

START_TEST(blank_or_unjudged_pages_prove_nothing)
{
	ck_assert_int_eq(take(WITNESS_MONITOR, &in_place), 0);
	ck_assert_int_eq(look_outcome(&look), LOOK_NOTHING);
	memset(image + 3 * PAGE, 0, PAGE);
	memset(ram + 3 * PAGE, 0, PAGE);
	ck_assert_int_eq(take(WITNESS_PD, &in_place), 0);
	ck_assert_int_eq(look_outcome(&look), LOOK_NOTHING);
	ck_assert_int_eq(take(0, &in_place), 0);
	ck_assert_int_eq(look_outcome(&look), LOOK_NOTHING);
}
END_TEST

START_TEST(the_record_holds_every_figure)
{
	const char *name, *owner, *pd, *class, *start, *end, *stopped, *outcome, *sha;
	int cleared, judged, at_ms;
	json_t *root;
	char *json;

	memset(ram + 3 * PAGE, 0, PAGE);
	ck_assert_int_eq(take(WITNESS_PD, &in_place), 0);
	json = witness_json(&img, "0123", &(struct looks){.items = &look, .count = 1});
	root = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_ptr_nonnull(root);
	ck_assert_int_eq(
		json_unpack(root, "{s:s, s:[{s:i, s:s, s:s, s:[{s:s, s:s, s:s, s:b, s:{s:i}, s:[{s:s, s:s, s:s}]}]}]}",
			    "image_sha256", &sha, "looks", "at_ms", &at_ms, "stopped", &stopped, "outcome", &outcome,
			    "regions", "region", &name, "owner", &owner, "pd", &pd, "judged", &judged, "pages",
			    "cleared", &cleared, "ranges", "class", &class, "start", &start, "end", &end),
		0);
	ck_assert_str_eq(sha, "0123");
	ck_assert_int_eq(at_ms, 47);
	ck_assert_str_eq(stopped, "guest");
	ck_assert_str_eq(outcome, "broken");
	ck_assert_str_eq(name, "hello-0");
	ck_assert_str_eq(owner, "pd");
	ck_assert_str_eq(pd, "hello");
	ck_assert_int_eq(judged, 1);
	ck_assert_int_eq(cleared, 1);
	ck_assert_str_eq(class, "cleared");
	ck_assert_str_eq(start, "0x60003000");
	ck_assert_str_eq(end, "0x60004000");
	json_decref(root);
	free(json);
}
END_TEST

START_TEST(names_that_are_no_text_do_not_spoil_the_record)
{
	json_t *root;
	char *json;

	regions[3].name = "\xff\xfe-0";
	ck_assert_int_eq(take(WITNESS_PD, &in_place), 0);
	json = witness_json(&img, "0123", &(struct looks){.items = &look, .count = 1});
	root = json_loads(json, 0, NULL);
	ck_assert_ptr_nonnull(root);
	ck_assert_uint_eq(
		json_array_size(json_object_get(json_array_get(json_object_get(root, "looks"), 0), "regions")), 2);
	json_decref(root);
	free(json);
}
END_TEST

START_TEST(a_record_that_cannot_be_written_is_an_error)
{
	ck_assert_int_eq(take(WITNESS_PD, &in_place), 0);
	ck_assert_int_eq(witness_write("/nonexistent/witness.json", &img, "0123",
				       &(struct looks){.items = &look, .count = 1}, &e), -1);
	ck_assert_int_eq(e.kind, ERR_IO);
}
END_TEST

Suite *look_test(void)
{
	Suite *s = suite_create("look");
	TCase *t = tcase_create("look");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, only_the_wanted_owners_are_looked_at);
	tcase_add_test(t, a_protection_domain_is_looked_at_by_what_its_memory_is_for);
	tcase_add_test(t, a_view_is_taken_before_a_copy);
	tcase_add_test(t, memory_that_is_not_there_is_infra);
	tcase_add_test(t, the_outcome_stands_on_judged_pages_only);
	tcase_add_test(t, one_changed_byte_breaks_it);
	tcase_add_test(t, blank_or_unjudged_pages_prove_nothing);
	tcase_add_test(t, when_all_is_loaded_writable_regions_are_judged);
	tcase_add_test(t, the_record_holds_every_figure);
	tcase_add_test(t, names_that_are_no_text_do_not_spoil_the_record);
	tcase_add_test(t, a_record_that_cannot_be_written_is_an_error);
	suite_add_tcase(s, t);
	return s;
}
