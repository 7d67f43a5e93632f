#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "slurm/conf.h"
#include "slurm/gres.h"
#include "slurm/group.h"
#include "slurm/part.h"
#include "slurm/submit.h"
#include "util/file.h"

Suite *slurmgroup_test(void);

/* Two boards of one kind on two nodes, one of another kind, one that is on no farm, a machine of QEMU. */
static const struct qemu_board qemu;
static struct board_kind kinds[] = {{.name = "rock"}, {.name = "sand"}, {.name = "virt", .qemu = &qemu}};
static struct board_unit units[] = {
	{.name = "alone", .kind = &kinds[1], .file = "boards/units/alone.yaml", .line = 1},
	{.name = "rock-1", .kind = &kinds[0], .node = "lab2"},
	{.name = "rock-2", .kind = &kinds[0], .node = "lab1"},
	{.name = "sand-1", .kind = &kinds[1], .node = "lab1"},
	{.name = "virt", .kind = &kinds[2], .node = "lab1"},
};
static const struct project project = {.root = "/p", .kinds = kinds, .kind_count = 3, .units = units, .unit_count = 5};
static struct scenario quick = {.name = "quick", .deadline_ms = 30000}, slow = {.name = "slow", .deadline_ms = 600000};
static const struct board_unit *const pool[] = {&units[1], &units[2]};
static const struct board_unit *const one[] = {&units[3]}, *const none[] = {&units[0]}, *const soft[] = {&units[4]};

static struct arena a;

static void setup(void)
{
	arena_init(&a);
}

static void teardown(void)
{
	arena_finish(&a);
}

static struct job job(const char *name, const struct scenario *sc, const struct board_unit *const *of, size_t n)
{
	return (struct job){.name = name, .scenario = sc, .board = n > 1 ? of[0]->kind->name : of[0]->name, .units = of, .unit_count = n, .unit = of[0]};
}

static int make(struct slurm_groups *g, struct job *jobs, size_t n, size_t most, const bool *done, struct err *e)
{
	struct plan plan = {.jobs = jobs, .count = n};

	return groups_make(g, &(struct group_wish){.project = &project, .plan = &plan, .done = done, .attempts = 1, .most = most, .first = 1}, &a, e);
}

START_TEST(sessions_that_ask_for_the_same_are_one_array)
{
	struct job jobs[] = {job("a", &quick, soft, 1), job("b", &quick, pool, 2), job("c", &quick, soft, 1), job("d", &slow, soft, 1),
			     job("e", &quick, one, 1), job("f", &quick, soft, 1)};
	bool done[6] = {[5] = true};
	struct slurm_groups g;
	struct err e;

	ck_assert_int_eq(make(&g, jobs, 6, 100, done, &e), 0);
	ck_assert_uint_eq(g.count, 4);
	ck_assert_str_eq(g.items[0].name, "g1");
	ck_assert_uint_eq(group_size(&g.items[0]), 2);
	ck_assert_str_eq(g.items[0].sessions[1], "c");
	ck_assert_ptr_null(g.items[0].kind);
	/* Any of the kind; the one that was named; another limit. */
	ck_assert_str_eq(g.items[1].kind, "rock");
	ck_assert_ptr_null(g.items[1].unit);
	ck_assert_ptr_null(g.items[1].node);
	ck_assert_int_gt(g.items[2].minutes, g.items[0].minutes);
	ck_assert_str_eq(g.items[3].unit, "sand-1");
	ck_assert_str_eq(g.items[3].node, "lab1");
}
END_TEST

START_TEST(arrays_are_no_larger_than_slurm_takes)
{
	struct job jobs[5];
	struct slurm_groups g;
	struct err e;

	for (size_t i = 0; i < 5; i++)
		jobs[i] = job("s", &quick, soft, 1);
	ck_assert_int_eq(make(&g, jobs, 5, 2, NULL, &e), 0);
	ck_assert_uint_eq(g.count, 3);
	ck_assert_uint_eq(group_size(&g.items[2]), 1);
	ck_assert_str_eq(g.items[2].name, "g3");
}
END_TEST

START_TEST(board_on_no_node_is_refused)
{
	struct job jobs[] = {job("a", &quick, none, 1)};
	struct slurm_groups g;
	struct err e = {0};

	ck_assert_int_eq(make(&g, jobs, 1, 100, NULL, &e), -1);
	ck_assert_int_eq(e.kind, ERR_CONFIG);
	ck_assert_str_eq(e.where, "boards/units/alone.yaml:1");
}
END_TEST

START_TEST(limits_are_whole_minutes_and_leave_room)
{
	ck_assert_int_eq(group_minutes(1, false), 2);
	ck_assert_int_eq(group_minutes(60000, false), 2);
	ck_assert_int_eq(group_minutes(60001, false), 3);
	ck_assert_int_eq(group_minutes(60000, true), 6);
}
END_TEST

START_TEST(groups_are_kept_and_read_back)
{
	char dir[] = "/tmp/runtest-slurm-XXXXXX";
	struct slurm_group g = {.name = "g2", .kind = "rock", .cpus = 1, .minutes = 5, .job = 77, .sessions = (const char *const[]){"a", "b", NULL}};
	struct slurm_groups all;
	struct err e = {0};

	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(group_write(dir, &g, &e), 0);
	g.name = "g10";
	ck_assert_int_eq(group_write(dir, &g, &e), 0);
	ck_assert_int_eq(groups_read(dir, &all, &a, &e), 0);
	ck_assert_uint_eq(all.count, 2);
	ck_assert_str_eq(all.items[0].name, "g2");
	ck_assert_str_eq(all.items[1].name, "g10");
	ck_assert_int_eq(all.items[0].job, 77);
	ck_assert_uint_eq(group_size(&all.items[0]), 2);
	ck_assert_int_eq(group_read(dir, "g3", &g, &a, &e), -1);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	ck_assert_int_eq(group_read(dir, "../g2", &g, &a, &e), -1);
	ck_assert_int_eq(file_write_atomic(arena_printf(&a, "%s/slurm/g3.json", dir), "{", 1, false, &e), 0);
	ck_assert_int_eq(group_read(dir, "g3", &g, &a, &e), -1);
	ck_assert_int_eq(e.kind, ERR_IO);
	file_remove_tree(dir, NULL);
}
END_TEST

START_TEST(boards_are_numbered_by_kind_and_name)
{
	const struct board_unit *const *u = gres_units(&project, "lab1", &a);

	ck_assert_str_eq(u[0]->name, "rock-2");
	ck_assert_str_eq(u[1]->name, "sand-1");
	ck_assert_ptr_null(u[2]);
	ck_assert_str_eq(gres_of_node(&project, "lab1", &a), "board:rock:1,board:sand:1,unit:rock-2:1,unit:sand-1:1");
	ck_assert_str_eq(gres_of_node(&project, "lab9", &a), "");
}
END_TEST

START_TEST(configuration_names_every_node_once)
{
	const char *const nodes[] = {"NodeName=lab1 CPUs=4", "qemu CPUs=64", NULL};
	struct conf_spec spec = {.project = &project, .out = "/o", .program = "/bin/it's", .partition = "farm", .nodes = nodes};
	struct buf b;

	buf_init(&b);
	conf_slurm(&b, &spec);
	ck_assert_ptr_nonnull(strstr(b.data, "\nNodeName=lab1 CPUs=4 Gres=board:rock:1,"));
	ck_assert_ptr_nonnull(strstr(b.data, "\nNodeName=lab2 Gres=board:rock:1,unit:rock-1:1 State=UNKNOWN\n"));
	ck_assert_ptr_nonnull(strstr(b.data, "\nNodeName=qemu CPUs=64 State=UNKNOWN\n"));
	ck_assert_ptr_nonnull(strstr(b.data, " Nodes=lab1,lab2,qemu "));
	ck_assert_ptr_nonnull(strstr(b.data, "\nKillWait=120\nBatchStartTimeout=60\n"));
	buf_clear(&b);
	conf_gres(&b, &spec);
	ck_assert_ptr_nonnull(strstr(b.data, "NodeName=lab1 Name=board Type=rock File=/o/boards/lab1/rock-2\n"));
	ck_assert_ptr_nonnull(strstr(b.data, "NodeName=lab1 Name=unit Type=sand-1 Count=1\n"));
	buf_clear(&b);
	conf_sweep(&b, &spec);
	ck_assert_ptr_nonnull(strstr(b.data, "'/bin/it'\\''s' --project '/p' farm sweep"));
	buf_finish(&b);
}
END_TEST

static bool has_word(const char *const *words, const char *word)
{
	for (; *words; words++)
		if (strcmp(*words, word) == 0)
			return true;
	return false;
}

START_TEST(sbatch_is_told_board_limit_and_place)
{
	struct slurm_group g = {.name = "g1", .kind = "rock", .unit = "rock-1", .node = "lab2", .cpus = 1, .minutes = 7,
				.sessions = (const char *const[]){"a", "b", NULL}};
	struct submit_spec spec = {.run = "R", .run_dir = "/r/50%", .program = "/x", .root = "/p", .at_once = 3,
				   .options = (const char *const[]){"--account=a", NULL}};
	const char *const *w = submit_words(&spec, &g, "/s.sh", &a);

	ck_assert(has_word(w, "--gres=board:rock:1,unit:rock-1:1"));
	ck_assert(has_word(w, "--nodelist=lab2"));
	ck_assert(has_word(w, "--array=0-1%3"));
	ck_assert(has_word(w, "--time=7"));
	ck_assert(has_word(w, "--job-name=R.g1"));
	ck_assert(has_word(w, "--output=/r/50%%/slurm/g1.%a.out"));
	ck_assert(has_word(w, "--account=a"));
	g.unit = g.node = NULL;
	w = submit_words(&spec, &g, "/s.sh", &a);
	ck_assert(has_word(w, "--gres=board:rock:1"));
	ck_assert(!has_word(w, "--nodelist=lab2"));
}
END_TEST

START_TEST(parts_are_read_up_to_what_is_torn)
{
	static const char text[] =
		"{\"event\":\"session-started\",\"session\":\"s\"}\n" /* nobody says who wrote it */
		"{\"event\":\"part-begun\",\"writer\":{\"job\":\"1_2\",\"restart\":0,\"node\":\"lab1\",\"unit\":\"rock-2\"}}\n"
		"{\"event\":\"session-started\",\"session\":\"s\"}\n"
		"{\"event\":\"session-tried\",\"result\":{\"session\":\"R/s\",\"verdict\":\"infra\",\"attempts\":1}}\n"
		"{\"event\":\"session-ended\",\"result\":{\"session\":\"R/s\",\"verdict\":\"cancelled\",\"attempts\":2}}\n"
		"{\"event\":\"part-begun\",\"writer\":{\"job\":\"1_2\",\"restart\":1,\"node\":\"lab2\"}}\n"
		"{\"event\":\"session-ended\",\"result\":{\"verdict\":\"no-such\"}}\n"
		"{\"event\":\"session-ended\",\"result\":{\"verdict\":\"pass\"";
	struct part p;

	part_read(&p, text, sizeof text - 1, &a);
	ck_assert_uint_eq(p.count, 2);
	ck_assert(p.runs[0].started);
	ck_assert_uint_eq(p.runs[0].count, 2);
	ck_assert(!p.runs[0].events[0].ended);
	ck_assert_int_eq(part_run_end(&p.runs[0])->verdict, VERDICT_CANCELLED);
	ck_assert_int_eq(part_run_end(&p.runs[0])->attempt, 2);
	ck_assert_int_eq(p.runs[1].restart, 1);
	ck_assert_ptr_null(part_run_end(&p.runs[1]));
	ck_assert_ptr_null(p.runs[1].unit);
}
END_TEST

Suite *slurmgroup_test(void)
{
	Suite *s = suite_create("slurmgroup");
	TCase *t = tcase_create("slurmgroup");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, sessions_that_ask_for_the_same_are_one_array);
	tcase_add_test(t, arrays_are_no_larger_than_slurm_takes);
	tcase_add_test(t, board_on_no_node_is_refused);
	tcase_add_test(t, limits_are_whole_minutes_and_leave_room);
	tcase_add_test(t, groups_are_kept_and_read_back);
	tcase_add_test(t, boards_are_numbered_by_kind_and_name);
	tcase_add_test(t, configuration_names_every_node_once);
	tcase_add_test(t, sbatch_is_told_board_limit_and_place);
	tcase_add_test(t, parts_are_read_up_to_what_is_torn);
	suite_add_tcase(s, t);
	return s;
}
