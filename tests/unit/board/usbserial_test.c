/* Serial ports found by their adapter's serial number, in a sysfs of the test's own. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "board/console/usbserial.h"
#include "util/file.h"

Suite *usbserial_test(void);

static char sys[64];
static struct arena a;
static struct err e;

static void put(const char *path, const char *text)
{
	char *full = arena_printf(&a, "%s/%s", sys, path), *folder = arena_strdup(&a, full);

	*strrchr(folder, '/') = '\0';
	ck_assert_int_eq(file_mkdirs(folder, &e), 0);
	ck_assert_int_eq(file_write_atomic(full, text, strlen(text), false, &e), 0);
}

/* A port as the kernel shows it: DEVICE/INTERFACE/NAME/tty/NAME, and the class's link to it. */
static void port(const char *device, const char *interface, const char *name, const char *number)
{
	char *at = arena_printf(&a, "devices/%s/%s/%s", device, interface, name);
	char *class = arena_printf(&a, "%s/class/tty/%s", sys, name);

	put(arena_printf(&a, "%s/port_number", at), number);
	put(arena_printf(&a, "%s/tty/%s/dev", at, name), "188:0\n");
	ck_assert_int_eq(symlink(arena_printf(&a, "%s/%s", sys, at), arena_printf(&a, "%s/%s/tty/%s/device", sys, at, name)), 0);
	ck_assert_int_eq(symlink(arena_printf(&a, "%s/%s/tty/%s", sys, at, name), class), 0);
}

static void begin(void)
{
	arena_init(&a);
	snprintf(sys, sizeof sys, "/tmp/runtest-sys-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(sys));
	ck_assert_int_eq(file_mkdirs(arena_printf(&a, "%s/class/tty/tty0", sys), &e), 0); /* no device at all */
	put("devices/usb1/1-1/serial", "SINGLE\n");
	put("devices/usb1/1-1/1-1:1.0/bInterfaceNumber", "00\n");
	port("usb1/1-1", "1-1:1.0", "ttyUSB0", "0\n");
	put("devices/usb1/1-2/serial", "QUAD\n");
	put("devices/usb1/1-2/1-2:1.0/bInterfaceNumber", "00\n");
	put("devices/usb1/1-2/1-2:1.a/bInterfaceNumber", "0a\n");
	port("usb1/1-2", "1-2:1.0", "ttyUSB1", "0\n");
	port("usb1/1-2", "1-2:1.a", "ttyUSB2", "0\n");
	port("usb1/1-2", "1-2:1.0", "ttyUSB3", "3\n"); /* behind the same interface as ttyUSB1 */
}

static void end(void)
{
	ck_assert_int_eq(file_remove_tree(sys, &e), 0);
	arena_finish(&a);
}

static const char *find(const char *serial, int interface)
{
	e = (struct err){.kind = ERR_NONE};
	return usbserial_find(sys, serial, interface < 0 ? NULL : &interface, &a, &e);
}

START_TEST(the_only_port_of_an_adapter_needs_no_number)
{
	ck_assert_str_eq(find("SINGLE", -1), "ttyUSB0");
	ck_assert_str_eq(find("SINGLE", 0), "ttyUSB0");
}
END_TEST

START_TEST(one_of_several_needs_one)
{
	ck_assert_str_eq(find("QUAD", 0), "ttyUSB1");
	ck_assert_str_eq(find("QUAD", 10), "ttyUSB2");
	ck_assert_str_eq(find("QUAD", 3), "ttyUSB3");
	ck_assert_ptr_null(find("QUAD", -1));
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "the USB adapter QUAD has several ports"));
}
END_TEST

START_TEST(one_that_is_not_there_is_told)
{
	ck_assert_ptr_null(find("SINGLE", 1));
	ck_assert_ptr_null(find("SING", -1));
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_str_eq(e.what, "no serial port of a USB adapter with the serial number SING is plugged in");
	file_remove_tree(arena_printf(&a, "%s/class", sys), NULL);
	ck_assert_ptr_null(find("SINGLE", -1));
	ck_assert_int_eq(e.kind, ERR_INFRA);
}
END_TEST

Suite *usbserial_test(void)
{
	Suite *s = suite_create("usbserial");
	TCase *t = tcase_create("usbserial");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, the_only_port_of_an_adapter_needs_no_number);
	tcase_add_test(t, one_of_several_needs_one);
	tcase_add_test(t, one_that_is_not_there_is_told);
	suite_add_tcase(s, t);
	return s;
}
