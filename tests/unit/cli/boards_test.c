/* The list of boards: where a unit hangs, and who has it, without touching it. */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/boards.h"
#include "cli/unithost.h"
#include "farm/powered.h"
#include "util/file.h"
#include "util/mem.h"

Suite *boards_test(void);

static const struct qemu_board qemu;
static struct board_kind kinds[] = {
	{.name = "rock", .about = "a rock", .entry = "el2", .memory = {0x40000000, 0x80000000}},
	{.name = "stone", .about = "a stone", .entry = "el2", .memory = {0x0, 0x1000}},
	{.name = "virt", .about = "a machine", .entry = "el2", .memory = {0x0, 0x1000}, .qemu = &qemu},
};
static const struct console_tcp tcp = {.host = "lab1"};
static const struct unit_console console = {.driver = CONSOLE_TCP, .tcp = &tcp};
static const struct power_pdudaemon outlet = {.url = "http://pdu7.example.org:16421"};
static const struct unit_power power = {.way = POWER_BY_PDUDAEMON, .pdudaemon = &outlet};
static struct board_unit units[] = {
	{.name = "rock-1", .kind = &kinds[0], .console = &console, .power = &power},
	{.name = "virt", .kind = &kinds[2], .implied = true},
};
static const struct project project = {.kinds = kinds, .kind_count = 3, .units = units, .unit_count = 2};
static char state[64];

static void begin(void)
{
	snprintf(state, sizeof state, "/tmp/runtest-boards.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(state));
	setenv("RUNTEST_STATE", state, 1);
}

static void end(void)
{
	file_remove_tree(state, NULL);
	unsetenv("RUNTEST_STATE");
}

/* A process that has the lock, and has left power on, until it is killed. */
static pid_t holder(void)
{
	int ready[2];
	char c;
	pid_t pid;

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		struct lock_purpose purpose = {.user = "ada", .what = "runtest run"};
		struct unit_lock l;
		struct err e;

		unit_lock_init(&l);
		if (unit_lock_take(&l, "rock-1", &purpose, 0, NULL, NULL, &e) == 0 && powered_mark(&l, "run-7", &e) == 0 &&
		    write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	close(ready[0]);
	return pid;
}

static void expect(const char *text)
{
	struct buf out = {0};

	boards_table(&project, &out);
	ck_assert_msg(strstr(out.data, text) != NULL, "%s", out.data);
	buf_clear(&out);
	boards_json(&project, &out);
	ck_assert_int_eq(out.data[0], '[');
	buf_finish(&out);
}

START_TEST(a_unit_is_free_busy_or_left_on)
{
	pid_t pid;

	expect("rock   rock-1  hardware  lab1              free     ");
	pid = holder();
	expect("rock   rock-1  hardware  lab1              busy     ");
	expect("ada has held it since ");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	expect("rock   rock-1  hardware  lab1              left on  ");
	expect("powered by run-7");
}
END_TEST

START_TEST(each_host_has_a_line_and_a_kind_without_units_a_row)
{
	expect("                         pdu7.example.org");
	expect("stone  -       hardware  -                 no unit  ");
	expect("virt   virt    QEMU      here              free     ");
}
END_TEST

START_TEST(json_has_it_all)
{
	struct buf out = {0};

	boards_json(&project, &out);
	ck_assert_ptr_nonnull(strstr(out.data, "\"hosts\": [\n      \"lab1\",\n      \"pdu7.example.org\"\n    ]"));
	ck_assert_ptr_nonnull(strstr(out.data, "\"unit\": null"));
	ck_assert_ptr_nonnull(strstr(out.data, "\"size\": 2147483648"));
	buf_finish(&out);
}
END_TEST

START_TEST(the_host_of_an_address)
{
	static const char *const rows[][2] = {
		{"http://a.b:16421", "a.b"}, {"https://a.b/x:y@z", "a.b"}, {"http://u:p@a.b/", "a.b"}, {"http://[::1]:8/", "::1"},
		{"http://a.b?q", "a.b"},
	};
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		ck_assert_str_eq(url_host(rows[i][0], &a), rows[i][1]);
	arena_finish(&a);
}
END_TEST

START_TEST(a_queue_hangs_where_its_client_runs)
{
	static const char *const away[] = {"ssh", "-tt", "gate", "mq.sh", NULL}, *const home[] = {"mq.sh", NULL};
	static const struct unit_mq mq_away = {.command = away}, mq_home = {.command = home};
	const struct board_unit a_unit = {.kind = &kinds[0], .mq = &mq_away}, b_unit = {.kind = &kinds[0], .mq = &mq_home};
	struct arena a;

	arena_init(&a);
	ck_assert_str_eq(unit_hosts(&a_unit, &a)[0], "gate");
	ck_assert_str_eq(unit_hosts(&b_unit, &a)[0], "here");
	ck_assert_ptr_null(unit_hosts(&b_unit, &a)[1]);
	arena_finish(&a);
}
END_TEST

Suite *boards_test(void)
{
	Suite *s = suite_create("boards");
	TCase *t = tcase_create("boards");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, a_unit_is_free_busy_or_left_on);
	tcase_add_test(t, each_host_has_a_line_and_a_kind_without_units_a_row);
	tcase_add_test(t, json_has_it_all);
	tcase_add_test(t, the_host_of_an_address);
	tcase_add_test(t, a_queue_hangs_where_its_client_runs);
	suite_add_tcase(s, t);
	return s;
}
