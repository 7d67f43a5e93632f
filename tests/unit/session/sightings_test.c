#include "session/sightings.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "session/facts.h"

Suite *sightings_test(void);

START_TEST(of_very_many_the_first_and_the_last_are_kept)
{
	struct sightings all = {.count = 0};
	struct console_sighting *copy;
	struct arena a;
	char text[32];

	for (unsigned i = 0; i < 10000; i++) {
		snprintf(text, sizeof text, "text %u", i);
		sightings_add(&all, &(struct console_sighting){.pattern = "p", .where = "w", .text = text, .at_ms = i});
	}
	ck_assert_uint_eq(all.total, 10000);
	ck_assert_uint_eq(all.count, SIGHTINGS_FIRST + SIGHTINGS_LAST);
	arena_init(&a);
	copy = sightings_copy(&all, &a);
	sightings_finish(&all);
	ck_assert_str_eq(copy[0].text, "text 0");
	ck_assert_str_eq(copy[SIGHTINGS_FIRST - 1].text, "text 47");
	ck_assert_str_eq(copy[SIGHTINGS_FIRST].text, "text 9984");
	ck_assert_str_eq(copy[SIGHTINGS_FIRST + SIGHTINGS_LAST - 1].text, "text 9999");
	arena_finish(&a);
}
END_TEST

START_TEST(the_last_word_on_a_fact_counts)
{
	struct facts all = {.items = NULL};
	struct session_fact *copy;
	struct arena a;

	facts_set(&all, "half", "refused");
	facts_set(&all, "where", "0x1000");
	facts_set(&all, "half", "granted");
	arena_init(&a);
	copy = facts_copy(&all, &a);
	ck_assert_uint_eq(all.count, 2);
	facts_finish(&all);
	ck_assert_str_eq(copy[0].value, "granted");
	ck_assert_str_eq(copy[1].name, "where");
	arena_finish(&a);
}
END_TEST

Suite *sightings_test(void)
{
	Suite *s = suite_create("sightings");
	TCase *t = tcase_create("sightings");

	tcase_add_test(t, of_very_many_the_first_and_the_last_are_kept);
	tcase_add_test(t, the_last_word_on_a_fact_counts);
	suite_add_tcase(s, t);
	return s;
}
