/*
 * Mistakes in one YAML file, each with its place. A file may report a fair number of them and then no more: a file of
 * nonsense must not fill the screen, nor memory.
 */
#ifndef RUNTEST_CONFIG_MISTAKE_H
#define RUNTEST_CONFIG_MISTAKE_H

#include <stdarg.h>
#include <stdbool.h>

#include "util/err.h"

enum { MISTAKES_PER_FILE = 100 };

struct mistakes {
	struct err_list *list;
	const char *file; /* as messages name it: relative to the project's folder */
	int count;        /* in this file, those not reported included */
};

void mistakes_init(struct mistakes *m, struct err_list *list, const char *file);

/* One more (ERR_CONFIG) at line and column, both from 1; 0 leaves them out. */
void mistake(struct mistakes *m, int line, int column, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

void mistake_v(struct mistakes *m, int line, int column, const char *fmt, va_list ap)
	__attribute__((format(printf, 4, 0)));

/* What to do about the one just reported. */
void mistake_hint(struct mistakes *m, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void mistake_hint_v(struct mistakes *m, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* No further mistake of this file would be reported: reading on is pointless. */
bool mistakes_enough(const struct mistakes *m);

#endif
