#include "cli/command.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/file.h"

Suite *command_test(void);

static const struct option options[] = {
	{"board", required_argument, NULL, 256},
	{"force", no_argument, NULL, 257},
	{"verbose", no_argument, NULL, 'v'},
	{0},
};

static int real_stderr;
static char said_path[32];

/* What is said on stderr goes to a file until told_end(). */
static void told_begin(void)
{
	int fd;

	snprintf(said_path, sizeof said_path, "/tmp/command-test-XXXXXX");
	fd = mkstemp(said_path);
	ck_assert_int_ge(fd, 0);
	real_stderr = dup(STDERR_FILENO);
	dup2(fd, STDERR_FILENO);
	close(fd);
}

static void told_end(struct buf *out)
{
	fflush(stderr);
	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	ck_assert_int_eq(file_read(said_path, out, NULL), 0);
	unlink(said_path);
}

/* The command hears this one word: which option is it, and what is said on stderr? */
static int option_of(char *word, struct buf *out)
{
	char name[] = "report", *argv[] = {name, word, NULL};
	int option;

	optind = 0;
	told_begin();
	option = command_option(&command_report, 2, argv, ":v", options);
	told_end(out);
	return option;
}

START_TEST(a_bad_option_is_named_with_what_is_wrong)
{
	static const struct {
		const char *word, *want;
	} cases[] = {
		{"--nothing", "there is no option --nothing"},
		{"-x", "there is no option -x"},
		{"-xv", "there is no option -x"},
		{"--board", "--board needs a value"},
		{"--force=yes", "--force=yes: this option takes no value"},
		{"--verbose=2", "--verbose=2: this option takes no value"},
		{"--\033[2J", "there is no option --\\x1b[2J"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char word[32], want[160];
		struct buf out = {0};

		snprintf(word, sizeof word, "%s", cases[i].word);
		ck_assert_int_eq(option_of(word, &out), '?');
		snprintf(want, sizeof want,
			 "runtest: error: %s\n  hint: `runtest report --help` shows how it is used\n", cases[i].want);
		ck_assert_str_eq(out.data, want);
		buf_finish(&out);
	}
}
END_TEST

START_TEST(a_good_option_is_passed_on_in_silence)
{
	char word[] = "--board=virt";
	struct buf out = {0};

	ck_assert_int_eq(option_of(word, &out), 256);
	ck_assert_str_eq(optarg, "virt");
	ck_assert_uint_eq(out.len, 0);
	buf_finish(&out);
}
END_TEST

START_TEST(a_count_is_a_whole_number_in_its_range)
{
	static const char *const bad[] = {"", "0", "-1", "9", "1x", " ", "99999999999999999999"};
	struct buf out = {0};
	long n = 0;
	int status;

	ck_assert_int_eq(command_count(&command_run, "--jobs", "8", 8, &n), 0);
	ck_assert_int_eq(n, 8);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		told_begin();
		status = command_count(&command_run, "--jobs", bad[i], 8, &n);
		told_end(&out);
		ck_assert_int_eq(status, 2);
		ck_assert_ptr_nonnull(strstr(out.data, "--jobs takes a whole number from 1 to 8"));
		buf_clear(&out);
	}
	buf_finish(&out);
}
END_TEST

Suite *command_test(void)
{
	Suite *s = suite_create("command");
	TCase *t = tcase_create("command");

	tcase_add_test(t, a_bad_option_is_named_with_what_is_wrong);
	tcase_add_test(t, a_good_option_is_passed_on_in_silence);
	tcase_add_test(t, a_count_is_a_whole_number_in_its_range);
	suite_add_tcase(s, t);
	return s;
}
