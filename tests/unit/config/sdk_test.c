#include <check.h>

#include "config/fixture.h"
#include "config/sdk.h"

Suite *sdk_test(void);

#define PROGRAMS "      programs: [{name: a, sources: [a.c, b.c]}, {name: b, sources: [b.c]}]\n"

static struct fixture f;
static struct arena a;

static void setup(void)
{
	arena_init(&a);
	fixture_init(&f);
	unsetenv("MICROKIT_SDK");
}

static void teardown(void)
{
	fixture_finish(&f);
	arena_finish(&a);
}

/* The variant "bad", made by an SDK that is so described, and nothing said of its artefacts. */
static const struct variant *load(const char *keys)
{
	static const char rest[] = "    boards: [virt]\n    configs: [debug]\n";
	char *text = arena_printf(&a, "    sdk:\n      system: a.system\n%s" PROGRAMS "%s", keys, rest);
	char *was = arena_printf(&a, "    build: [make]\n%s    artefacts: {image: loader.img}\n", rest);

	fixture_change(&f, "images/variants.yaml", was, text);
	ck_assert_int_eq(fixture_load(&f), 0);
	return project_variant(&f.project, "bad");
}

static const char *obstacle(const struct variant *v)
{
	return sdk_obstacle(v, project_kind(&f.project, "virt"), "debug", &a);
}

START_TEST(what_an_sdk_leaves_need_not_be_said)
{
	static const char *const want[][3] = {{"kernel", "kernel", "sel4.elf"}, {"monitor", "monitor", "monitor.elf"},
					      {"loader", "loader", "loader.elf"}, {"pd", "a", "a.elf"}, {"pd", "b", "b.elf"}};
	const struct variant *v = load("");

	ck_assert_ptr_null(v->build[0]);
	ck_assert_str_eq(v->image, "loader.img");
	ck_assert_str_eq(v->report, "report.txt");
	ck_assert_uint_eq(v->elf_count, 5);
	for (size_t i = 0; i < v->elf_count; i++) {
		ck_assert_str_eq(v->elfs[i].role, want[i][0]);
		ck_assert_str_eq(v->elfs[i].name, want[i][1]);
		ck_assert_str_eq(v->elfs[i].path, want[i][2]);
	}
}
END_TEST

START_TEST(without_an_sdk_it_is_said_what_to_set)
{
	const struct variant *v = load("");

	ck_assert_str_eq(obstacle(v), "no Microkit SDK: set MICROKIT_SDK to the folder of one (docs/microkit.md)");
	setenv("MICROKIT_SDK", "", 1);
	ck_assert_ptr_nonnull(obstacle(v));
	setenv("MICROKIT_SDK", f.root, 1); /* no SDK at all: the build says so */
	ck_assert_ptr_null(obstacle(v));
	ck_assert_ptr_null(obstacle(project_variant(&f.project, "good")));
}
END_TEST

START_TEST(an_sdk_without_the_board_is_an_obstacle)
{
	const struct variant *v = load("      path: $OTHER_SDK\n      microkit-board: m_${arch}\n      microkit-config: big\n");

	ck_assert_str_eq(obstacle(v), "no Microkit SDK: set OTHER_SDK to the folder of one (docs/microkit.md)");
	fixture_write(&f, "s/board/m_riscv64/big/x", "");
	setenv("OTHER_SDK", arena_printf(&a, "%s/s", f.root), 1);
	ck_assert_ptr_nonnull(strstr(obstacle(v), "/s has no board m_aarch64 with the configuration big"));
	fixture_write(&f, "s/board/m_aarch64/big/x", "");
	ck_assert_ptr_null(obstacle(v));
	unsetenv("OTHER_SDK");
}
END_TEST

START_TEST(a_folder_is_relative_to_the_file)
{
	const struct variant *v = load("      path: sdk\n");

	ck_assert_str_eq(sdk_folder(v->sdk), arena_printf(&a, "%s/images/sdk", f.root));
}
END_TEST

Suite *sdk_test(void)
{
	Suite *suite = suite_create("config/sdk");
	TCase *t = tcase_create("sdk");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, what_an_sdk_leaves_need_not_be_said);
	tcase_add_test(t, without_an_sdk_it_is_said_what_to_set);
	tcase_add_test(t, an_sdk_without_the_board_is_an_obstacle);
	tcase_add_test(t, a_folder_is_relative_to_the_file);
	suite_add_tcase(suite, t);
	return suite;
}
