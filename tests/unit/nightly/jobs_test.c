#include "nightly/jobs.h"

#include "config/fixture.h"

Suite *jobs_test(void);

static struct fixture f;
static struct arena arena;

#define SECOND "unit: rock-2\nkind: rock\n"

static void begin(void)
{
	fixture_init(&f);
	fixture_write(&f, "boards/units/rock-2.yaml", SECOND);
	ck_assert_int_eq(fixture_load(&f), 0);
	arena_init(&arena);
}

static void end(void)
{
	arena_finish(&arena);
	fixture_finish(&f);
}

/* The words with a blank between them. */
static const char *line(const char *const *words)
{
	const char *text = "";

	ck_assert_ptr_nonnull(words);
	for (; *words; words++)
		text = arena_printf(&arena, "%s%s%s", text, *text ? " " : "", *words);
	return text;
}

static const char *boards(const char *const *globs, const char *ill)
{
	struct nightly_job j = {.name = "j", .boards = globs};
	struct trouble t[2] = {{ill, "ill"}, {"rock-2", "ill"}};
	size_t count = !ill ? 0 : strcmp(ill, "rock-1") == 0 ? 1 : 2;

	if (count == 2)
		t[0].subject = "rock-1";
	return line(job_boards(&j, &f.project, t, count, &arena));
}

START_TEST(units_that_are_ill_are_left_out)
{
	static const char *const names[] = {"rock-1", "virt", NULL}, *const pattern[] = {"rock-*", NULL}, *const kind[] = {"rock", NULL},
				 *const all[] = {"*", NULL};

	ck_assert_str_eq(boards(names, NULL), "rock-1 virt");
	ck_assert_str_eq(boards(names, "rock-1"), "virt");
	ck_assert_str_eq(boards(pattern, NULL), "rock-1 rock-2");
	ck_assert_str_eq(boards(pattern, "rock-1"), "rock-2");
	ck_assert_str_eq(boards(pattern, "both"), "");
	ck_assert_str_eq(boards(kind, NULL), "rock"); /* any of them */
	ck_assert_str_eq(boards(kind, "rock-1"), "rock");
	ck_assert_str_eq(boards(kind, "both"), "");
	ck_assert_str_eq(boards(all, "rock-1"), "rock-2 virt");
	ck_assert_ptr_null(job_boards(&(struct nightly_job){.name = "j"}, &f.project, NULL, 0, &arena));
}
END_TEST

START_TEST(only_hardware_of_this_machine_is_asked)
{
	static const char *const kind[] = {"rock", NULL}, *const qemu[] = {"virt", NULL}, *const one[] = {"rock-2", NULL};
	struct nightly_job jobs[] = {{.name = "a", .boards = qemu}, {.name = "b"}, {.name = "c", .boards = one}, {.name = "d", .boards = kind}};
	struct nightly n = {.jobs = jobs, .job_count = 3};

	ck_assert_str_eq(line(jobs_hardware(&n, &f.project, &arena)), "rock-2");
	n.job_count = 4;
	ck_assert_str_eq(line(jobs_hardware(&n, &f.project, &arena)), "rock-2 rock-1");
	jobs[2].where = jobs[3].where = NIGHTLY_SLURM;
	ck_assert_str_eq(line(jobs_hardware(&n, &f.project, &arena)), "");
}
END_TEST

enum { HOUR = 3600 * 1000 };

START_TEST(the_night_is_shared)
{
	struct nightly_job jobs[] = {{.name = "a"}, {.name = "b", .budget_ms = 2 * HOUR}, {.name = "c"}};
	struct nightly n = {.jobs = jobs, .job_count = 3, .budget_ms = 8 * HOUR};

	ck_assert_int_eq(job_time_ms(&n, 0, 8 * HOUR), 3 * HOUR);
	ck_assert_int_eq(job_time_ms(&n, 1, 5 * HOUR), 2 * HOUR);
	ck_assert_int_eq(job_time_ms(&n, 2, 7 * HOUR), 7 * HOUR); /* what the others left */
	ck_assert_int_eq(job_time_ms(&n, 1, HOUR), HOUR);
	ck_assert_int_eq(job_time_ms(&n, 0, HOUR), -1); /* all of it is the second one's */
	ck_assert_int_eq(job_time_ms(&n, 2, 0), -1);
	ck_assert_int_eq(job_time_ms(&n, 2, -5), -1);
	n.budget_ms = 0;
	ck_assert_int_eq(job_time_ms(&n, 0, -5), 0);
	ck_assert_int_eq(job_time_ms(&n, 1, -5), 2 * HOUR);
}
END_TEST

START_TEST(a_job_becomes_a_command)
{
	static const char *const scenarios[] = {"demo", "t*", NULL}, *const tags[] = {"spine", NULL}, *const configs[] = {"debug", NULL},
				 *const where[] = {"rock-1", "virt", NULL};
	static const struct nightly_parameter set = {.name = "restarts", .value = 100};
	static const int retries = 0;
	struct nightly_job j = {.name = "a", .scenarios = scenarios, .variants = scenarios, .tags = tags, .configs = configs, .set = &set,
				.set_count = 1, .repeat = 5, .retries = &retries, .jobs = 2, .wait_ms = 60000, .mutants = 1};

	ck_assert_str_eq(line(job_words(&j, where, 1500, "/r", "ID", &arena)),
			 "run --results /r --max-time 2s --wait 60000ms --jobs 2 --run-id ID --tag spine --variant demo --variant t* "
			 "--board rock-1 --board virt --config debug --mutants --repeat 5 --retries 0 --set restarts=100 demo t*");
	ck_assert_str_eq(line(job_resume_words(&j, 0, "/r", "ID", &arena)), "run --results /r --wait 60000ms --jobs 2 --resume ID");
	j = (struct nightly_job){.name = "a", .scenarios = scenarios, .repeat = 1, .where = NIGHTLY_SLURM};
	ck_assert_str_eq(line(job_words(&j, NULL, 0, "/r", "ID", &arena)), "submit --results /r --run-id ID demo t*");
	ck_assert_str_eq(line(keep_words(&(struct nightly_keep){.days = 30, .size = 4096}, "/r", &arena)),
			 "gc --results /r --keep-days 30 --keep-size 4096");
}
END_TEST

START_TEST(the_gravest_status_counts)
{
	static const int order[] = {0, 5, 4, 3, 1, 2, 139, 130};

	for (int i = 0; i < 8; i++)
		for (int k = 0; k <= i; k++) {
			ck_assert_int_eq(status_graver(order[i], order[k]), order[i]);
			ck_assert_int_eq(status_graver(order[k], order[i]), order[i]);
		}
}
END_TEST

Suite *jobs_test(void)
{
	Suite *s = suite_create("jobs");
	TCase *t = tcase_create("night");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, units_that_are_ill_are_left_out);
	tcase_add_test(t, only_hardware_of_this_machine_is_asked);
	tcase_add_test(t, the_night_is_shared);
	tcase_add_test(t, a_job_becomes_a_command);
	tcase_add_test(t, the_gravest_status_counts);
	suite_add_tcase(s, t);
	return s;
}
