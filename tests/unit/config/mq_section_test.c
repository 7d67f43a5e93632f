/* The mq section of a board unit: a machine queue that has the board. */
#include "config/fixture.h"

Suite *mq_section_test(void);

#define A1 "command: [mq.sh], boards: [a1]"
#define THERE "remote: {copy: [scp, '{file}', 'x:{name}'], path: 'x/{name}', remove: [ssh, x, rm, '{name}']}"

static struct fixture f;

static void begin(void)
{
	fixture_init(&f);
}

static void end(void)
{
	fixture_finish(&f);
}

static const struct unit_mq *load(const char *section)
{
	char *text = xasprintf("mq: {%s}", section);
	const struct board_unit *u = fixture_unit(&f, text);

	free(text);
	return u->mq;
}

START_TEST(command_and_boards_are_enough)
{
	const struct unit_mq *m = load("command: [ssh, -tt, lab, mq.sh], boards: [a1, a_2]");

	ck_assert_str_eq(m->command[3], "mq.sh");
	ck_assert_str_eq(m->boards[1], "a_2");
	ck_assert_ptr_null(m->remote);
	ck_assert_ptr_null(m->started);
	ck_assert_int_eq(m->job_ms, 900000);
	ck_assert_int_eq(m->boot_ms, 120000);
	ck_assert_int_eq(m->reclaim_ms, 3600000);
	ck_assert_int_eq(m->wait_ms, 3600000);
}
END_TEST

START_TEST(files_get_elsewhere_by_commands)
{
	const struct unit_mq *m = load(A1 ", started: '## Starting', boot: 1m, " THERE);

	ck_assert_str_eq(m->remote->path, "x/{name}");
	ck_assert_str_eq(m->remote->copy[1], "{file}");
	ck_assert_int_eq(m->boot_ms, 60000);
}
END_TEST

static const struct {
	const char *unit, *what;
} mistakes[] = {
	{FIXTURE_ROCK "mq: {boards: [a1]}\n", "missing key \"command\" in this machine queue"},
	{FIXTURE_ROCK "mq: {command: [mq.sh]}\n", "missing key \"boards\" in this machine queue"},
	{FIXTURE_ROCK "mq: {command: [], boards: [a1]}\n", "command: expected a program and its arguments"},
	{FIXTURE_ROCK "mq: {command: [mq.sh], boards: []}\n", "boards: expected at least one name"},
	{FIXTURE_ROCK "mq: {command: [mq.sh], boards: ['a1; reboot']}\n", "boards: \"a1; reboot\" is no name of a machine queue's"},
	{FIXTURE_ROCK "mq: {command: [mq.sh], boards: ['-f']}\n", "boards: \"-f\" is no name of a machine queue's"},
	{FIXTURE_ROCK "mq: {" A1 ", boot: 1m}\n", "boot: expected a key started, which it is the limit of"},
	{FIXTURE_ROCK "mq: {" A1 ", started: x, boot: 1h}\n", "boot: expected no more than the job may take in all"},
	{FIXTURE_ROCK "mq: {" A1 ", job: 2h}\n", "reclaim: expected at least as long as a job may take"},
	{FIXTURE_ROCK "mq: {" A1 ", remote: {copy: [scp, x], path: '{name}', remove: [rm, '{name}']}}\n", NULL},
	{FIXTURE_ROCK "mq: {" A1 ", remote: {copy: [scp, '{file}', '{name}'], path: x, remove: [rm, '{name}']}}\n",
	 "path: expected a path with {name} in it"},
	{FIXTURE_ROCK "mq: {" A1 ", remote: {copy: [scp, '{file}', '{name}'], path: '{name}', remove: [rm]}}\n",
	 "remove: expected a command with {name} in it"},
	{FIXTURE_ROCK "console: {tty: {device: /dev/ttyUSB0}}\nmq: {" A1 "}\n", "console: expected none beside mq, which follows it"},
	{FIXTURE_ROCK "memory: {gdb: 'lab:3333'}\nmq: {" A1 "}\n", "memory: expected none beside mq, which offers no way to it"},
	{FIXTURE_ROCK "power: {manual: {}}\nmq: {" A1 "}\n", "power: expected none beside mq, which switches it"},
	{"unit: rock-1\nkind: virt\nmq: {" A1 "}\n", "mq: virt is a QEMU machine: expected none"},
};

START_TEST(a_mistake_is_told)
{
	fixture_write(&f, FIXTURE_UNIT, mistakes[_i].unit);
	ck_assert_int_eq(fixture_load(&f), -1);
	if (mistakes[_i].what) {
		ck_assert_uint_eq(f.errors.count, 1);
		ck_assert_str_eq(f.errors.items[0].what, mistakes[_i].what);
	}
	ck_assert_ptr_nonnull(strstr(f.errors.items[0].where, FIXTURE_UNIT));
}
END_TEST

Suite *mq_section_test(void)
{
	Suite *s = suite_create("mq_section");
	TCase *t = tcase_create("mq_section");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, command_and_boards_are_enough);
	tcase_add_test(t, files_get_elsewhere_by_commands);
	tcase_add_loop_test(t, a_mistake_is_told, 0, (int)(sizeof mistakes / sizeof mistakes[0]));
	suite_add_tcase(s, t);
	return s;
}
