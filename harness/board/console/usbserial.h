/* Serial ports by what is engraved in their USB adapter: its serial number, as sysfs shows it. */
#ifndef RUNTEST_BOARD_USBSERIAL_H
#define RUNTEST_BOARD_USBSERIAL_H

#include "util/err.h"
#include "util/mem.h"

/*
 * The name of the port ("ttyUSB0") of the adapter with that serial number; `interface` says which of several (NULL: it
 * has one). `sys` is where sysfs is mounted. NULL: there is none now, or (ERR_INFRA too, with a hint) several.
 */
const char *usbserial_find(const char *sys, const char *serial, const int *interface, struct arena *a, struct err *e);

#endif
