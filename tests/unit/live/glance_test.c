#include "live/glance.h"

#include <check.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/utf8.h"

Suite *glance_test(void);

START_TEST(test_another_process_sees_what_is_written)
{
	struct glance *g = glance_make();
	struct glance_seen seen;
	pid_t pid = fork();

	if (pid == 0) {
		glance_unit(g, "board-1");
		glance_phase(g, "restart");
		glance_line(g, "MON|INFO: up");
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	ck_assert(glance_read(g, &seen));
	ck_assert_str_eq(seen.unit, "board-1");
	ck_assert_str_eq(seen.phase, "restart");
	ck_assert_str_eq(seen.line, "MON|INFO: up");
	glance_drop(g);
}
END_TEST

START_TEST(test_what_a_board_says_is_made_harmless_and_fits)
{
	struct glance *g = glance_make();
	struct glance_seen seen;
	char longest[4 * GLANCE_LINE + 1];

	glance_line(g, "a\033[2Jb\tc\xff");
	ck_assert(glance_read(g, &seen));
	ck_assert_str_eq(seen.line, "a\\x1b[2Jb c\\xff");
	for (size_t i = 0; i + 2 < sizeof longest; i += 2)
		memcpy(longest + i, "\xc3\xa9", 3);
	glance_line(g, longest);
	ck_assert(glance_read(g, &seen));
	ck_assert_uint_lt(strlen(seen.line), GLANCE_LINE);
	ck_assert_uint_gt(strlen(seen.line), GLANCE_LINE - 4);
	ck_assert(utf8_valid(seen.line, strlen(seen.line)));
	glance_line(NULL, "nobody looks");
	glance_drop(g);
	glance_drop(NULL);
}
END_TEST

/* A line is all of one letter: two in one would be of two moments. */
START_TEST(test_no_two_moments_are_seen_as_one)
{
	struct glance *g = glance_make();
	struct glance_seen seen = {{0}, {0}, {0}};
	unsigned torn = 0, good = 0;
	pid_t pid = fork();

	if (pid == 0)
		for (char letter = 'a';; letter = letter == 'z' ? 'a' : (char)(letter + 1)) {
			char line[200] = {0};

			memset(line, letter, sizeof line - 1);
			glance_line(g, line);
		}
	while (good < 2000) {
		if (!glance_read(g, &seen) || !seen.line[0])
			continue;
		good++;
		torn += strspn(seen.line, (char[]){seen.line[0], '\0'}) != 199;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ck_assert_uint_eq(torn, 0);
	glance_drop(g);
}
END_TEST

Suite *glance_test(void)
{
	Suite *s = suite_create("glance");
	TCase *t = tcase_create("all");

	tcase_add_test(t, test_another_process_sees_what_is_written);
	tcase_add_test(t, test_what_a_board_says_is_made_harmless_and_fits);
	tcase_add_test(t, test_no_two_moments_are_seen_as_one);
	suite_add_tcase(s, t);
	return s;
}
