/* What a board behind a machine queue cannot do is known before anything runs. */
#include <check.h>
#include <string.h>

#include "plan/capability.h"

Suite *capability_test(void);

static const struct unit_mq mq;
static const struct unit_reset line;
static const struct qemu_board qemu;
static const struct board_kind hardware, virtual = {.qemu = &qemu};
static const struct board_unit queued = {.name = "queued", .kind = &hardware, .mq = &mq},
			       own = {.name = "own", .kind = &hardware, .reset = &line},
			       poor = {.name = "poor", .kind = &hardware}, machine = {.name = "machine", .kind = &virtual};
static const struct step send[] = {{.kind = STEP_EXPECT}, {.kind = STEP_SEND, .line = 7}};
static const struct step script[] = {{.kind = STEP_SCRIPT, .line = 7}};
static const struct step file[] = {{.kind = STEP_SEND_FILE, .line = 7}};
static const struct step hold[] = {{.kind = STEP_WITNESS, .witness = {.stop = WITNESS_STOP_GUEST}, .line = 7}};
static const struct step again[] = {{.kind = STEP_EXPECT}, {.kind = STEP_REPEAT, .repeat = {.steps = send, .step_count = 2}}};
static const struct step reset[] = {{.kind = STEP_RESET, .line = 7}};
static const struct step resets[] = {{.kind = STEP_REPEAT, .repeat = {.steps = reset, .step_count = 1}}};
static const struct step fine[] = {
	{.kind = STEP_EXPECT}, {.kind = STEP_WITNESS}, {.kind = STEP_POWER}, {.kind = STEP_WAIT}, {.kind = STEP_SETTLE}};

static const char *lacking(const struct step *steps, size_t n, const struct board_unit *u, struct arena *a)
{
	const struct phase phases[] = {{.name = "empty"}, {.name = "steps", .steps = steps, .step_count = n}};
	const struct scenario s = {.name = "s", .file = "scenarios/s.yaml", .phases = (struct phase *)phases, .phase_count = 2};

	return capability_lacking(&s, u, a);
}

#define LACKING(STEPS, UNIT, A) lacking(STEPS, sizeof(STEPS) / sizeof *(STEPS), UNIT, A)

static void expect(const char *why, const char *begins)
{
	ck_assert_ptr_nonnull(why);
	ck_assert_ptr_eq(strstr(why, begins), why);
	ck_assert_ptr_nonnull(strstr(why, "line 7 of scenarios/s.yaml"));
}

START_TEST(what_types_is_not_for_a_queue)
{
	struct arena a;

	arena_init(&a);
	expect(LACKING(send, &queued, &a), "no input");
	expect(LACKING(script, &queued, &a), "no input");
	expect(LACKING(file, &queued, &a), "no input");
	expect(LACKING(hold, &queued, &a), "no input");
	expect(LACKING(again, &queued, &a), "no input");
	arena_finish(&a);
}
END_TEST

START_TEST(what_resets_is_not_for_a_queue)
{
	struct arena a;

	arena_init(&a);
	expect(LACKING(reset, &queued, &a), "no reset");
	expect(LACKING(resets, &queued, &a), "no reset");
	arena_finish(&a);
}
END_TEST

START_TEST(what_listens_is)
{
	struct arena a;

	arena_init(&a);
	ck_assert_ptr_null(LACKING(fine, &queued, &a));
	arena_finish(&a);
}
END_TEST

START_TEST(other_boards_can_do_all)
{
	struct arena a;

	arena_init(&a);
	ck_assert_ptr_null(LACKING(send, &own, &a));
	ck_assert_ptr_null(LACKING(reset, &own, &a));
	ck_assert_ptr_null(LACKING(send, &machine, &a));
	ck_assert_ptr_null(LACKING(reset, &machine, &a));
	ck_assert_ptr_null(LACKING(send, &poor, &a));
	arena_finish(&a);
}
END_TEST

START_TEST(hardware_is_reset_only_where_its_file_says_how)
{
	struct arena a;

	arena_init(&a);
	expect(LACKING(reset, &poor, &a), "no reset");
	expect(LACKING(resets, &poor, &a), "no reset");
	arena_finish(&a);
}
END_TEST

Suite *capability_test(void)
{
	Suite *s = suite_create("capability");
	TCase *t = tcase_create("capability");

	tcase_add_test(t, what_types_is_not_for_a_queue);
	tcase_add_test(t, what_resets_is_not_for_a_queue);
	tcase_add_test(t, what_listens_is);
	tcase_add_test(t, other_boards_can_do_all);
	tcase_add_test(t, hardware_is_reset_only_where_its_file_says_how);
	suite_add_tcase(s, t);
	return s;
}
