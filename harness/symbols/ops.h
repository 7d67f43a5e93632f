/* What the module symbols.so offers; only symbols.c and the module use it. Each is as in symbols.h. */
#ifndef RUNTEST_SYMBOLS_OPS_H
#define RUNTEST_SYMBOLS_OPS_H

#include "symbols/symbols.h"

struct symbols_ops {
	struct symbols *(*open)(void);
	void (*close)(struct symbols *s);
	int (*add)(struct symbols *s, const struct symbols_file *f, struct err *e);
	void (*at)(struct symbols *s, const char *only, uint64_t pc, struct arena *a, struct symbols_place *p);
	int (*find)(struct symbols *s, const char *only, const char *symbol, uint64_t *address, uint64_t *size);
	void (*backtrace)(struct symbols *s, const char *only, const struct symbols_machine *m, struct arena *a,
			  struct symbols_backtrace *bt);
};

#define SYMBOLS_MODULE_SYMBOL "symbols_module"

#endif
