#include "survival/state.h"

#include <check.h>
#include <string.h>

#include "witness/pages.h"

Suite *pagestate_test(void);

enum { PAGE = PAGE_SIZE_4K };

static uint8_t image[PAGE], memory[PAGE], rival[PAGE], nothing[PAGE];
static const uint8_t *const rivals[] = {rival, NULL};

static void set_up(void)
{
	memset(image, 0x42, PAGE);
	memset(rival, 0x43, PAGE);
	memcpy(memory, image, PAGE);
}

static enum page_content content(void)
{
	return page_content_of(memory, image, PAGE, rivals);
}

START_TEST(a_reading_has_exactly_one_kind)
{
	ck_assert_int_eq(content(), CONTENT_IMAGE);
	memory[PAGE - 1] ^= 1;
	ck_assert_int_eq(content(), CONTENT_OTHER);
	memset(memory, 0, PAGE);
	ck_assert_int_eq(content(), CONTENT_ZERO);
	memory[0] = 1;
	ck_assert_int_eq(content(), CONTENT_OTHER);
	memset(memory, RAM_POISON, PAGE);
	ck_assert_int_eq(content(), CONTENT_POISON);
	memory[PAGE / 2] = 0;
	ck_assert_int_eq(content(), CONTENT_OTHER);
	memcpy(memory, rival, PAGE);
	ck_assert_int_eq(content(), CONTENT_RIVAL);
	ck_assert_int_eq(page_content_of(memory, image, PAGE, NULL), CONTENT_OTHER);
	ck_assert_int_eq(page_content_of(nothing, nothing, PAGE, rivals), CONTENT_BLANK);
	ck_assert_int_eq(page_content_of(memory, nothing, PAGE, rivals), CONTENT_RIVAL);
	ck_assert_int_eq(page_content_of(memory, memory, 1, NULL), CONTENT_IMAGE);
	ck_assert_int_eq(page_content_of(nothing, nothing, 1, NULL), CONTENT_BLANK);
}
END_TEST

/* What is found, letter by letter, and the state that follows: i(mage) z(ero) p(oison) x (other) b(lank) r(ival), and / for
 * a new boot, which has no state of its own. */
static enum page_content content_of_letter(char c)
{
	static const char letters[] = "ibzprx";

	return (enum page_content)(strchr(letters, c) - letters);
}

static char letter_of_state(enum page_state s)
{
	static const char letters[STATE_COUNT] = {[STATE_NOT_LOADED] = '.', [STATE_ZEROED] = 'o', [STATE_BLANK] = '-',
						  [STATE_INTACT] = '=', [STATE_CHANGED] = 'x', [STATE_CLEARED] = '0',
						  [STATE_RESTORED] = 'R', [STATE_UPDATED] = 'u'};

	return letters[s];
}

static const struct {
	const char *found, *states;
} stories[] = {
	{"ppiii", "..==="},          /* loaded, and intact to the end */
	{"pzi", ".o="},              /* zero before it is loaded is no clear */
	{"pxi", ".x="},              /* half-loaded, then loaded: nothing to restore */
	{"pizz", ".=00"},            /* cleared */
	{"pizi", ".=0R"},            /* restored */
	{"piziii", ".=0RRR"},
	{"pixx", ".=xx"},            /* changed */
	{"pixi", ".=xR"},
	{"pixz", ".=x0"},            /* changed, then cleared */
	{"pizx", ".=0x"},
	{"pizizi", ".=0R0R"},        /* again and again */
	{"pixixi", ".=xRxR"},
	{"pip", ".=x"},              /* nobody loads poison */
	{"pb", ".-"},                /* of a page that is blank in the image */
	{"pbxb", ".-x-"},
	{"pirr", ".=uu"},            /* another version, and back */
	{"piri", ".=uR"},
	{"pi/i", ".=="},            /* a reset does not make what stays there restored ... */
	{"pix/i", ".=x="},           /* ... nor what is loaded anew */
	{"piz/z", ".=0o"},
	{"piz/i", ".=0="},
	{"piz/ii z", ".=0==0"},
	{"pi/pi", ".=.="},           /* filled before the reset */
};

START_TEST(states_follow_from_what_is_found)
{
	struct page_past past = {.state = STATE_NOT_LOADED};
	const char *want = stories[_i].states;

	for (const char *c = stories[_i].found; *c; c++) {
		if (*c == '/') {
			page_state_new_boot(&past);
			continue;
		}
		if (*c == ' ')
			continue;
		ck_assert_msg(letter_of_state(page_state_after(&past, content_of_letter(*c))) == *want,
			      "%s at %s: %s", stories[_i].found, c, page_state_name(past.state));
		want++;
	}
	ck_assert_int_eq(*want, '\0');
}
END_TEST

START_TEST(states_have_names_that_are_read_back)
{
	enum page_state back;

	for (int i = 0; i < STATE_COUNT; i++) {
		ck_assert_int_eq(page_state_from_name(page_state_name((enum page_state)i), &back), 0);
		ck_assert_int_eq(back, i);
	}
	ck_assert_int_eq(page_state_from_name("lost", &back), -1);
	ck_assert_int_eq(page_state_from_name("", &back), -1);
}
END_TEST

Suite *pagestate_test(void)
{
	Suite *s = suite_create("survival/state");
	TCase *t = tcase_create("state");

	tcase_add_checked_fixture(t, set_up, NULL);
	tcase_add_test(t, a_reading_has_exactly_one_kind);
	tcase_add_loop_test(t, states_follow_from_what_is_found, 0, sizeof stories / sizeof stories[0]);
	tcase_add_test(t, states_have_names_that_are_read_back);
	suite_add_tcase(s, t);
	return s;
}
