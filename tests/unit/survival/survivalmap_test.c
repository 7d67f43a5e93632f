#include "survival/map.h"

#include <check.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "survival/draw.h"
#include "survival/file.h"
#include "survival/track.h"
#include "survival/made.h"

Suite *survivalmap_test(void);

static struct survival_map map, back;
static struct err e;

static void set_up(void)
{
	made_map(&map);
	memset(&back, 0, sizeof back);
}

static void tear_down(void)
{
	map_finish(&map);
	map_finish(&back);
}

static void read_back(const char *text, size_t n)
{
	map_finish(&back);
	ck_assert_msg(map_parse(&back, "survival.jsonl", text, n, &e) == 0, "%s", e.what);
}

/* Many more changes than there is room for, of one page; two others change at the beginning and at the end. */
static void too_many(unsigned count)
{
	made_change(&map, 0, 1, STATE_INTACT, 500, 1000);
	for (unsigned i = 0; i < count; i++)
		made_change(&map, 1, 1, i % 2 ? STATE_INTACT : STATE_CHANGED, 1000 + i * 10, 1005 + i * 10);
	made_change(&map, 0, 1, STATE_CLEARED, map.end_us, map.end_us + 10);
}

START_TEST(neighbours_that_change_alike_are_one_line)
{
	size_t begun = map.change_count;

	made_change(&map, 0, 3, STATE_INTACT, 8000, 10000);
	ck_assert_uint_eq(map.change_count, begun + 1);
	made_change(&map, 3, 2, STATE_INTACT, 8000, 10000); /* another region */
	ck_assert_uint_eq(map.change_count, begun + 2);
	made_change(&map, 0, 1, STATE_CLEARED, 10000, 11000);
	made_change(&map, 1, 1, STATE_CLEARED, 10001, 11000);
	ck_assert_uint_eq(map.change_count, begun + 4);
}
END_TEST

START_TEST(of_very_many_changes_the_first_and_the_last_are_kept)
{
	struct map_tracks t;
	unsigned thinned = 0;

	too_many(100000);
	ck_assert_uint_le(map.change_count, MAP_MOST_CHANGES);
	ck_assert_uint_eq(map.change_count + map.thinned_changes, 100000 + 2 + 2);
	tracks_make(&t, &map);
	ck_assert_int_eq(t.items[t.first[1] + 1].since_us, 1005);
	ck_assert_int_eq(t.items[t.first[2] - 1].since_us, 1005 + 99999 * 10);
	for (size_t i = t.first[1]; i < t.first[2]; i++) {
		ck_assert(i == t.first[1] || t.items[i].since_us >= t.items[i - 1].since_us);
		thinned += t.items[i].thinned != NULL;
	}
	ck_assert_uint_eq(thinned, 1);
	ck_assert_uint_eq(map.thinned[1].states, 1u << STATE_INTACT | 1u << STATE_CHANGED);
	ck_assert_uint_eq(map.thinned[1].changes, map.thinned_changes);
	/* Of the others nothing is lost. */
	ck_assert_uint_eq(t.first[1] - t.first[0], 3);
	ck_assert_uint_eq(map.thinned[0].changes, 0);
	ck_assert_int_eq(tracks_last_state(&t, 0), STATE_CLEARED);
	tracks_finish(&t);
}
END_TEST

START_TEST(of_very_many_marks_the_first_and_the_last_are_kept)
{
	for (int i = 0; i < 5000; i++)
		map_add_mark(&map, MARK_LOOK, i < 10 ? "early" : "later", i);
	ck_assert_uint_eq(map.mark_count, MAP_MOST_MARKS);
	ck_assert_uint_eq(map.thinned_marks, 5000 - MAP_MOST_MARKS);
	ck_assert_int_eq(map.marks[0].at_us, 0);
	ck_assert_int_eq(map.marks[MAP_MOST_MARKS - 1].at_us, 4999);
	map_add_mark(&map, MARK_PHASE, "boot", 3);
	map_sort_marks(&map);
	ck_assert_str_eq(map.marks[4].name, "boot");
	ck_assert_str_eq(map.marks[3].name, "early");
}
END_TEST

START_TEST(an_image_of_more_pages_than_are_sampled_says_so)
{
	struct map_region big = {.name = "big", .owner = "monitor", .role = "waits", .access = "rw", .paddr = 0x70000000,
				 .size = (uint64_t)MAP_MOST_PAGES * 4096};

	ck_assert(!map_add_region(&map, &big));
	ck_assert_uint_eq(map.left_out, MAP_MOST_PAGES);
	big.size = UINT64_MAX - 5;
	big.paddr = 4095;
	ck_assert(!map_add_region(&map, &big));
	big.size = 4096;
	ck_assert(map_add_region(&map, &big)); /* it is still room for a small one */
	ck_assert_uint_eq(map.regions[2].pages, 2);
}
END_TEST

/* ---- the file ---- */

static void same_again(void)
{
	char *text = map_text(&map), *again;

	read_back(text, strlen(text));
	again = map_text(&back);
	ck_assert_str_eq(text, again);
	free(text);
	free(again);
}

START_TEST(a_file_is_read_back_as_it_was)
{
	map_finish(&map);
	made_story(&map);
	same_again();
	ck_assert_str_eq(back.session, "pd-survives.made.board.1");
	ck_assert_uint_eq(back.page_count, 5);
	ck_assert_str_eq(back.regions[1].pd, "hello");
	ck_assert(back.regions[0].judged && !back.regions[1].judged);
	ck_assert_uint_eq(back.mark_count, 4);
	ck_assert_str_eq(back.marks[2].name, "kernel & <co>");
}
END_TEST

START_TEST(a_thinned_file_is_read_back_as_it_was)
{
	too_many(30000);
	same_again();
	ck_assert_uint_eq(back.thinned_changes, map.thinned_changes);
	ck_assert_int_eq(back.thinned[1].last, map.thinned[1].last);
}
END_TEST

static void refused(const char *text, size_t n)
{
	map_finish(&back);
	memset(&e, 0, sizeof e);
	ck_assert_int_eq(map_parse(&back, "survival.jsonl", text, n, &e), -1);
	ck_assert_int_eq(e.kind, ERR_IO);
	ck_assert_msg(strncmp(e.where, "survival.jsonl", 14) == 0, "%s", e.where);
	ck_assert_str_ne(e.what, "");
}

START_TEST(a_file_that_is_cut_anywhere_is_refused)
{
	char *text;
	size_t n;

	map_finish(&map);
	made_story(&map);
	text = map_text(&map);
	n = strlen(text);
	for (size_t i = 0; i < n; i++)
		refused(text, i);
	refused(text + 1, n - 1);
	read_back(text, n);
	free(text);
}
END_TEST

START_TEST(a_file_with_any_byte_altered_is_refused)
{
	char *text;
	size_t n;

	map_finish(&map);
	made_story(&map);
	text = map_text(&map);
	n = strlen(text);
	for (size_t i = 0; i < n; i++) {
		text[i] ^= 1;
		refused(text, n);
		text[i] ^= 1;
	}
	read_back(text, n);
	free(text);
}
END_TEST

/* What no writer of ours writes: a right sum below wrong lines. */
static const struct {
	const char *from, *to, *says;
} lies[] = {
	{"\"survival-map\":1", "\"survival-map\":2", "another version"},
	{"\"samples\"", "\"simples\"", "first line lacks"},
	{"\"size\":12288", "\"size\":0", "do not agree"},
	{"\"size\":12288", "\"size\":-1", "do not agree"},
	{"\"size\":12288", "\"size\":9223372036854775807", "do not agree"},
	{"\"pages\":3", "\"pages\":4", "do not agree"},
	{"\"first\":3", "\"first\":2", "do not agree"},
	{"\"paddr\":\"0x60200000\"", "\"paddr\":\"0x6020000g\"", "do not agree"},
	{"\"paddr\":\"0x60200000\"", "\"paddr\":\"0xffffffffffffffff\"", "do not agree"},
	{"\"role\"", "\"rule\"", "a region lacks"},
	{"[\"look\",", "[\"glance\",", "no mark"},
	{"[0,3,\"intact\"", "[0,3,\"lost\"", "no change"},
	{"[0,3,\"intact\"", "[0,6,\"intact\"", "there are not"},
	{"[0,3,\"intact\"", "[-1,3,\"intact\"", "there are not"},
	{"[0,3,\"intact\"", "[4294967296,3,\"intact\"", "there are not"},
	{"[0,3,\"intact\"", "[0,0,\"intact\"", "there are not"},
	{"8000,10000", "10001,10000", "there are not"},
	{"[3,2,\"not-loaded\",0,0,1]", "[4,1,\"not-loaded\",0,0,1]", "no state at the beginning"},
	{"{\"mark\":[\"power-on\",\"\",0]}", "{\"remark\":[\"power-on\",\"\",0]}", "nothing that is known"},
	{"{\"mark\":[\"power-on\",\"\",0]}", "{\"thinned\":[9,1,[],\"intact\",1,2]}", "no such thing"},
	{"{\"mark\":[\"power-on\",\"\",0]}", "{\"thinned\":[0,1,[\"lost\"],\"intact\",1,2]}", "no state that there is"},
	{"{\"mark\":[\"power-on\",\"\",0]}", "[]", "no JSON object"},
	{"{\"mark\":[\"power-on\",\"\",0]}", "{\"mark\":", "no JSON object"},
};

START_TEST(lines_that_cannot_be_are_refused)
{
	char *text, *at;
	struct buf lie;

	map_finish(&map);
	made_story(&map);
	text = map_text(&map);
	at = strstr(text, lies[_i].from);
	ck_assert_ptr_nonnull(at);
	buf_init(&lie);
	buf_add(&lie, text, (size_t)(at - text));
	buf_adds(&lie, lies[_i].to);
	at += strlen(lies[_i].from);
	buf_add(&lie, at, (size_t)(strstr(text, "{\"end\"") - at));
	buf_printf(&lie, "{\"end\":\"%08lx\"}\n", crc32(0, (const unsigned char *)lie.data, (unsigned)lie.len));
	refused(lie.data, lie.len);
	ck_assert_msg(strstr(e.what, lies[_i].says) != NULL, "%s", e.what);
	buf_finish(&lie);
	free(text);
}
END_TEST

START_TEST(a_file_that_is_not_there_is_an_error)
{
	ck_assert_int_eq(map_read(&back, "/nonexistent/survival.jsonl", &e), -1);
	ck_assert_int_eq(e.kind, ERR_IO);
	ck_assert_int_eq(map_write("/nonexistent/survival.jsonl", &map, &e), -1);
}
END_TEST

/* ---- columns ---- */

static void columns_are(uint32_t page, const char *want)
{
	static const char letters[SHADE_COUNT] = {[STATE_NOT_LOADED] = '.', [STATE_INTACT] = '=', [STATE_CHANGED] = 'x',
						  [STATE_CLEARED] = '0', [STATE_RESTORED] = 'R', [SHADE_WRITTEN] = 'w',
						  [SHADE_THINNED] = '~'};
	struct map_view v = {0, map.end_us, strlen(want)};
	struct map_tracks t;
	struct cell cells[64];
	char got[65] = "";

	tracks_make(&t, &map);
	tracks_cells(&t, page, &v, cells);
	for (size_t i = 0; i < v.columns; i++)
		got[i] = cells[i].unsure ? ':' : letters[cells[i].shade];
	ck_assert_str_eq(got, want);
	tracks_finish(&t);
}

START_TEST(columns_show_what_was_when)
{
	map_finish(&map);
	made_story(&map);
	/* a column is 1 ms; a change is somewhere between two samples */
	columns_are(0, "........::==============================");
	columns_are(1, "........::======::::000000000:RRRRRRRRRR");
	columns_are(4, "........::====:wwwwwwwwwwwwwwwwwwwwwwwww");
	/* a column is 10 ms: what was lost in it shows, even if it is restored before the column ends */
	columns_are(1, ".=0R");
	columns_are(4, ".www");
}
END_TEST

START_TEST(a_page_that_is_lost_and_restored_within_a_column_shows_as_lost)
{
	made_change(&map, 0, 5, STATE_INTACT, 1000, 1000);
	made_change(&map, 0, 1, STATE_CLEARED, 2100, 2200);
	made_change(&map, 0, 1, STATE_RESTORED, 2300, 2400);
	made_change(&map, 4, 1, STATE_CHANGED, 2100, 2200);
	made_change(&map, 4, 1, STATE_RESTORED, 2300, 2400);
	map.end_us = 6000;
	columns_are(0, ".=0RRR");
	columns_are(4, ".=RRRR"); /* its owner may write to it */
	columns_are(1, ".=====");
}
END_TEST

START_TEST(the_view_begins_a_little_before_the_first_change)
{
	struct map_view v;

	map_finish(&map);
	made_story(&map);
	v = map_view_of(&map, 100);
	ck_assert_int_eq(v.to_us, 40000);
	ck_assert_int_eq(v.from_us, 4000);
	ck_assert_uint_eq(map_view_column(&v, 0), 0);
	ck_assert_uint_eq(map_view_column(&v, 40000), 99);
	ck_assert_uint_eq(map_view_column(&v, 22000), 50);
	ck_assert_int_eq(axis_step(&v, 7), 10000);
	ck_assert_int_eq(axis_step(&v, 40), 1000);
}
END_TEST

Suite *survivalmap_test(void)
{
	Suite *s = suite_create("survival/map");
	TCase *t = tcase_create("map");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, neighbours_that_change_alike_are_one_line);
	tcase_add_test(t, of_very_many_changes_the_first_and_the_last_are_kept);
	tcase_add_test(t, of_very_many_marks_the_first_and_the_last_are_kept);
	tcase_add_test(t, an_image_of_more_pages_than_are_sampled_says_so);
	tcase_add_test(t, a_file_is_read_back_as_it_was);
	tcase_add_test(t, a_thinned_file_is_read_back_as_it_was);
	tcase_add_test(t, a_file_that_is_cut_anywhere_is_refused);
	tcase_add_test(t, a_file_with_any_byte_altered_is_refused);
	tcase_add_loop_test(t, lines_that_cannot_be_are_refused, 0, sizeof lies / sizeof lies[0]);
	tcase_add_test(t, a_file_that_is_not_there_is_an_error);
	tcase_add_test(t, columns_show_what_was_when);
	tcase_add_test(t, a_page_that_is_lost_and_restored_within_a_column_shows_as_lost);
	tcase_add_test(t, the_view_begins_a_little_before_the_first_change);
	suite_add_tcase(s, t);
	return s;
}
