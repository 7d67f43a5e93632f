#include "cli/elfoption.h"

#include <check.h>
#include <string.h>

Suite *elfoption_test(void);

START_TEST(names_are_roles_or_protection_domains)
{
	struct image_elf elf;
	struct arena a;

	arena_init(&a);
	ck_assert(elf_option_split("kernel=a=b.elf", &a, &elf));
	ck_assert_int_eq(elf.owner, REGION_KERNEL);
	ck_assert_str_eq(elf.path, "a=b.elf");
	ck_assert(elf_option_split("monitor=x", &a, &elf));
	ck_assert_int_eq(elf.owner, REGION_MONITOR);
	ck_assert(elf_option_split("loader=x", &a, &elf));
	ck_assert_int_eq(elf.owner, REGION_PD);
	ck_assert_str_eq(elf.name, "loader");
	ck_assert(!elf_option_split("kernel", &a, &elf));
	ck_assert(!elf_option_split("=x", &a, &elf));
	ck_assert(!elf_option_split("kernel=", &a, &elf));
	ck_assert(!elf_option_split("", &a, &elf));
	arena_finish(&a);
}
END_TEST

START_TEST(the_kernels_file_comes_first)
{
	const char *const given[] = {"hello=h.elf", "nonsense", "kernel=k.elf", "monitor=m.elf", NULL};
	const char *const *files;
	struct arena a;

	arena_init(&a);
	files = elf_option_files(given, &a);
	ck_assert_str_eq(files[0], "k.elf");
	ck_assert_str_eq(files[1], "h.elf");
	ck_assert_str_eq(files[2], "m.elf");
	ck_assert_ptr_null(files[3]);
	ck_assert_ptr_null(elf_option_files(NULL, &a));
	arena_finish(&a);
}
END_TEST

Suite *elfoption_test(void)
{
	Suite *s = suite_create("elfoption");
	TCase *t = tcase_create("elfoption");

	tcase_add_test(t, names_are_roles_or_protection_domains);
	tcase_add_test(t, the_kernels_file_comes_first);
	suite_add_tcase(s, t);
	return s;
}
