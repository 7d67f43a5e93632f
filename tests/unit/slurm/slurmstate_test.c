#include <check.h>
#include <string.h>

#include "slurm/client.h"
#include "slurm/fate.h"
#include "slurm/gres.h"
#include "slurm/state.h"

Suite *slurmstate_test(void);

static struct arena a;

static void setup(void)
{
	arena_init(&a);
}

static void teardown(void)
{
	arena_finish(&a);
}

START_TEST(lines_of_the_queue_are_read_and_others_passed_over)
{
	static const char said[] = "squeue: warning: something\n1|0|RUNNING|lab1|None\n\n2|N/A|CANCELLED||Resources\n"
				   "x|1|RUNNING|lab1|None\n3|1-4,7|PENDING||a | b\n4|5|BRAND_NEW|lab2|None";
	struct slurm_line l;
	size_t at = 0;

	ck_assert(squeue_next(said, strlen(said), &at, &l, &a));
	ck_assert_int_eq(l.job, 1);
	ck_assert_str_eq(l.tasks, "0");
	ck_assert_int_eq(l.state.stage, STAGE_RUNNING);
	ck_assert_str_eq(l.state.node, "lab1");
	ck_assert(squeue_next(said, strlen(said), &at, &l, &a));
	ck_assert_int_eq(l.job, 2);
	ck_assert_str_eq(l.tasks, "");
	ck_assert_int_eq(l.state.end, ENDED_CANCELLED);
	ck_assert(squeue_next(said, strlen(said), &at, &l, &a));
	ck_assert_int_eq(l.job, 3);
	ck_assert_str_eq(l.state.reason, "a | b");
	ck_assert_int_eq(l.state.stage, STAGE_WAITING);
	/* Of a state that is not known nothing is concluded. */
	ck_assert(squeue_next(said, strlen(said), &at, &l, &a));
	ck_assert_int_eq(l.state.stage, STAGE_RUNNING);
	ck_assert(!squeue_next(said, strlen(said), &at, &l, &a));
}
END_TEST

START_TEST(lines_of_the_accounts_are_read)
{
	static const char said[] = "12_3|CANCELLED by 1000|lab1\n12_[4-9]|PENDING|None assigned\n7|TIMEOUT|lab2\n";
	struct slurm_line l;
	size_t at = 0;

	ck_assert(sacct_next(said, strlen(said), &at, &l, &a));
	ck_assert_int_eq(l.job, 12);
	ck_assert_str_eq(l.tasks, "3");
	ck_assert_int_eq(l.state.end, ENDED_CANCELLED);
	ck_assert(sacct_next(said, strlen(said), &at, &l, &a));
	ck_assert_str_eq(l.tasks, "[4-9]");
	ck_assert_str_eq(l.state.node, "");
	ck_assert(sacct_next(said, strlen(said), &at, &l, &a));
	ck_assert_int_eq(l.state.end, ENDED_TIMEOUT);
	ck_assert_str_eq(l.tasks, "");
}
END_TEST

static void expect_range(const char **list, long from, long to, long step)
{
	struct slurm_range r;

	ck_assert(tasks_next(list, &r));
	ck_assert_int_eq(r.from, from);
	ck_assert_int_eq(r.to, to);
	ck_assert_int_eq(r.step, step);
}

START_TEST(lists_of_tasks_are_taken_apart)
{
	const char *list = "[3,5-7,10-20:2%4]";
	struct slurm_range r;

	expect_range(&list, 3, 3, 1);
	expect_range(&list, 5, 7, 1);
	expect_range(&list, 10, 20, 2);
	ck_assert(!tasks_next(&list, &r));
	for (const char *const *bad = (const char *const[]){"", "x", "7-3", "1-9:0", "-1", NULL}; *bad; bad++) {
		list = *bad;
		ck_assert_msg(!tasks_next(&list, &r), "%s", *bad);
	}
}
END_TEST

START_TEST(job_ids_and_numbers_of_the_configuration_are_found)
{
	static const char said[] = "sbatch: warning: x\n4711;farm\n", config[] = "MaxArraySizes = 7\nMaxArraySize            = 1001\n";

	ck_assert_int_eq(sbatch_job(said, strlen(said)), 4711);
	ck_assert_int_eq(sbatch_job("no\n", 3), 0);
	ck_assert_int_eq(config_number(config, strlen(config), "MaxArraySize"), 1001);
	ck_assert_int_eq(config_number(config, strlen(config), "MaxJobs"), -1);
}
END_TEST

START_TEST(board_that_a_job_was_given_is_found_by_its_kind)
{
	static const char said[] = "   JOB_GRES=board:rock:1\n     Nodes=lab1 CPU_IDs=0 Mem=0 GRES=board:rocky:1(IDX:0),board:rock:1(IDX:2),unit:r(CNT:1)\n";

	ck_assert_int_eq(gres_index(said, "rock"), 2);
	ck_assert_int_eq(gres_index(said, "rocky"), 0);
	ck_assert_int_eq(gres_index(said, "virt"), -1);
	ck_assert_int_eq(gres_index("GRES=board:rock:1\n(IDX:4)", "rock"), -1);
	ck_assert_int_eq(gres_index("GRES=board:rock:1(IDX:x)", "rock"), -1);
}
END_TEST

START_TEST(controller_that_cannot_be_reached_is_no_refusal)
{
	ck_assert(client_is_unreachable("squeue: error: Unable to contact slurm controller (connect failure)"));
	ck_assert(!client_is_unreachable("sbatch: error: invalid partition specified: nowhere"));
}
END_TEST

static const char *fate(const char *state, bool began, const char *cancelled, enum verdict *v)
{
	struct fate_facts f = {
		.state = slurm_state_of(state), .job = "12_3", .node = "lab1", .minutes = 5, .began = began, .cancelled = cancelled,
		.said = "runtest: error: no",
	};

	return fate_of(&f, v, &a);
}

START_TEST(fates_are_told_apart)
{
	static const struct {
		const char *state;
		enum verdict verdict;
		const char *text;
	} cases[] = {
		{"CANCELLED", VERDICT_CANCELLED, "job 12_3 on lab1 was cancelled before the session began"},
		{"PREEMPTED", VERDICT_CANCELLED, "preempted"},
		{"TIMEOUT", VERDICT_INFRA, "limit of 5 min"},
		{"NODE_FAIL", VERDICT_INFRA, "node lab1 failed"},
		{"FAILED", VERDICT_INFRA, "it said: runtest: error: no"},
		{"COMPLETED", VERDICT_INFRA, "ended (COMPLETED) without a result"},
		{"OUT_OF_MEMORY", VERDICT_INFRA, "ended (OUT_OF_MEMORY)"},
	};
	enum verdict v;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *text = fate(cases[i].state, false, NULL, &v);

		ck_assert_msg(strstr(text, cases[i].text), "%s: %s", cases[i].state, text);
		ck_assert_int_eq(v, cases[i].verdict);
	}
	ck_assert_ptr_nonnull(strstr(fate("CANCELLED", true, "ada at noon", &v), "by ada at noon, while the session ran"));
}
END_TEST

Suite *slurmstate_test(void)
{
	Suite *s = suite_create("slurmstate");
	TCase *t = tcase_create("slurmstate");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, lines_of_the_queue_are_read_and_others_passed_over);
	tcase_add_test(t, lines_of_the_accounts_are_read);
	tcase_add_test(t, lists_of_tasks_are_taken_apart);
	tcase_add_test(t, job_ids_and_numbers_of_the_configuration_are_found);
	tcase_add_test(t, board_that_a_job_was_given_is_found_by_its_kind);
	tcase_add_test(t, controller_that_cannot_be_reached_is_no_refusal);
	tcase_add_test(t, fates_are_told_apart);
	suite_add_tcase(s, t);
	return s;
}
