#include "health/judge.h"

#include <check.h>
#include <string.h>

Suite *health_judge_test(void);

static struct session_result r;
static struct arena arena;
static struct phase_result phases[3];
static struct page_evidence page;
static const struct health_offer all = {true, true, true, true, true};

static struct health_finding judge_with(const struct health_offer *offer)
{
	return health_judge(&r, offer, &arena);
}

static struct health_finding judge(void)
{
	return judge_with(&all);
}

/* A session in which all is well; tests take away from it. */
static void setup(void)
{
	static const struct phase_result done[] = {{"load", PHASE_DONE, 3000, 3100, 0},
						   {"system", PHASE_DONE, 3100, 3200, 100},
						   {"protection-domains", PHASE_DONE, 3200, 3300, 200}};

	arena_init(&arena);
	session_result_init(&r);
	memcpy(phases, done, sizeof done);
	page = (struct page_evidence){.moment = "end", .judged = true, .count[COUNT_INTACT] = 28};
	r.name = "health.patched.board.debug.1";
	r.verdict = VERDICT_PASS;
	r.attempts = 1;
	r.phases = phases;
	r.phase_count = 3;
	r.evidence.console_spoke = r.evidence.memory_spoke = true;
	r.evidence.pages = &page;
	r.evidence.page_count = 1;
}

static void teardown(void)
{
	session_result_finish(&r);
	arena_finish(&arena);
}

/* It ended in phase n (0: before the first). */
static void ends_before(size_t n, enum verdict verdict, const char *why)
{
	for (size_t i = n; i < r.phase_count; i++)
		phases[i] = (struct phase_result){phases[i].name, PHASE_NOT_REACHED, -1, -1, 0};
	if (n)
		phases[n - 1].outcome = verdict == VERDICT_TIMEOUT ? PHASE_TIMEOUT : PHASE_FAILED;
	r.verdict = verdict;
	r.why = why;
	r.evidence.memory_spoke = false;
	r.evidence.page_count = 0;
}

static void ck_ill(enum health_part part)
{
	struct health_finding f = judge();

	ck_assert_int_eq(f.outcome, HEALTH_SICK);
	ck_assert_str_eq(health_part_name(f.ill), health_part_name(part));
	ck_assert_str_eq(f.why, r.why);
	for (int p = 0; p < HEALTH_PARTS; p++) {
		ck_assert_ptr_nonnull(f.parts[p].text);
		if (p == (int)part)
			ck_assert_int_eq(f.parts[p].state, HEALTH_ILL);
		else
			ck_assert_int_ne(f.parts[p].state, HEALTH_ILL);
	}
	ck_assert_str_eq(f.parts[part].text, r.why);
	ck_assert_ptr_nonnull(health_advice(part));
}

START_TEST(all_is_well_where_everything_was_seen)
{
	static const char *const notes[] = {"of 1536 characters typed at U-Boot's prompt, all came back", NULL};
	struct health_finding f;

	r.evidence.notes = notes;
	f = judge();
	ck_assert_int_eq(f.outcome, HEALTH_HEALTHY);
	ck_assert_int_eq(f.ill, HEALTH_PARTS);
	ck_assert_ptr_null(f.why);
	for (int p = 0; p < HEALTH_PARTS; p++)
		ck_assert_int_eq(f.parts[p].state, HEALTH_WELL);
	ck_assert_str_eq(f.parts[HEALTH_CONSOLE].text, notes[0]);
	ck_assert_str_eq(f.parts[HEALTH_DELIVERY].text, "the image was started 3000 ms after power-on");
	ck_assert_str_eq(f.parts[HEALTH_BOOT].text, "the system was up 3300 ms after power-on");
	ck_assert_ptr_nonnull(strstr(f.parts[HEALTH_MEMORY].text, "28 pages intact"));
}
END_TEST

START_TEST(what_a_unit_does_not_offer_is_not_missed)
{
	const struct health_offer bare = {.console = true, .power = true, .delivery = true};
	struct health_finding f;

	r.evidence.memory_spoke = false;
	r.evidence.page_count = 0;
	f = judge_with(&bare);
	ck_assert_int_eq(f.outcome, HEALTH_HEALTHY);
	ck_assert_int_eq(f.parts[HEALTH_MEMORY].state, HEALTH_NOT_OFFERED);
	ck_assert_str_eq(f.parts[HEALTH_POWER].text, "it went on, and off; its switch cannot be asked");
}
END_TEST

START_TEST(memory_that_is_offered_and_was_not_seen_is_ill)
{
	static const char *const notes[] = {"RAM could not be looked at after a reset: it says no", NULL};
	struct health_finding f;

	r.evidence.memory_spoke = false;
	r.evidence.page_count = 0;
	f = judge();
	ck_assert_int_eq(f.ill, HEALTH_MEMORY);
	ck_assert_str_eq(f.why, "memory was not seen at all");
	r.evidence.notes = notes;
	ck_assert_str_eq(judge().why, notes[0]);
}
END_TEST

START_TEST(the_session_says_which_part_broke)
{
	static const struct {
		const char *part;
		enum health_part ill;
		size_t phases;
		bool spoke;
	} cases[] = {
		{"console", HEALTH_CONSOLE, 0, false}, {"console", HEALTH_CONSOLE, 2, true}, {"power", HEALTH_POWER, 0, false},
		{"power", HEALTH_POWER, 3, true},      {"delivery", HEALTH_DELIVERY, 0, true}, {"memory", HEALTH_MEMORY, 1, true},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		teardown();
		setup();
		ends_before(cases[i].phases, VERDICT_INFRA, "it broke");
		r.part = cases[i].part;
		r.evidence.console_spoke = cases[i].spoke;
		ck_ill(cases[i].ill);
	}
}
END_TEST

START_TEST(what_was_seen_before_is_well_and_what_was_not_is_unknown)
{
	struct health_finding f;

	ends_before(0, VERDICT_INFRA, "it arrived damaged");
	r.part = "delivery";
	f = judge();
	ck_assert_int_eq(f.parts[HEALTH_CONSOLE].state, HEALTH_WELL);
	ck_assert_int_eq(f.parts[HEALTH_POWER].state, HEALTH_WELL);
	ck_assert_int_eq(f.parts[HEALTH_BOOT].state, HEALTH_NOT_REACHED);
	ck_assert_int_eq(f.parts[HEALTH_MEMORY].state, HEALTH_NOT_REACHED);
	r.part = "console";
	r.evidence.console_spoke = false;
	f = judge();
	ck_assert_int_eq(f.parts[HEALTH_POWER].state, HEALTH_NOT_REACHED);
	ck_assert_int_eq(f.parts[HEALTH_DELIVERY].state, HEALTH_NOT_REACHED);
}
END_TEST

/* The image is known to be good: what the software is accused of elsewhere is the board's doing here. */
START_TEST(failures_are_the_boards)
{
	static const struct {
		enum cause cause;
		enum health_part ill;
	} cases[] = {{CAUSE_IMAGE_NOT_LOADED, HEALTH_DELIVERY}, {CAUSE_KERNEL_PANIC, HEALTH_BOOT}, {CAUSE_PD_FAULT, HEALTH_BOOT},
		     {CAUSE_IMAGE_CORRUPT, HEALTH_BOOT}, {CAUSE_PD_CODE_CLEARED, HEALTH_MEMORY}};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		teardown();
		setup();
		ends_before(1, VERDICT_FAIL, "it failed");
		r.cause = cases[i].cause;
		ck_ill(cases[i].ill);
	}
	/* The same cause, and memory has shown it. */
	teardown();
	setup();
	ends_before(1, VERDICT_FAIL, "it failed");
	r.cause = CAUSE_IMAGE_CORRUPT;
	page.count[COUNT_CHANGED] = 1;
	r.evidence.page_count = 1;
	r.evidence.memory_spoke = true;
	ck_ill(HEALTH_MEMORY);
}
END_TEST

START_TEST(a_time_out_is_the_last_part_that_was_reached)
{
	ends_before(2, VERDICT_TIMEOUT, "the deadline passed");
	ck_ill(HEALTH_BOOT);
	ends_before(0, VERDICT_TIMEOUT, "the deadline passed");
	ck_ill(HEALTH_DELIVERY);
	r.evidence.console_spoke = false;
	ck_ill(HEALTH_CONSOLE);
}
END_TEST

START_TEST(a_check_that_broke_off_says_nothing_of_the_board)
{
	static const enum verdict verdicts[] = {VERDICT_NONE, VERDICT_SKIPPED, VERDICT_CANCELLED, VERDICT_INFRA};

	for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++) {
		struct health_finding f;

		ends_before(0, verdicts[i], "the disk is full");
		f = judge();
		ck_assert_int_eq(f.outcome, HEALTH_UNCHECKED);
		ck_assert_int_eq(f.ill, HEALTH_PARTS);
		ck_assert_str_eq(f.why, "the disk is full");
	}
	ends_before(0, VERDICT_FAIL, "the variant did not build");
	r.cause = CAUSE_BUILD_FAILED;
	ck_assert_int_eq(judge().outcome, HEALTH_UNCHECKED);
	r.cause = CAUSE_IMAGE_CORRUPT;
	r.attempts = 0; /* it never ran */
	ck_assert_int_eq(judge().outcome, HEALTH_UNCHECKED);
	ck_assert_str_eq(health_unchecked(NULL).why, "it was not checked");
}
END_TEST

START_TEST(units_offer_what_their_files_have)
{
	const struct qemu_board qemu = {.program = "qemu"};
	const struct board_kind machine = {.qemu = &qemu}, hardware = {.qemu = NULL};
	const struct unit_console line = {.settle_ms = 1};
	const struct power_exec asked = {.state = &(struct power_exec_state){.command = NULL}}, told = {.state = NULL};
	struct unit_power power = {.way = POWER_BY_EXEC, .exec = &asked};
	struct board_unit u = {.kind = &machine};
	struct health_offer o = health_offer_of(&u);

	ck_assert(o.console && o.power && o.delivery && o.memory);
	u = (struct board_unit){.kind = &hardware, .console = &line, .power = &power};
	o = health_offer_of(&u);
	ck_assert(o.console && o.power && o.power_state && !o.delivery && !o.memory);
	power.exec = &told;
	ck_assert(!health_offer_of(&u).power_state);
	power.way = POWER_BY_PDUDAEMON;
	power.exec = NULL;
	ck_assert(!health_offer_of(&u).power_state);
	u = (struct board_unit){.kind = &hardware};
	o = health_offer_of(&u);
	ck_assert(!o.console && !o.power);
}
END_TEST

Suite *health_judge_test(void)
{
	Suite *s = suite_create("health judge");
	TCase *t = tcase_create("health judge");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, all_is_well_where_everything_was_seen);
	tcase_add_test(t, what_a_unit_does_not_offer_is_not_missed);
	tcase_add_test(t, memory_that_is_offered_and_was_not_seen_is_ill);
	tcase_add_test(t, the_session_says_which_part_broke);
	tcase_add_test(t, what_was_seen_before_is_well_and_what_was_not_is_unknown);
	tcase_add_test(t, failures_are_the_boards);
	tcase_add_test(t, a_time_out_is_the_last_part_that_was_reached);
	tcase_add_test(t, a_check_that_broke_off_says_nothing_of_the_board);
	tcase_add_test(t, units_offer_what_their_files_have);
	suite_add_tcase(s, t);
	return s;
}
