/* What a switch that is made from a unit's sections can do, and how it finds out that it was not obeyed. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board/power/power.h"
#include "config/board.h"
#include "util/file.h"
#include "util/mem.h"

Suite *switch_test(void);

static char folder[] = "/tmp/runtest-switch-XXXXXX";

/* A relay whose contact is a file, and a reset line that is another. */
static const char *const on[] = {"sh", "-c", "echo on >contact", NULL}, *const off[] = {"sh", "-c", "echo off >contact", NULL};
static const char *const ask[] = {"cat", "contact", NULL}, *const pull[] = {"touch", "pulled", NULL};
static const char *const nothing[] = {"true", NULL}, *const fails[] = {"false", NULL};
static const struct power_exec_state state = {.command = ask, .on = {.regex = "^on$"}, .off = {.regex = "^off$"}};
static const struct reset_exec pulls = {pull}, pulls_not = {fails};

static struct power_exec relay;
static struct unit_power section;
static struct unit_reset line;
static struct board_unit unit;

static void begin(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	relay = (struct power_exec){.on = on, .off = off, .state = &state};
	section = (struct unit_power){.way = POWER_BY_EXEC, .exec = &relay, .deadline_ms = 20000};
	line = (struct unit_reset){.way = RESET_BY_EXEC, .exec = &pulls, .deadline_ms = 20000};
	unit = (struct board_unit){.name = "rock-1", .power = &section};
}

static void end(void)
{
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(file_remove_tree(folder, NULL), 0);
}

START_TEST(what_the_switch_says_is_read_back)
{
	struct power *p = power_create(&unit);
	enum power_state s;
	struct err e = {0};

	ck_assert_str_eq(p->ops->name, "exec");
	ck_assert_int_eq(p->ops->watch_fd(p), -1);
	ck_assert_int_eq(p->ops->on(p, &e), 0);
	ck_assert_int_eq(power_state(p, &s, &e), 0);
	ck_assert_int_eq(s, POWER_ON);
	ck_assert_int_eq(p->ops->off(p, NULL), 0);
	ck_assert_int_eq(p->ops->off(p, NULL), 0);
	ck_assert_int_eq(power_state(p, &s, &e), 0);
	ck_assert_int_eq(s, POWER_OFF);
	power_destroy(p);
}
END_TEST

START_TEST(one_that_cannot_be_asked_is_unknown)
{
	struct power *p;
	enum power_state s = POWER_ON;

	relay.state = NULL;
	p = power_create(&unit);
	ck_assert_ptr_null(p->ops->state);
	ck_assert_int_eq(p->ops->off(p, NULL), 0);
	ck_assert_int_eq(power_state(p, &s, NULL), 0);
	ck_assert_int_eq(s, POWER_UNKNOWN);
	power_destroy(p);
}
END_TEST

START_TEST(a_lie_is_an_error)
{
	struct power *p = power_create(&unit);
	struct err e = {0};

	ck_assert_int_eq(p->ops->on(p, &e), 0);
	relay.off = nothing;
	section.deadline_ms = 3000; /* it is asked again every 100 ms */
	ck_assert_int_eq(p->ops->off(p, &e), -1);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_str_eq(e.what, "the switch says \"on\" although it was told to switch off");
	section.deadline_ms = 200;
	ck_assert_int_eq(p->ops->off(p, NULL), -1);
	power_destroy(p);
}
END_TEST

START_TEST(a_reset_is_there_if_the_unit_has_one)
{
	struct power *p = power_create(&unit);
	struct err e = {0};

	ck_assert_ptr_null(p->ops->request_reset);
	power_destroy(p);
	unit.reset = &line;
	p = power_create(&unit);
	ck_assert_int_eq(p->ops->request_reset(p, &e), 0);
	ck_assert(p->ops->reset_done(p));
	ck_assert(file_exists("pulled"));
	ck_assert(!file_exists("contact"));
	line.exec = &pulls_not;
	ck_assert_int_eq(p->ops->request_reset(p, &e), -1);
	ck_assert_str_eq(e.what, "false exited with status 1");
	power_destroy(p);
}
END_TEST

START_TEST(states_have_names)
{
	ck_assert_str_eq(power_state_name(POWER_OFF), "off");
	ck_assert_str_eq(power_state_name(POWER_ON), "on");
	ck_assert_str_eq(power_state_name(POWER_UNKNOWN), "unknown");
}
END_TEST

Suite *switch_test(void)
{
	Suite *s = suite_create("switch");
	TCase *c = tcase_create("switch");

	tcase_add_checked_fixture(c, begin, end);
	tcase_add_test(c, what_the_switch_says_is_read_back);
	tcase_add_test(c, one_that_cannot_be_asked_is_unknown);
	tcase_add_test(c, a_lie_is_an_error);
	tcase_add_test(c, a_reset_is_there_if_the_unit_has_one);
	tcase_add_test(c, states_have_names);
	suite_add_tcase(s, c);
	return s;
}
