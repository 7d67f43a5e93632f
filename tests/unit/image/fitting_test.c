#include "image/fitting.h"

#include "image/sample.h"

Suite *fitting_test(void);

static struct region regions[2];
static struct boot_image img;
static struct err e;

static void set_up(void)
{
	regions[0] = (struct region){.name = "kernel-0", .paddr = 0x60000000, .size = 0x1000};
	regions[1] = (struct region){.name = "hello-0.run", .role = REGION_RUNS, .paddr = 0x6ffff000, .size = 0x1000};
	img = (struct boot_image){.path = "loader.img", .regions = regions, .region_count = 2, .ui_start = 0x60100000,
				  .ui_end = 0x60104000};
}

static const struct memory_piece ram = {0x60000000, 0x10000000};

static void refused(const char *says)
{
	ck_assert_int_eq(fitting_check(&img, ram, &e), -1);
	ck_assert_int_eq(e.kind, ERR_IMAGE);
	ck_assert_str_eq(e.where, "loader.img");
	ck_assert_msg(strstr(e.what, says) != NULL, "\"%s\" does not say \"%s\"", e.what, says);
	set_up();
}

START_TEST(what_fills_ram_from_end_to_end_fits)
{
	ck_assert_int_eq(fitting_check(&img, ram, &e), 0);
	img.ui_start = ram.base;
	img.ui_end = ram.base + ram.size;
	ck_assert_int_eq(fitting_check(&img, ram, &e), 0);
	ck_assert_int_eq(fitting_check(&img, (struct memory_piece){0, UINT64_MAX}, &e), 0);
}
END_TEST

START_TEST(addresses_outside_of_ram_are_refused)
{
	regions[0].paddr--;
	refused("kernel-0 (0x5fffffff, 0x1000 bytes) lies outside of the board's RAM (0x60000000 to 0x6fffffff)");
	regions[1].paddr++;
	refused("hello-0.run");
	regions[1].paddr = 0x70000000;
	refused("hello-0.run");
	regions[1].size = UINT64_MAX;
	refused("hello-0.run");
	regions[0].paddr = 0;
	refused("kernel-0");
	regions[0].paddr = UINT64_MAX;
	refused("kernel-0");
	img.ui_start--;
	img.ui_end = 0x70000001;
	refused("the initial task's range 0x600fffff to 0x70000000");
}
END_TEST

Suite *fitting_test(void)
{
	Suite *s = suite_create("fitting");
	TCase *t = tcase_create("fitting");

	tcase_add_checked_fixture(t, set_up, NULL);
	tcase_add_test(t, what_fills_ram_from_end_to_end_fits);
	tcase_add_test(t, addresses_outside_of_ram_are_refused);
	suite_add_tcase(s, t);
	return s;
}
