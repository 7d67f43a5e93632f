/* Every piece of work is done once, whoever does it. */
#include <check.h>
#include <stdatomic.h>

#include "util/crew.h"

Suite *crew_test(void);

enum { PIECES = 10000 };

struct tally {
	_Atomic int done[PIECES];
	_Atomic size_t by_nobody; /* hands that there are not */
};

static void count(void *arg, size_t hand, size_t piece)
{
	struct tally *t = arg;

	if (hand >= crew_hands())
		t->by_nobody++;
	t->done[piece]++;
}

START_TEST(each_piece_is_done_once)
{
	static const size_t sizes[] = {0, 1, 2, 3, PIECES};
	static struct tally t;

	for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
		t = (struct tally){0};
		crew_do(sizes[k], count, &t);
		for (size_t i = 0; i < PIECES; i++)
			ck_assert_int_eq(t.done[i], i < sizes[k]);
		ck_assert_uint_eq(t.by_nobody, 0);
	}
}
END_TEST

/* Each hand has tools of its own: two threads never have the same number at once. */
struct tools {
	_Atomic int in_use[64];
	_Atomic int clashes;
};

static void use(void *arg, size_t hand, size_t piece)
{
	struct tools *t = arg;

	(void)piece;
	t->clashes += t->in_use[hand]++ != 0;
	for (volatile int i = 0; i < 100; i++)
		;
	t->in_use[hand]--;
}

START_TEST(a_hand_does_one_thing_at_a_time)
{
	static struct tools t;

	ck_assert_uint_ge(crew_hands(), 1);
	ck_assert_uint_le(crew_hands(), 64);
	crew_do(PIECES, use, &t);
	ck_assert_int_eq(t.clashes, 0);
}
END_TEST

Suite *crew_test(void)
{
	Suite *s = suite_create("crew");
	TCase *c = tcase_create("crew");

	tcase_add_test(c, each_piece_is_done_once);
	tcase_add_test(c, a_hand_does_one_thing_at_a_time);
	suite_add_tcase(s, c);
	return s;
}
