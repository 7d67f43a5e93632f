#include <check.h>
#include <string.h>

#include "board/power/verify.h"

Suite *verify_test(void);

static const struct {
	enum power_state state;
	bool talked;
	enum next_start next;
	enum off_outcome want;
	const char *says; /* a part of the sentence or the hint */
} all[] = {
	{POWER_OFF, false, NEXT_START_AHEAD, OFF_SO_FAR, "the switch says off and the board is silent"},
	{POWER_OFF, false, NEXT_START_FRESH, OFF_PROVEN, "started anew"},
	{POWER_OFF, false, NEXT_START_STALE, OFF_REFUTED, "never was off"},
	{POWER_OFF, false, NEXT_START_MUTE, OFF_UNSURE, "does it get power at all?"},
	{POWER_OFF, true, NEXT_START_AHEAD, OFF_REFUTED, "the switch says off but the board keeps talking"},
	{POWER_OFF, true, NEXT_START_FRESH, OFF_UNSURE, "kept talking"},
	{POWER_OFF, true, NEXT_START_STALE, OFF_REFUTED, "wrong outlet?"},
	{POWER_OFF, true, NEXT_START_MUTE, OFF_REFUTED, "wrong outlet?"},
	{POWER_ON, false, NEXT_START_AHEAD, OFF_REFUTED, "the switch says on"},
	{POWER_ON, false, NEXT_START_FRESH, OFF_UNSURE, "another outlet"},
	{POWER_ON, false, NEXT_START_STALE, OFF_REFUTED, "the switch says on"},
	{POWER_ON, false, NEXT_START_MUTE, OFF_REFUTED, "the switch says on"},
	{POWER_ON, true, NEXT_START_AHEAD, OFF_REFUTED, "did not obey"},
	{POWER_ON, true, NEXT_START_FRESH, OFF_REFUTED, "did not obey"},
	{POWER_ON, true, NEXT_START_STALE, OFF_REFUTED, "did not obey"},
	{POWER_ON, true, NEXT_START_MUTE, OFF_REFUTED, "did not obey"},
	{POWER_UNKNOWN, false, NEXT_START_AHEAD, OFF_SO_FAR, "silent since"},
	{POWER_UNKNOWN, false, NEXT_START_FRESH, OFF_PROVEN, "started anew"},
	{POWER_UNKNOWN, false, NEXT_START_STALE, OFF_REFUTED, "never was off"},
	{POWER_UNKNOWN, false, NEXT_START_MUTE, OFF_UNSURE, "nothing after the next power-on"},
	{POWER_UNKNOWN, true, NEXT_START_AHEAD, OFF_REFUTED, "pdudaemon answers 200 even then"},
	{POWER_UNKNOWN, true, NEXT_START_FRESH, OFF_UNSURE, "kept talking"},
	{POWER_UNKNOWN, true, NEXT_START_STALE, OFF_REFUTED, "keeps talking"},
	{POWER_UNKNOWN, true, NEXT_START_MUTE, OFF_REFUTED, "keeps talking"},
};

START_TEST(every_combination_has_its_finding)
{
	struct off_signs s = {.state = all[_i].state, .talked = all[_i].talked, .next = all[_i].next};
	struct off_finding f = off_verify(&s);

	ck_assert_int_eq(f.outcome, all[_i].want);
	ck_assert_msg(strstr(f.text, all[_i].says) || (f.hint && strstr(f.hint, all[_i].says)), "%s (%s)", f.text, f.hint);
	/* Who is not content is told what to look at. */
	ck_assert_int_eq(f.hint != NULL, f.outcome == OFF_UNSURE || f.outcome == OFF_REFUTED);
}
END_TEST

START_TEST(the_table_above_is_whole)
{
	unsigned seen = 0;

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		seen |= 1u << ((unsigned)all[i].state * 8 + (unsigned)all[i].talked * 4 + (unsigned)all[i].next);
	ck_assert_uint_eq(seen, 0xffffffu);
}
END_TEST

START_TEST(silence_alone_proves_nothing)
{
	for (int state = POWER_OFF; state <= POWER_UNKNOWN; state++)
		for (int next = NEXT_START_AHEAD; next <= NEXT_START_MUTE; next++) {
			struct off_signs s = {.state = (enum power_state)state, .next = (enum next_start)next};

			ck_assert_int_eq(off_verify(&s).outcome == OFF_PROVEN, next == NEXT_START_FRESH && state != POWER_ON);
		}
}
END_TEST

Suite *verify_test(void)
{
	Suite *s = suite_create("verify");
	TCase *c = tcase_create("verify");

	tcase_add_loop_test(c, every_combination_has_its_finding, 0, sizeof all / sizeof all[0]);
	tcase_add_test(c, the_table_above_is_whole);
	tcase_add_test(c, silence_alone_proves_nothing);
	suite_add_tcase(s, c);
	return s;
}
