#include "match/watch.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/clock.h"
#include "util/mem.h"

Suite *watch_test(void);

static struct watch *w;
static struct watch_hit hit;

static void setup(void)
{
	w = watch_create();
}

static void teardown(void)
{
	watch_destroy(w);
}

static void feed(const char *s)
{
	watch_feed(w, s, strlen(s));
}

static void deny(const char *regex, int id)
{
	struct err e;

	ck_assert_msg(watch_deny(w, regex, id, &e) == 0, "%s", regex);
}

static void expect(const char *regex)
{
	struct err e;

	ck_assert_msg(watch_expect(w, regex, &e) == 0, "%s", regex);
}

START_TEST(an_expected_text_moves_the_place_to_its_end)
{
	expect("one");
	feed("zero one two one");
	ck_assert(watch_matched(w, &hit));
	ck_assert_str_eq(hit.text, "one");
	ck_assert_int_eq(hit.id, -1);
	ck_assert_uint_eq(hit.start, 5);
	ck_assert_uint_eq(hit.end, 8);
	ck_assert(!watch_matched(w, &hit));
	expect("one");
	ck_assert(watch_matched(w, &hit));
	ck_assert_uint_eq(hit.start, 13);
	expect("zero");
	ck_assert(!watch_matched(w, &hit));
}
END_TEST

START_TEST(forgetting_an_expectation_keeps_the_place)
{
	expect("two");
	feed("one two ");
	watch_expect_nothing(w);
	ck_assert(!watch_matched(w, &hit));
	expect("one");
	ck_assert(watch_matched(w, &hit));
}
END_TEST

START_TEST(skipping_to_the_end_passes_over_what_has_arrived)
{
	feed("login: login:");
	watch_skip_to_end(w);
	expect("login:");
	ck_assert(!watch_matched(w, &hit));
	feed(" login:");
	ck_assert(watch_matched(w, &hit));
	ck_assert_uint_eq(hit.start, 14);
}
END_TEST

START_TEST(what_is_passed_over_is_seen_by_nobody)
{
	deny("pan.c", 1);
	deny("^boot", 2);
	expect("^=> ");
	watch_pass_over(w, "panic\n=> pa", 11);
	feed("nic boot\nboot");
	ck_assert(watch_next_denied(w, &hit));
	ck_assert_int_eq(hit.id, 2);
	ck_assert_uint_eq(hit.start, 20); /* places stay those of the log */
	ck_assert(!watch_next_denied(w, &hit));
	ck_assert(!watch_matched(w, &hit));
}
END_TEST

/* A line begins behind it, and what was waiting for a line's end before it is decided. */
START_TEST(what_is_passed_over_parts_what_stands_around_it)
{
	deny("oops.*", 1);
	deny("^boot", 2);
	feed("x oops\x1b[3");
	watch_pass_over(w, "stale", 5);
	ck_assert(watch_next_denied(w, &hit));
	ck_assert_str_eq(hit.text, "oops\x1b[3");
	ck_assert(!watch_next_denied(w, &hit));
	feed("boot");
	ck_assert(watch_next_denied(w, &hit));
	ck_assert_int_eq(hit.id, 2);
	ck_assert_uint_eq(hit.start, 14);
	ck_assert(!watch_next_denied(w, &hit));
	ck_assert_ptr_null(watch_trouble(w));
}
END_TEST

START_TEST(lines_come_from_the_last_match_on_and_the_place_moves_when_told)
{
	expect("go");
	feed("x go rest\r\n\x1b[1mtwo\x1b[0m\n\nfo");
	ck_assert(watch_matched(w, &hit));
	watch_begin_lines(w);
	ck_assert(watch_next_line(w, &hit));
	ck_assert_str_eq(hit.text, " rest");
	ck_assert_uint_eq(hit.start, 4);
	watch_keep_lines(w);
	ck_assert(watch_next_line(w, &hit));
	ck_assert_str_eq(hit.text, "two");
	ck_assert_uint_eq(hit.start, 15);
	ck_assert_uint_eq(hit.end, 18);
	ck_assert(watch_next_line(w, &hit));
	ck_assert_uint_eq(hit.text_len, 0);
	ck_assert(!watch_next_line(w, &hit));
	feed("ur\n");
	ck_assert(watch_next_line(w, &hit));
	ck_assert_str_eq(hit.text, "four");
	expect("two"); /* not kept: still there */
	ck_assert(watch_matched(w, &hit));
	feed("last");
	watch_end(w);
	watch_begin_lines(w);
	for (int i = 0; i < 4; i++)
		ck_assert(watch_next_line(w, &hit));
	ck_assert_str_eq(hit.text, "last");
	ck_assert(!watch_next_line(w, &hit));
	ck_assert_ptr_null(watch_trouble(w));
}
END_TEST

/* However it is cut into reads: the beginning of the line, and then the next line. */
START_TEST(of_an_endless_line_only_the_beginning_is_given)
{
	static char text[3 * WATCH_SPAN];
	static const size_t chunks[] = {7, 4096, WATCH_SPAN, sizeof text};

	memset(text, 'x', sizeof text);
	for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
		unsigned lines = 0;

		watch_begin_lines(w);
		for (size_t at = 0; at < sizeof text; at += chunks[i]) {
			watch_feed(w, text + at, chunks[i] < sizeof text - at ? chunks[i] : sizeof text - at);
			for (; watch_next_line(w, &hit); lines++)
				ck_assert_uint_eq(hit.text_len, WATCH_SPAN);
		}
		feed("ok 1\nok 2\n");
		while (watch_next_line(w, &hit) && ++lines)
			;
		ck_assert_uint_eq(lines, 2);
		watch_keep_lines(w);
	}
}
END_TEST

START_TEST(lines_too_old_to_be_kept_are_missed_loudly)
{
	static char text[1024 * 1024];

	memset(text, '\n', sizeof text);
	watch_begin_lines(w);
	for (int i = 0; i < WATCH_KEEP / (1024 * 1024) + 2; i++)
		watch_feed(w, text, sizeof text);
	ck_assert(watch_next_line(w, &hit));
	ck_assert_ptr_nonnull(watch_trouble(w));
}
END_TEST

START_TEST(a_denied_text_under_an_expected_one_is_found_across_reads)
{
	static const char text[] = "xx MON: fault in hello\n";

	deny("fault in", 7);
	expect("MON: fau");
	for (size_t i = 0; text[i]; i++)
		watch_feed(w, text + i, 1);
	ck_assert(watch_matched(w, &hit));
	ck_assert_uint_eq(hit.end, 11);
	ck_assert(watch_next_denied(w, &hit));
	ck_assert_int_eq(hit.id, 7);
	ck_assert_uint_eq(hit.start, 8);
	ck_assert_str_eq(hit.text, "fault in");
	ck_assert(!watch_next_denied(w, &hit));
}
END_TEST

START_TEST(denied_texts_are_found_in_raw_bytes_and_in_cleaned_text_once_each)
{
	deny("FAIL", 1);
	deny("\\x1b\\[31m", 2);
	deny("F\\x00AIL", 3);
	feed("FAIL\r\n\x1b[31mFA\x1b[0mIL\r\n");
	watch_feed(w, "F\0AIL", 5);
	for (int i = 0; i < 5; i++) {
		static const struct watch_hit want[] = {
			{.id = 1, .start = 0, .end = 4},
			{.id = 2, .start = 6, .end = 11},
			{.id = 1, .start = 11, .end = 19},
			{.id = 1, .start = 21, .end = 26},
			{.id = 3, .start = 21, .end = 26},
		};

		ck_assert(watch_next_denied(w, &hit));
		ck_assert_int_eq(hit.id, want[i].id);
		ck_assert_uint_eq(hit.start, want[i].start);
		ck_assert_uint_eq(hit.end, want[i].end);
	}
	ck_assert(!watch_next_denied(w, &hit));
	ck_assert_ptr_null(watch_trouble(w));
}
END_TEST

START_TEST(denied_texts_count_from_the_next_byte_on)
{
	feed("panic ");
	deny("panic", 1);
	feed("now");
	ck_assert(!watch_next_denied(w, &hit));
	feed(" panic");
	ck_assert(watch_next_denied(w, &hit));
	ck_assert_uint_eq(hit.start, 10);
}
END_TEST

START_TEST(noted_texts_are_found_in_the_cleaned_text_only)
{
	struct err e;

	ck_assert_int_eq(watch_note(w, "kernel up", 7, &e), 0);
	ck_assert_int_eq(watch_note(w, "\\x1b\\[1m", 8, &e), 0);
	feed("ker\x1b[1mnel up\n");
	ck_assert(watch_next_denied(w, &hit));
	ck_assert_int_eq(hit.id, 7);
	ck_assert_uint_eq(hit.start, 0);
	ck_assert_uint_eq(hit.end, 13);
	ck_assert(!watch_next_denied(w, &hit));
}
END_TEST

START_TEST(what_rests_is_not_found_until_it_is_woken)
{
	struct err e;

	ck_assert_int_eq(watch_note(w, "one", 1, &e), 0);
	deny("two", 2);
	watch_rest(w, 1);
	watch_rest(w, 2);
	watch_rest(w, 99); /* nobody's */
	feed("one two on");
	ck_assert(!watch_next_denied(w, &hit));
	watch_wake(w, 1);
	watch_wake(w, 2);
	feed("e two one");
	ck_assert(watch_next_denied(w, &hit));
	ck_assert_int_eq(hit.id, 2);
	ck_assert_uint_eq(hit.start, 12);
	ck_assert(watch_next_denied(w, &hit));
	ck_assert_int_eq(hit.id, 1);
	ck_assert_uint_eq(hit.start, 16);
	ck_assert(!watch_next_denied(w, &hit));
}
END_TEST

/* Pages of text behind one that rests, or is only noted, are forgotten: memory stays bounded. */
START_TEST(what_rests_does_not_keep_the_text)
{
	static char block[64 * 1024];
	struct err e;

	memset(block, 'x', sizeof block);
	ck_assert_int_eq(watch_note(w, "one", 1, &e), 0);
	deny("two", 2);
	watch_rest(w, 1);
	watch_rest(w, 2);
	for (int i = 0; i < 64; i++)
		watch_feed(w, block, sizeof block);
	watch_skip_to_end(w);
	watch_wake(w, 2);
	feed("two");
	ck_assert(watch_next_denied(w, &hit));
	ck_assert_uint_eq(hit.start, 64 * sizeof block);
	ck_assert_ptr_null(watch_trouble(w));
}
END_TEST

START_TEST(a_greedy_pattern_waits_for_the_rest_of_the_line)
{
	expect("U-Boot [0-9.]+\\S*");
	feed("U-Boot 2023.01+d");
	ck_assert(!watch_matched(w, &hit));
	feed("fsg-2\r\n");
	ck_assert(watch_matched(w, &hit));
	ck_assert_str_eq(hit.text, "U-Boot 2023.01+dfsg-2");
}
END_TEST

START_TEST(the_end_decides_what_was_only_waiting)
{
	deny("stuck$", 4);
	expect("value=(?<v>\\d+)");
	feed("value=12");
	ck_assert(!watch_matched(w, &hit));
	watch_end(w);
	ck_assert(watch_matched(w, &hit));
	ck_assert_str_eq(watch_capture(w, "v"), "12");
	ck_assert(!watch_next_denied(w, &hit));
}
END_TEST

START_TEST(the_end_lets_a_half_escape_through)
{
	deny("stuck\\x1b\\[$", 4);
	feed("stuck\x1b[");
	ck_assert(!watch_next_denied(w, &hit));
	watch_end(w);
	ck_assert(watch_next_denied(w, &hit));
	ck_assert_uint_eq(hit.end, 7);
	ck_assert(!watch_next_denied(w, &hit));
}
END_TEST

START_TEST(line_ends_are_seen_through_cr_lf_and_across_reads)
{
	expect("^crc=(?<crc>[0-9a-f]{8})$");
	feed("xcrc=00000000\r\ncrc=0123ab");
	feed("cd\r");
	ck_assert(!watch_matched(w, &hit));
	feed("\n");
	ck_assert(watch_matched(w, &hit));
	ck_assert_str_eq(watch_capture(w, "crc"), "0123abcd");
	ck_assert_ptr_null(watch_capture(w, "other"));
	expect("next");
	ck_assert_str_eq(watch_capture(w, "crc"), "0123abcd");
}
END_TEST

START_TEST(looking_back_works_over_the_border_of_reads)
{
	deny("(?<=pd )fault", 1);
	deny("\\bhalt\\b", 2);
	feed("pd ");
	feed("fault ashalt ");
	feed("halt");
	ck_assert(watch_next_denied(w, &hit));
	ck_assert_int_eq(hit.id, 1);
	ck_assert(!watch_next_denied(w, &hit));
	feed(" ");
	ck_assert(watch_next_denied(w, &hit));
	ck_assert_int_eq(hit.id, 2);
	ck_assert_uint_eq(hit.start, 16);
}
END_TEST

START_TEST(patterns_that_cannot_be_watched_for_are_refused)
{
	static const char *const bad[] = {"(", "a*", "(?=foo)", "^", "\\Gfoo", "(*UTF)x", "(?<=x{600})y", "[z-a]"};
	struct err e;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		ck_assert_msg(watch_deny(w, bad[i], 1, &e) < 0, "%s", bad[i]);
		ck_assert_int_eq(e.kind, ERR_CONFIG);
		ck_assert(watch_expect(w, bad[i], &e) < 0);
		ck_assert(watch_check_regex(bad[i], NULL, &e) < 0);
		ck_assert(e.hint[0]);
	}
	ck_assert_int_eq(watch_check_regex("(?<a>x)", "a", &e), 0);
	ck_assert_int_lt(watch_check_regex("(?<a>x)", "b", &e), 0);
}
END_TEST

START_TEST(a_match_of_nothing_but_its_place_does_not_loop)
{
	deny("foo\\K", 1);
	feed("foo foo");
	ck_assert(watch_next_denied(w, &hit));
	ck_assert_uint_eq(hit.start, 3);
	ck_assert_uint_eq(hit.end, 3);
	ck_assert(watch_next_denied(w, &hit));
	ck_assert_uint_eq(hit.start, 7);
	ck_assert(!watch_next_denied(w, &hit));
}
END_TEST

/* ---- long and hostile text ---- */

static void feed_many(const char *piece, size_t n, size_t times)
{
	struct buf b;

	buf_init(&b);
	while (b.len < 4096)
		buf_add(&b, piece, n);
	for (size_t fed = 0; fed < n * times; fed += b.len)
		watch_feed(w, b.data, b.len);
	buf_finish(&b);
}

START_TEST(ten_megabytes_without_a_line_end_hide_nothing)
{
	static const struct {
		const char *piece;
		size_t n, megabytes;
	} floods[] = {
		{"A", 1, 10}, {"\0", 1, 10}, {"\x1b", 1, 10}, {"\xff\xfe\xc3", 3, 10}, {"\x1b[", 2, 1},
		{"\x1b]x", 3, 1}, {"\r", 1, 1}, {"\x1b[1;", 4, 1}, {"Ax1=", 4, 1},
	};

	deny("KERNEL PANIC: .*", 1);
	deny(".*fault", 2);
	deny("x[^\\n]*QQQ", 3);
	expect("the end (?<n>\\d+)$");
	for (size_t i = 0; i < sizeof floods / sizeof floods[0]; i++) {
		feed_many(floods[i].piece, floods[i].n, (floods[i].megabytes << 20) / floods[i].n);
		ck_assert(!watch_next_denied(w, &hit));
		feed("\nKERNEL PANIC: at last\nxx fault\n");
		ck_assert_msg(watch_next_denied(w, &hit), "flood %zu", i);
		ck_assert_str_eq(hit.text, "KERNEL PANIC: at last");
		ck_assert(watch_next_denied(w, &hit));
		ck_assert_str_eq(hit.text, "xx fault");
		ck_assert(!watch_next_denied(w, &hit));
	}
	feed("the end 17\r\n");
	ck_assert(watch_matched(w, &hit));
	ck_assert_str_eq(watch_capture(w, "n"), "17");
	ck_assert_ptr_null(watch_trouble(w));
}
END_TEST

START_TEST(a_text_in_an_endless_line_is_found_where_it_stands)
{
	deny(".*fault", 2);
	deny("(?s)BEGIN.*END", 3);
	feed_many("a", 1, 300 * 1024);
	feed("BEGIN....END faul");
	feed("t");
	feed_many("b", 1, 300 * 1024);
	ck_assert(watch_next_denied(w, &hit));
	ck_assert_int_eq(hit.id, 2);
	ck_assert_uint_eq(hit.end, 300 * 1024 + 18);
	ck_assert(watch_next_denied(w, &hit));
	ck_assert_int_eq(hit.id, 3);
	ck_assert_str_eq(hit.text, "BEGIN....END");
	ck_assert(!watch_next_denied(w, &hit));
	ck_assert_ptr_null(watch_trouble(w));
}
END_TEST

START_TEST(the_longest_promised_match_is_found_in_an_endless_line)
{
	deny("(?s)BEGIN.*?END", 3);
	feed_many("a", 1, 100 * 1024);
	feed("BEGIN");
	for (int i = 0; i < WATCH_SPAN - 8; i += 8)
		watch_feed(w, "xxxxxxxx", 8);
	feed("END");
	feed_many("a", 1, 200 * 1024);
	ck_assert(watch_next_denied(w, &hit));
	ck_assert_uint_eq(hit.text_len, WATCH_SPAN);
	ck_assert(!watch_next_denied(w, &hit));
}
END_TEST

START_TEST(a_search_that_explodes_is_reported_and_not_passed_over)
{
	deny("(x+x+)+y", 9);
	deny("other", 1);
	feed_many("x", 1, 4096);
	feed("\n other ");
	ck_assert_ptr_nonnull(watch_trouble(w));
	ck_assert_ptr_nonnull(strstr(watch_trouble(w), "denied text 9"));
	ck_assert(watch_next_denied(w, &hit));
	ck_assert_int_eq(hit.id, 1);
}
END_TEST

START_TEST(text_too_old_to_be_kept_is_missed_loudly)
{
	feed("early\n");
	feed_many("0123456789abcde\n", 16, (WATCH_KEEP >> 4) + 1024);
	ck_assert_ptr_null(watch_trouble(w)); /* nobody has asked for it */
	expect("early");
	ck_assert(!watch_matched(w, &hit));
	ck_assert_ptr_nonnull(watch_trouble(w));
}
END_TEST

START_TEST(an_expectation_outlives_any_amount_of_text)
{
	expect("late");
	for (int i = 0; i < 3; i++)
		feed_many("\r\na", 3, WATCH_KEEP / 3);
	feed("late\n");
	ck_assert(watch_matched(w, &hit));
	expect("more");
	feed("more");
	ck_assert(watch_matched(w, &hit));
	ck_assert_ptr_null(watch_trouble(w));
}
END_TEST

START_TEST(denied_texts_that_nobody_asks_for_are_bounded)
{
	size_t n = 0;

	deny("x", 1);
	feed_many("x", 1, WATCH_HITS + 8192);
	ck_assert_ptr_nonnull(watch_trouble(w));
	while (watch_next_denied(w, &hit))
		ck_assert_uint_eq(hit.start, n++);
	ck_assert_uint_eq(n, WATCH_HITS);
}
END_TEST

/* ---- property: what is found does not depend on the cut ---- */

static const char *const properties[] = {
	"fault", "ab", "a+b", "b.*c", "^a", "c$", "\\bab\\b", "(?<=a)b", "(?<!a)c", "a[^b]*b", "(?s)c.*?a.c",
	"\\x1b\\[", "\\x00", "\\r\\n", "a(?=b)", "a(?!b)", "abab|ba", "(a|b)+c", "\\w+ ", "\\n+",
	"b\\Kc", "ab\\K", ".+", "\\xff", "c\\r?$", "aa?", "a{2,3}", "(.)\\1",
};
enum { PROPERTIES = sizeof properties / sizeof properties[0] };

static void random_text(struct buf *b, unsigned *seed)
{
	static const struct {
		const char *s;
		size_t n;
	} words[] = {
		{"a", 1}, {"b", 1}, {"c", 1}, {"ab", 2}, {" ", 1}, {"\n", 1}, {"\r\n", 2}, {"\r", 1}, {"\r\r\n", 3},
		{"\0", 1}, {"\x1b[31m", 5}, {"\x1b[0m", 4}, {"\x1b]0;ab\a", 7}, {"\x1b]ab\x1b\\", 6}, {"\x1b", 1},
		{"\x1b[", 2}, {"\x1b(B", 3}, {"\xff", 1}, {"fault", 5}, {"\x1b[1;\n", 5}, {"\x1bPab", 4},
	};

	for (int i = 0; i < 60; i++) {
		size_t k = (size_t)rand_r(seed) % (sizeof words / sizeof words[0]);

		buf_add(b, words[k].s, words[k].n);
	}
}

static void describe(struct buf *out, const struct watch_hit *h)
{
	buf_printf(out, "%d %llu-%llu ", h->id, (unsigned long long)h->start, (unsigned long long)h->end);
	for (size_t i = 0; i < h->text_len; i++)
		buf_printf(out, "%02x", (unsigned char)h->text[i]);
	buf_addc(out, '\n');
}

/* All that one pattern finds as denied, and the chain of its expected matches; the text cut by `seed` (0: whole). */
static char *findings(const char *regex, const struct buf *text, unsigned seed)
{
	struct watch *v = watch_create();
	struct watch_hit h;
	struct buf out;
	struct err e;

	buf_init(&out);
	ck_assert_msg(watch_deny(v, regex, 1, &e) == 0, "%s: %s", regex, e.what);
	ck_assert_int_eq(watch_expect(v, regex, &e), 0);
	for (size_t at = 0; at <= text->len;) {
		size_t n = seed ? 1 + (size_t)rand_r(&seed) % (seed & 1 ? 1 : 9) : text->len;

		if (at < text->len)
			watch_feed(v, text->data + at, n < text->len - at ? n : text->len - at);
		else
			watch_end(v);
		at += at < text->len && n > text->len - at ? text->len - at : n;
		while (watch_matched(v, &h)) {
			describe(&out, &h);
			ck_assert_int_eq(watch_expect(v, regex, &e), 0);
		}
		if (at == text->len && n == 0)
			break;
	}
	watch_end(v);
	while (watch_matched(v, &h)) {
		describe(&out, &h);
		ck_assert_int_eq(watch_expect(v, regex, &e), 0);
	}
	while (watch_next_denied(v, &h))
		describe(&out, &h);
	ck_assert_ptr_null(watch_trouble(v));
	watch_destroy(v);
	return buf_steal(&out);
}

START_TEST(what_is_found_does_not_depend_on_the_cut)
{
	unsigned seed = 4711 + (unsigned)_i;

	for (int round = 0; round < 40; round++) {
		struct buf text;
		char *whole, *pieces;

		buf_init(&text);
		random_text(&text, &seed);
		whole = findings(properties[_i], &text, 0);
		for (int cut = 0; cut < 6; cut++) {
			pieces = findings(properties[_i], &text, (unsigned)rand_r(&seed) | 1);
			ck_assert_str_eq(pieces, whole);
			free(pieces);
		}
		free(whole);
		buf_finish(&text);
	}
}
END_TEST

/* The same over windows: long lines, few line ends, cuts of some kilobytes. */
START_TEST(what_is_found_in_endless_lines_does_not_depend_on_the_cut)
{
	static const char *const regexes[] = {"a.*b", "(?s)a.*c", ".*fault", "c[^a]*a", "b.*$", "\\d+", "(?<=b).*a"};
	const char *regex = regexes[_i];
	unsigned seed = 99 + (unsigned)_i;
	struct buf text;
	char *found[3];

	buf_init(&text);
	while (text.len < 700 * 1024) {
		for (int n = rand_r(&seed) % 100000; n > 0; n--)
			buf_addc(&text, '7');
		random_text(&text, &seed);
	}
	for (int i = 0; i < 3; i++) {
		static const size_t sizes[] = {1 << 30, 4096, 10007};
		struct watch *v = watch_create();
		struct watch_hit h;
		struct buf out;
		struct err e;

		buf_init(&out);
		ck_assert_int_eq(watch_deny(v, regex, 1, &e), 0);
		for (size_t at = 0; at < text.len; at += sizes[i])
			watch_feed(v, text.data + at, sizes[i] < text.len - at ? sizes[i] : text.len - at);
		watch_end(v);
		while (watch_next_denied(v, &h))
			describe(&out, &h);
		ck_assert_ptr_null(watch_trouble(v));
		found[i] = buf_steal(&out);
		watch_destroy(v);
	}
	ck_assert(strcmp(found[0], found[1]) == 0);
	ck_assert(strcmp(found[0], found[2]) == 0);
	ck_assert(found[0][0]);
	for (int i = 0; i < 3; i++)
		free(found[i]);
	buf_finish(&text);
}
END_TEST

Suite *watch_test(void)
{
	Suite *s = suite_create("watch");
	TCase *t = tcase_create("one console"), *p = tcase_create("any cut"), *f = tcase_create("floods");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, an_expected_text_moves_the_place_to_its_end);
	tcase_add_test(t, forgetting_an_expectation_keeps_the_place);
	tcase_add_test(t, skipping_to_the_end_passes_over_what_has_arrived);
	tcase_add_test(t, what_is_passed_over_is_seen_by_nobody);
	tcase_add_test(t, what_is_passed_over_parts_what_stands_around_it);
	tcase_add_test(t, lines_come_from_the_last_match_on_and_the_place_moves_when_told);
	tcase_add_test(t, a_denied_text_under_an_expected_one_is_found_across_reads);
	tcase_add_test(t, denied_texts_are_found_in_raw_bytes_and_in_cleaned_text_once_each);
	tcase_add_test(t, denied_texts_count_from_the_next_byte_on);
	tcase_add_test(t, noted_texts_are_found_in_the_cleaned_text_only);
	tcase_add_test(t, what_rests_is_not_found_until_it_is_woken);
	tcase_add_test(t, what_rests_does_not_keep_the_text);
	tcase_add_test(t, a_greedy_pattern_waits_for_the_rest_of_the_line);
	tcase_add_test(t, the_end_decides_what_was_only_waiting);
	tcase_add_test(t, the_end_lets_a_half_escape_through);
	tcase_add_test(t, line_ends_are_seen_through_cr_lf_and_across_reads);
	tcase_add_test(t, looking_back_works_over_the_border_of_reads);
	tcase_add_test(t, patterns_that_cannot_be_watched_for_are_refused);
	tcase_add_test(t, a_match_of_nothing_but_its_place_does_not_loop);
	suite_add_tcase(s, t);
	tcase_add_checked_fixture(f, setup, teardown);
	tcase_add_test(f, ten_megabytes_without_a_line_end_hide_nothing);
	tcase_add_test(f, a_text_in_an_endless_line_is_found_where_it_stands);
	tcase_add_test(f, the_longest_promised_match_is_found_in_an_endless_line);
	tcase_add_test(f, a_search_that_explodes_is_reported_and_not_passed_over);
	tcase_add_test(f, of_an_endless_line_only_the_beginning_is_given);
	tcase_add_test(f, text_too_old_to_be_kept_is_missed_loudly);
	tcase_add_test(f, lines_too_old_to_be_kept_are_missed_loudly);
	tcase_add_test(f, an_expectation_outlives_any_amount_of_text);
	tcase_add_test(f, denied_texts_that_nobody_asks_for_are_bounded);
	suite_add_tcase(s, f);
	tcase_add_loop_test(p, what_is_found_does_not_depend_on_the_cut, 0, PROPERTIES);
	tcase_add_loop_test(p, what_is_found_in_endless_lines_does_not_depend_on_the_cut, 0, 7);
	suite_add_tcase(s, p);
	return s;
}
