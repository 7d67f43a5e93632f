/* Sessions by their names. */
#include <check.h>
#include <string.h>

#include "plan/only.h"
#include "plan/shelf.h"

Suite *only_test(void);

START_TEST(a_name_has_five_parts_of_which_the_variant_may_have_dots)
{
	static const struct {
		const char *text, *joined;
	} rows[] = {
		{"boots.good.rock.debug.1", "boots|good|rock|debug|1"},
		{"boots.good.rock.debug", "boots|good|rock|debug|-"},
		{"boots.*.rock.*.1?", "boots|*|rock|*|1?"},
		{"boots.image-a.b.c.rock.debug.12", "boots|image-a.b.c|rock|debug|12"},
		{"boots.image-a.b.rock.debug", "boots|image-a.b|rock|debug|-"},
		{"boots.good.rock", NULL},
		{"*", NULL},
	};
	struct only_parts p;
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		ck_assert_int_eq(only_split(rows[i].text, &a, &p), rows[i].joined != NULL);
		if (rows[i].joined)
			ck_assert_str_eq(arena_printf(&a, "%s|%s|%s|%s|%s", p.scenario, p.variant, p.board, p.config,
						      p.repeat ? p.repeat : "-"), rows[i].joined);
	}
	arena_finish(&a);
}
END_TEST

START_TEST(without_a_repeat_all_are_meant)
{
	ck_assert(only_means("a.b.c.d.1", "a.b.c.d.1"));
	ck_assert(!only_means("a.b.c.d.1", "a.b.c.d.11"));
	ck_assert(only_means("a.b.c.d", "a.b.c.d.11"));
	ck_assert(!only_means("a.b.c", "a.b.c.d.11"));
	ck_assert(only_means("a.*", "a.b.c.d.11"));
	ck_assert(!only_means("b.*", "a.b.c.d.11"));
}
END_TEST

static const char *name_at(const void *ctx, size_t i)
{
	return ((const char *const *)ctx)[i];
}

START_TEST(the_nearest_is_found_part_by_part)
{
	static const char *const sessions[] = {"pd-survives.patched-bootclear.qemu_virt_aarch64_el1.debug.1",
					       "pd-survives.patched.qemu_virt_aarch64.debug.1"};
	struct names names = {name_at, sessions, 2};

	ck_assert_str_eq(only_nearest("pd-survives.patched.qemu_virt_arch64.debug.1", names), sessions[1]);
	ck_assert_str_eq(only_nearest("pd-survives.patchd-bootclear.qemu_virt_aarch64_el1.debug.2", names), sessions[0]);
	ck_assert_ptr_null(only_nearest("something", names));
	ck_assert_ptr_null(only_nearest("other.thing.on.another.9", names));
}
END_TEST

/* What is planned, joined; or "! " and the error. */
static const char *planned(const struct plan_request *want, struct arena *a)
{
	const char *text = "";
	struct plan p;
	struct err e;

	if (plan_make(&p, &shelf, want, &e) < 0)
		text = arena_printf(a, "! %s; %s", e.what, e.hint);
	for (size_t i = 0; i < p.count && *text != '!'; i++)
		text = arena_printf(a, "%s%s%s", text, i ? " " : "", p.jobs[i].name);
	plan_finish(&p);
	return text;
}

START_TEST(a_name_alone_says_what_is_run_and_where)
{
	const struct {
		const char *const *only;
		const char *text; /* what is planned begins with it */
	} rows[] = {
		{LIST("boots.good.virt.debug.1"), "boots.good.virt.debug.1"},
		{LIST("boots.good.rock.release.3"), "boots.good.rock.release.3"},
		{LIST("boots.good.left.debug"), "boots.good.left.debug.1"},
		{LIST("boots.*.right.*.*"), "boots.bad.right.debug.1 boots.good.right.debug.1"},
		{LIST("*.good.*.debug.1"), "boots.good.virt.debug.1 resets.good.virt.debug.1"}, /* no hardware without its name */
		{LIST("*.bad.*", "boots.*"), "boots.bad.virt.debug.1 resets.bad.virt.debug.1 boots.good.virt.debug.1"},
		{LIST("boots.godo.virt.debug.1"), "! no variant is called godo; did you mean good?"},
		{LIST("boots.good.writ.debug.1"), "! no board is called writ; did you mean virt?"},
		{LIST("boost.good.virt.debug.1"), "! no scenario is called boost; did you mean boots?"},
		{LIST("boots.loose.virt.debug.1"),
		 "! --only: no session is called boots.loose.virt.debug.1; scenario boots has no demand for variant loose"},
		{LIST("x*"), "! --only: no session is called x*; a name is SCENARIO"},
	};
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct plan_request want = {.only = rows[i].only, .repeat = 1};
		const char *text = planned(&want, &a);

		if (rows[i].text[0] == '!')
			ck_assert_msg(strstr(text, rows[i].text) == text, "%s, not %s", text, rows[i].text);
		else
			ck_assert_str_eq(text, rows[i].text);
	}
	arena_finish(&a);
}
END_TEST

START_TEST(what_is_given_besides_narrows_it)
{
	struct plan_request board = {.only = LIST("*.good.*"), .boards = LIST("rock"), .repeat = 1};
	struct plan_request other = {.only = LIST("boots.good.virt.debug.1"), .scenarios = LIST("resets"), .repeat = 1};
	struct plan_request rounds = {.only = LIST("boots.good.virt.debug.*"), .repeat = 2};
	struct plan_request tagged = {.only = LIST("*.good.*"), .tags = LIST("sl?w"), .repeat = 1};
	struct arena a;

	arena_init(&a);
	ck_assert_str_eq(planned(&board, &a), "boots.good.rock.debug.1 resets.good.rock.debug.1");
	ck_assert_ptr_nonnull(strstr(planned(&other, &a), "! --only: no session is called"));
	ck_assert_str_eq(planned(&rounds, &a), "boots.good.virt.debug.1 boots.good.virt.debug.2");
	ck_assert_str_eq(planned(&tagged, &a), "resets.good.virt.debug.1");
	arena_finish(&a);
}
END_TEST

START_TEST(a_tag_chooses_scenarios)
{
	struct plan_request slow = {.tags = LIST("slow"), .variants = LIST("good"), .repeat = 1};
	struct plan_request either = {.tags = LIST("slow", "q*"), .variants = LIST("good"), .repeat = 1};
	struct plan_request both = {.scenarios = LIST("boots"), .tags = LIST("slow"), .repeat = 1};
	struct plan_request none = {.tags = LIST("slwo"), .repeat = 1};
	/* What a scenario without the tag would not allow does not matter. */
	struct plan_request set = {.tags = LIST("spine"), .set = LIST("times=5"), .repeat = 1};
	struct arena a;

	arena_init(&a);
	ck_assert_str_eq(planned(&slow, &a), "resets.good.virt.debug.1");
	ck_assert_str_eq(planned(&either, &a), "boots.good.virt.debug.1 resets.good.virt.debug.1");
	ck_assert_ptr_nonnull(strstr(planned(&both, &a), "! nothing to run"));
	ck_assert_ptr_nonnull(strstr(planned(&none, &a), "! no tag is called slwo; did you mean slow?"));
	ck_assert_ptr_nonnull(strstr(planned(&set, &a), "! --set: none of the scenarios has a parameter called times"));
	arena_finish(&a);
}
END_TEST

Suite *only_test(void)
{
	Suite *s = suite_create("only");
	TCase *t = tcase_create("only");

	tcase_add_test(t, a_name_has_five_parts_of_which_the_variant_may_have_dots);
	tcase_add_test(t, without_a_repeat_all_are_meant);
	tcase_add_test(t, the_nearest_is_found_part_by_part);
	tcase_add_test(t, a_name_alone_says_what_is_run_and_where);
	tcase_add_test(t, what_is_given_besides_narrows_it);
	tcase_add_test(t, a_tag_chooses_scenarios);
	suite_add_tcase(s, t);
	return s;
}
