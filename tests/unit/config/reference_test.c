#include "config/reference.h"

#include "config/fixture.h"

Suite *reference_test(void);

/* The tests run in the project's folder. */
static void read_own(const char *path, struct buf *b)
{
	struct err e = {0};

	buf_init(b);
	ck_assert_msg(file_read(path, b, &e) == 0, "%s: %s (the tests run in the project's folder)", path, e.what);
}

START_TEST(the_manual_says_what_the_descriptions_say)
{
	char *text = reference_text();
	struct buf page;

	read_own("docs/configuration.md", &page);
	ck_assert_msg(strcmp(page.data, text) == 0,
		      "docs/configuration.md is old: make it with ./runtest check --reference");
	buf_finish(&page);
	free(text);
}
END_TEST

static void copy_own(struct fixture *f, const char *path)
{
	struct buf b;

	read_own(path, &b);
	fixture_write_bytes(f, path, b.data, b.len);
	buf_finish(&b);
}

START_TEST(the_boards_and_the_scenario_that_come_along_have_no_mistakes)
{
	static const char *const names[] = {"patched", "patched-bootclear", "patched-uboot", "dt-reserved",
					    "unpatched", "unpatched-bootclear", "unpatched-uboot"};
	struct fixture f;
	struct buf b;

	fixture_init(&f);
	fixture_remove(&f, "boards");
	fixture_remove(&f, "scenarios/demo.yaml");
	copy_own(&f, "boards/kinds/qemu_virt_aarch64.yaml");
	copy_own(&f, "boards/kinds/qemu_virt_aarch64_el1.yaml");
	copy_own(&f, "boards/kinds/qemu_virt_riscv64.yaml");
	copy_own(&f, "boards/kinds/qemu_virt_aarch64_uboot.yaml");
	copy_own(&f, "boards/kinds/qemu_virt_aarch64_uboot_tftp.yaml");
	copy_own(&f, "boards/kinds/qemu_virt_riscv64_uboot.yaml");
	copy_own(&f, "boards/kinds/qemu_virt_riscv64_uboot_tftp.yaml");
	copy_own(&f, "scenarios/pd-survives.yaml");
	buf_init(&b);
	buf_adds(&b, "variants:\n");
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		buf_printf(
			&b,
			"  - {variant: %s, about: x, source: tree, build: [make], boards: [qemu_*], configs: [debug],\n"
			"     artefacts: {image: i, elfs: [{role: pd, name: hello, path: h},\n"
			"                                  {role: pd, name: checksum, path: c}]}}\n",
			names[i]);
	fixture_write(&f, "images/variants.yaml", b.data);
	buf_finish(&b);
	if (fixture_load(&f) < 0)
		err_list_print(stderr, &f.errors);
	ck_assert_uint_eq(f.errors.count, 0);
	ck_assert_uint_eq(f.project.unit_count, 7);
	ck_assert_uint_eq(f.project.scenarios[0].variant_count, sizeof names / sizeof names[0]);
	fixture_finish(&f);
}
END_TEST

Suite *reference_test(void)
{
	Suite *s = suite_create("reference");
	TCase *t = tcase_create("reference");

	tcase_add_test(t, the_manual_says_what_the_descriptions_say);
	tcase_add_test(t, the_boards_and_the_scenario_that_come_along_have_no_mistakes);
	suite_add_tcase(s, t);
	return s;
}
