/*
 * Manual pages in the language of man(7), from the texts that `--help` shows. Every page says the same as --help and has
 * the sections that manual pages have; `mandoc -T lint` has nothing against them.
 */
#ifndef RUNTEST_MANUAL_MANPAGE_H
#define RUNTEST_MANUAL_MANPAGE_H

#include <stddef.h>

#include "manual/helptext.h"
#include "util/buf.h"

struct manpage {
	const char *name;     /* "runtest-run" */
	const char *version;  /* "0.1.0" */
	const char *date;     /* "2026-01-31" */
	const char *synopsis; /* without "runtest": one way in each line */
	const char *about;    /* one line */
	const struct help *help;
	const char *const *see; /* other pages, for SEE ALSO; NULL-terminated */
};

void manpage_write(struct buf *out, const struct manpage *p);

#endif
