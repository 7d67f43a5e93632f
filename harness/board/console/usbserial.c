#include "board/console/usbserial.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/file.h"

/* The first line of DIR/NAME without its end, or NULL. */
static const char *attribute(const char *dir, const char *name, struct arena *a)
{
	char *path = arena_printf(a, "%s/%s", dir, name);
	const char *value = NULL;
	struct buf text;

	buf_init(&text);
	if (file_exists(path) && file_read(path, &text, NULL) == 0 && text.len)
		value = arena_strndup(a, text.data, strcspn(text.data, "\n"));
	buf_finish(&text);
	return value;
}

/* Where a port hangs: TTY/device, its USB interface above, the adapter above that. */
struct port {
	const char *serial; /* NULL: no USB adapter */
	int interface;
};

static struct port look_up(const char *sys, const char *tty, struct arena *a)
{
	char *link = arena_printf(a, "%s/class/tty/%s/device", sys, tty), *dir = realpath(link, NULL), *slash;
	struct port p = {.serial = NULL};
	const char *value;

	/* Ports behind one interface are told apart by a number of their own. */
	if (dir && (value = attribute(dir, "port_number", a)))
		p.interface = (int)strtol(value, NULL, 10);
	while (dir && !p.serial && (slash = strrchr(dir, '/')) && slash != dir) {
		if ((value = attribute(dir, "bInterfaceNumber", a)))
			p.interface += (int)strtol(value, NULL, 16);
		p.serial = attribute(dir, "serial", a);
		*slash = '\0';
	}
	free(dir);
	return p;
}

const char *usbserial_find(const char *sys, const char *serial, const int *interface, struct arena *a, struct err *e)
{
	DIR *d = opendir(arena_printf(a, "%s/class/tty", sys));
	const char *found = NULL, *other = NULL;
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		struct port p = look_up(sys, entry->d_name, a); /* of "." and "..": none */

		if (!p.serial || strcmp(p.serial, serial) != 0 || (interface && p.interface != *interface))
			continue;
		other = found;
		found = arena_strdup(a, entry->d_name);
	}
	if (d)
		closedir(d);
	if (found && !other)
		return found;
	if (found) {
		err_set(e, ERR_INFRA, "the USB adapter %s has several ports, %s and %s among them", serial, found, other);
		err_hint(e, "say which with \"interface: N\" (bInterfaceNumber in `udevadm info -a`), or by its udev path");
		return NULL;
	}
	err_set(e, ERR_INFRA, "no serial port of a USB adapter with the serial number %s is plugged in", serial);
	err_hint(e, "`ls /dev/serial/by-id` shows what is");
	return NULL;
}
