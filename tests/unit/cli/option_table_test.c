#include "cli/option_table.h"

#include <check.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

Suite *option_table_test(void);

struct words {
	bool loud;
	const char *file, *once;
	const char *const *globs;
	int jobs, retries;
	int64_t limit_ms;
	int own;
};

struct other_words {
	bool detach;
};

static int take_own(const struct command *c, void *into, struct arena *a, const char *value)
{
	(void)c;
	(void)a;
	((struct words *)into)->own = value[0];
	return value[0] == '!' ? 2 : 0;
}

static const struct option_row rows[] = {
	{.kind = OPTION_HEADING, .help = "Words:"},
	{.kind = OPTION_FLAG, .name = "loud", .letter = 'l', .at = offsetof(struct words, loud)},
	{.kind = OPTION_TEXT, .name = "file", .value = "FILE", .at = offsetof(struct words, file)},
	{.kind = OPTION_ONCE, .name = "once", .value = "FILE", .at = offsetof(struct words, once)},
	{.kind = OPTION_TEXTS, .name = "glob", .value = "GLOB", .at = offsetof(struct words, globs)},
	{.kind = OPTION_COUNT, .name = "jobs", .value = "N", .at = offsetof(struct words, jobs), .least = 1, .most = 9},
	{.kind = OPTION_COUNT, .name = "retries", .value = "N", .at = offsetof(struct words, retries), .most = 9},
	{.kind = OPTION_TIME, .name = "limit", .value = "TIME", .at = offsetof(struct words, limit_ms), .least = 1},
	{.kind = OPTION_OWN, .name = "own", .value = "X", .take = take_own},
};
static const struct option_table table = {rows, sizeof rows / sizeof rows[0]};

static const struct option_row other_rows[] = {
	{.kind = OPTION_FLAG, .name = "detach", .at = offsetof(struct other_words, detach)},
};
static const struct option_table other_table = {other_rows, 1};

/* Of what stands in `line`, the words between spaces. Standard error goes nowhere meanwhile. */
static int parse(struct words *w, struct other_words *other, struct arena *a, const char *line)
{
	const struct option_place places[] = {{&table, w}, {&other_table, other}};
	char *text = arena_strdup(a, line), *argv[32] = {text}, *rest = NULL;
	int argc = 0, status, real = dup(STDERR_FILENO);

	for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		argv[argc++] = word;
	optind = 0;
	ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
	status = option_places_parse(&command_run, places, 2, argc, argv, a);
	fflush(stderr);
	dup2(real, STDERR_FILENO);
	close(real);
	return status;
}

START_TEST(every_kind_of_word_goes_to_its_place)
{
	struct words w = {.retries = -1};
	struct other_words other = {0};
	struct arena a;

	arena_init(&a);
	ck_assert_int_eq(parse(&w, &other, &a, "run -l --file a --file=b --once c --glob x --detach --glob y --jobs 9 "
						"--retries 0 --limit 2m --own z rest"), 0);
	ck_assert(w.loud && other.detach);
	ck_assert_str_eq(w.file, "b");
	ck_assert_str_eq(w.once, "c");
	ck_assert_str_eq(w.globs[0], "x");
	ck_assert_str_eq(w.globs[1], "y");
	ck_assert_ptr_null(w.globs[2]);
	ck_assert_int_eq(w.jobs, 9);
	ck_assert_int_eq(w.retries, 0);
	ck_assert_int_eq(w.limit_ms, 120000);
	ck_assert_int_eq(w.own, 'z');
	arena_finish(&a);
}
END_TEST

START_TEST(words_that_are_not_given_leave_their_places_alone)
{
	struct words w = {.retries = -1, .jobs = 3};
	struct other_words other = {0};
	struct arena a;

	arena_init(&a);
	ck_assert_int_eq(parse(&w, &other, &a, "run --loud"), 0);
	ck_assert(w.loud && !other.detach);
	ck_assert_int_eq(w.retries, -1);
	ck_assert_int_eq(w.jobs, 3);
	ck_assert_ptr_null(w.globs);
	arena_finish(&a);
}
END_TEST

START_TEST(a_bad_word_is_a_mistake)
{
	static const char *const bad[] = {
		"run --nothing", "run -x", "run --jobs 0", "run --jobs 10", "run --jobs", "run --retries -1",
		"run --retries 1x", "run --limit 0s", "run --limit 5", "run --loud=yes", "run --once a --once b",
		"run --own !",
	};
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct words w = {0};
		struct other_words other = {0};

		ck_assert_msg(parse(&w, &other, &a, bad[i]) == 2, "%s", bad[i]);
	}
	arena_finish(&a);
}
END_TEST

Suite *option_table_test(void)
{
	Suite *s = suite_create("option_table");
	TCase *t = tcase_create("option_table");

	tcase_add_test(t, every_kind_of_word_goes_to_its_place);
	tcase_add_test(t, words_that_are_not_given_leave_their_places_alone);
	tcase_add_test(t, a_bad_word_is_a_mistake);
	suite_add_tcase(s, t);
	return s;
}
