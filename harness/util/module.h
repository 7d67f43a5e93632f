/*
 * Modules: parts of runtest that bring a heavy library with them, loaded when they are needed, so that starting runtest
 * stays quick. NAME.so stands in the folder libexec/ of a built tree, beside the program, or where it is installed;
 * RUNTEST_LIBEXEC names another folder.
 */
#ifndef RUNTEST_UTIL_MODULE_H
#define RUNTEST_UTIL_MODULE_H

#include "util/err.h"

/* The address of `symbol` in the module; it is never unloaded. NULL and ERR_INFRA when it is not there; `package` is
 * the Debian package that `make` needs for building it. */
const void *module_load(const char *name, const char *symbol, const char *package, struct err *e);

#endif
