#include "survival/draw.h"

#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "survival/made.h"
#include "util/file.h"
#include "util/proc.h"

Suite *drawing_test(void);

static struct survival_map map;
static struct buf out;

static void set_up(void)
{
	made_story(&map);
	map.session = "pd-survives.made<&>\x1b.board.1";
	buf_init(&out);
}

static void tear_down(void)
{
	map_finish(&map);
	buf_finish(&out);
}

static void says(const char *text)
{
	ck_assert_msg(strstr(out.data, text) != NULL, "not said: %s\nin\n%s", text, out.data);
}

static size_t count_of(const char *text)
{
	size_t n = 0;

	for (const char *at = out.data; (at = strstr(at, text)); at += strlen(text))
		n++;
	return n;
}

/* UPDATE_GOLDEN=1 writes the file anew, to be looked at before it is kept. */
static void is_golden(const char *path)
{
	struct buf want;
	struct err e;

	if (getenv("UPDATE_GOLDEN"))
		ck_assert_int_eq(file_write_atomic(path, out.data, out.len, false, &e), 0);
	buf_init(&want);
	ck_assert_msg(file_read(path, &want, &e) == 0, "%s", e.what);
	ck_assert_str_eq(out.data, want.data);
	buf_finish(&want);
}

START_TEST(text_is_as_it_was)
{
	map_draw_text(&out, &map, 80, false);
	is_golden("tests/golden/survival/map.txt");
}
END_TEST

/* Colours are added, and nothing else. */
START_TEST(without_colours_the_text_says_the_same)
{
	struct buf plain, stripped;

	buf_init(&plain);
	buf_init(&stripped);
	map_draw_text(&plain, &map, 80, false);
	map_draw_text(&out, &map, 80, true);
	ck_assert_ptr_null(strchr(plain.data, '\033'));
	says("\033[1;38;5;202m0");
	for (const char *p = out.data; *p; p++)
		if (*p == '\033')
			p = strchr(p, 'm');
		else
			buf_addc(&stripped, *p);
	ck_assert_str_eq(stripped.data, plain.data);
	buf_finish(&plain);
	buf_finish(&stripped);
}
END_TEST

START_TEST(text_is_never_wider_than_asked)
{
	map.regions[0].name = "a-protection-domain-with-a-name-that-is-too-long-0";
	for (size_t width = 60; width < 200; width += 7) {
		buf_clear(&out);
		map_draw_text(&out, &map, width, false);
		for (const char *line = strstr(out.data, "\nregion"), *end; line && *line; line = end) {
			end = strchr(line + 1, '\n');
			if (strncmp(line, "\n\n", 2) == 0)
				break; /* the legend */
			ck_assert_uint_le((size_t)(end - line - 1), width + 2); /* an ellipsis has three bytes and one column */
		}
	}
}
END_TEST

static void ck_well_formed(void)
{
	char path[] = "/tmp/runtest-svg-XXXXXX";
	const char *argv[] = {"xmllint", "--noout", path, NULL};
	struct proc_spec spec = {.argv = argv, .in = -1, .out = -1, .err = -1};
	int fd = mkstemp(path);
	struct buf said;
	struct err e = {0};

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(file_write_all(fd, out.data, out.len), 0);
	buf_init(&said);
	ck_assert_msg(proc_run(&spec, &said, &e) == 0, "%s%s", e.what, said.data ? said.data : "");
	buf_finish(&said);
	close(fd);
	unlink(path);
}

START_TEST(the_picture_is_well_formed_and_speaks)
{
	map_draw_svg(&out, &map);
	ck_well_formed();
	says("<title id=\"title\">Survival map of pd-survives.made&lt;&amp;&gt;");
	says("hello-0: 2 intact since 10.0 ms, 1 restored since 30.0 ms; hello-1: 1 intact since 10.0 ms, 1 written since 15.0 ms");
	says("phase kernel &amp; &lt;co&gt;");
	says("prefers-color-scheme: dark");
	ck_assert_uint_eq(count_of("fill=\"url(#cleared)\""), 3); /* the page, when it was between samples, and the legend */
	ck_assert_uint_eq(count_of("url(#changed)"), 0);
}
END_TEST

START_TEST(a_picture_of_nothing_is_well_formed)
{
	map_finish(&map);
	map_init(&map);
	map.session = "";
	map_draw_svg(&out, &map);
	ck_well_formed();
	buf_clear(&out);
	map_draw_text(&out, &map, 0, false);
	says("0 pages in 0 regions");
}
END_TEST

/* Thousands of marks and changes make no picture that nobody can look at. */
START_TEST(a_long_session_has_a_picture_of_bounded_size)
{
	for (int64_t i = 0; i < 20000; i++) {
		made_change(&map, 0, 1, i % 2 ? STATE_CHANGED : STATE_RESTORED, 40000 + i * 100, 40050 + i * 100);
		map_add_mark(&map, MARK_LOOK, i % 2 ? "restarted" : "restarting", 40000 + i * 100);
	}
	map_draw_svg(&out, &map);
	ck_well_formed();
	ck_assert_uint_lt(out.len, 400000);
	ck_assert_uint_le(count_of("class=\"badge\""), 28);
	says("to and fro, not kept");
	buf_clear(&out);
	map_draw_text(&out, &map, 100, false);
	says("~");
	says("only counted");
	says("look restarting ×");
}
END_TEST

START_TEST(json_has_every_state_with_its_times)
{
	json_t *o, *page;
	const char *state;
	int after, by, exact, schema;

	map_draw_json(&out, &map);
	o = json_loads(out.data, 0, NULL);
	ck_assert_ptr_nonnull(o);
	ck_assert_int_eq(json_unpack(o, "{s:i}", "schema", &schema), 0);
	ck_assert_int_eq(schema, 1);
	ck_assert_uint_eq(json_array_size(json_object_get(o, "regions")), 2);
	ck_assert_uint_eq(json_array_size(json_object_get(o, "marks")), 4);
	page = json_array_get(json_object_get(json_array_get(json_object_get(o, "regions"), 0), "pages"), 1);
	ck_assert_str_eq(json_string_value(json_object_get(page, "paddr")), "0x60201000");
	ck_assert_uint_eq(json_array_size(json_object_get(page, "states")), 4);
	ck_assert_int_eq(json_unpack(json_array_get(json_object_get(page, "states"), 2), "{s:s, s:i, s:i, s:b}", "state", &state,
				     "after_us", &after, "by_us", &by, "exact", &exact), 0);
	ck_assert_str_eq(state, "cleared");
	ck_assert_int_eq(after, 16000);
	ck_assert_int_eq(by, 20000);
	ck_assert(!exact);
	json_decref(o);
}
END_TEST

Suite *drawing_test(void)
{
	Suite *s = suite_create("survival/draw");
	TCase *t = tcase_create("draw");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, text_is_as_it_was);
	tcase_add_test(t, without_colours_the_text_says_the_same);
	tcase_add_test(t, text_is_never_wider_than_asked);
	tcase_add_test(t, the_picture_is_well_formed_and_speaks);
	tcase_add_test(t, a_picture_of_nothing_is_well_formed);
	tcase_add_test(t, a_long_session_has_a_picture_of_bounded_size);
	tcase_add_test(t, json_has_every_state_with_its_times);
	suite_add_tcase(s, t);
	return s;
}
