#include "live/view.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live/screen.h"
#include "util/mem.h"
#include "util/utf8.h"

Suite *view_test(void);

static struct view view;

static void begin(size_t id, const char *board, const char *phase, const char *line, int64_t began_ms, int64_t expected_ms)
{
	struct view_row *r = view_begin(&view, id);

	r->board = board;
	r->scenario = "pd-survives";
	r->variant = "patched";
	r->began_ms = began_ms;
	r->expected_ms = expected_ms;
	snprintf(r->seen.phase, sizeof r->seen.phase, "%s", phase);
	snprintf(r->seen.line, sizeof r->seen.line, "%s", line);
}

static char *draw(size_t columns, size_t rows, int64_t now_ms)
{
	struct buf out = {0};

	view_draw(&view, columns, rows, now_ms, &out);
	return buf_steal(&out);
}

static void expect(const char *want, size_t columns, size_t rows, int64_t now_ms)
{
	char *got = draw(columns, rows, now_ms);

	ck_assert_str_eq(got, want);
	free(got);
}

static void setup(void)
{
	view_init(&view, 9, false);
	view.one_scenario = true;
}

static void teardown(void)
{
	view_finish(&view);
}

START_TEST(test_lines_of_sessions_and_totals)
{
	begin(4, "qemu_virt_aarch64", "restart", "MON|INFO: up", 1000, 12000);
	begin(7, "two", "up", "", 4000, -1);
	view.ended[VERDICT_PASS] = 2;
	view.ended[VERDICT_FAIL] = 1;
	view.left_ms = 65000;
	expect("qemu_virt_aarch64  patched  restart  3.2s of 12s  MON|INFO: up\n"
	       "two                patched  up              0.2s  \n"
	       "3 of 9 ended: 2 pass · 1 fail  2 running  about 1m05s left\n", 80, 10, 4200);
	/* A row above where there is room; the one that ends is gone, and no column jumps. */
	view_end(&view, 4);
	expect("\n"
	       "two                patched  up              2.0s  \n"
	       "3 of 9 ended: 2 pass · 1 fail  1 running  about 1m05s left\n", 80, 24, 6000);
	ck_assert_ptr_null(view_find(&view, 4));
	ck_assert_ptr_nonnull(view_find(&view, 7));
}
END_TEST

START_TEST(test_board_scenario_and_waiting)
{
	begin(1, "kind", "preparing", "", 0, 5000);
	view.one_scenario = false;
	view.one_variant = true;
	view.rows[0].waits = true;
	expect("kind  pd-survives  waits for the board  0.5s  \n0 of 9 ended  1 running\n", 80, 10, 500);
	view.rows[0].waits = false;
	snprintf(view.rows[0].seen.unit, sizeof view.rows[0].seen.unit, "kind-3");
	expect("kind-3  pd-survives  preparing            0.5s of 5.0s  \n0 of 9 ended  1 running\n", 80, 10, 500);
}
END_TEST

START_TEST(test_what_control_c_brought_about)
{
	begin(1, "one", "up", "", 0, -1);
	view.left_ms = 5000;
	view.course = VIEW_DRAINS;
	expect("one  patched  up  1.0s  \n0 of 9 ended  1 running\n"
	       "^C: nothing more is begun, what runs ends by itself; ^C again ends it at once\n", 80, 10, 1000);
	view.course = VIEW_ENDS;
	expect("one  patched  up  1.0s  \n0 of 9 ended  1 running\n"
	       "cancelled: sessions are told to end, boards are switched off\n", 80, 10, 1000);
}
END_TEST

/* Whatever the size: fewer lines than rows, none as wide as the terminal, and the last says how it stands. */
START_TEST(test_every_size)
{
	static const size_t widths[] = {1, 2, 5, 10, 20, 40, 80, 200}, heights[] = {2, 3, 4, 5, 8, 12, 24, 60};

	for (size_t i = 0; i < 30; i++)
		begin(i, "ボード-qemu_virt_aarch64_uboot", "a phase with a long name", "é wide line 漢字漢字漢字漢字漢字漢字漢字漢字漢字", 0, 3600000);
	view.ended[VERDICT_PASS] = 12345;
	view.left_ms = 123456;
	for (int course = VIEW_GOES_ON; course <= VIEW_ENDS; course++)
		for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++)
			for (size_t h = 0; h < sizeof heights / sizeof heights[0]; h++) {
				char *lines, *line, *rest;
				size_t count = 0;

				view.course = (enum view_course)course;
				memset(view.widths, 0, sizeof view.widths);
				lines = rest = draw(widths[w], heights[h], 7200000);
				while ((line = strsep(&rest, "\n")) && rest) {
					ck_assert_msg(utf8_width(line, strlen(line)) < widths[w] || widths[w] == 1, "%zu: %s", widths[w], line);
					ck_assert(utf8_valid(line, strlen(line)));
					count++;
				}
				ck_assert_uint_lt(count, heights[h]);
				ck_assert_uint_gt(count, 0);
				free(lines);
			}
}
END_TEST

START_TEST(test_those_without_room_are_counted)
{
	char *lines;

	for (size_t i = 0; i < 30; i++)
		begin(i, "board", "up", "", 0, -1);
	lines = draw(80, 24, 1000);
	ck_assert_ptr_nonnull(strstr(lines, "\nand 16 more\n"));
	ck_assert_ptr_nonnull(strstr(lines, "0 of 9 ended  30 running"));
	free(lines);
}
END_TEST

START_TEST(test_results)
{
	struct session_result r = {.name = "a.b.c.debug.1", .verdict = VERDICT_FAIL, .cause = CAUSE_PD_CODE_CLEARED, .duration_ms = 1500};
	struct buf out = {0};

	view_add_result(&out, &r, false, false);
	r.verdict = VERDICT_EXPECTED_FAIL;
	r.cause = CAUSE_NONE;
	view_add_result(&out, &r, true, true);
	ck_assert_str_eq(out.data, "fail          a.b.c.debug.1  pd-code-cleared  1.50s\n"
				   "\033[32mexpected-fail\033[0m a.b.c.debug.1  1.50s  (will be tried again)\n");
	buf_finish(&out);
}
END_TEST

START_TEST(test_spans)
{
	static const struct {
		int64_t ms;
		const char *text;
	} cases[] = {{-5, "0.0s"}, {0, "0.0s"}, {9999, "9.9s"}, {10000, "10s"}, {59999, "59s"}, {60000, "1m00s"}, {3599999, "59m59s"},
		     {3600000, "1h00m"}, {90000000, "25h00m"}};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf out = {0};

		view_add_span(&out, cases[i].ms);
		ck_assert_str_eq(out.data, cases[i].text);
		buf_finish(&out);
	}
}
END_TEST

START_TEST(test_rows_that_lines_take)
{
#define ROWS(text, columns) screen_rows_of(text, strlen(text), columns)
	ck_assert_uint_eq(ROWS("", 80), 0);
	ck_assert_uint_eq(ROWS("\n", 80), 1);
	ck_assert_uint_eq(ROWS("one\ntwo\n", 80), 2);
	ck_assert_uint_eq(ROWS("12345\n", 5), 1);
	ck_assert_uint_eq(ROWS("123456\n", 5), 2);
	ck_assert_uint_eq(ROWS("\033[1m12345\033[0m\n", 5), 1); /* colours take no room */
	ck_assert_uint_eq(ROWS("漢字漢字\n", 4), 2);
#undef ROWS
}
END_TEST

Suite *view_test(void)
{
	Suite *s = suite_create("view");
	TCase *t = tcase_create("all");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, test_lines_of_sessions_and_totals);
	tcase_add_test(t, test_board_scenario_and_waiting);
	tcase_add_test(t, test_what_control_c_brought_about);
	tcase_add_test(t, test_every_size);
	tcase_add_test(t, test_those_without_room_are_counted);
	tcase_add_test(t, test_results);
	tcase_add_test(t, test_spans);
	tcase_add_test(t, test_rows_that_lines_take);
	suite_add_tcase(s, t);
	return s;
}
