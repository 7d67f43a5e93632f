#include "symbols/symbols.h"

#include "symbols/ops.h"
#include "util/module.h"

/* Loaded once and never unloaded. */
static const struct symbols_ops *ops;

struct symbols *symbols_open(struct err *e)
{
	if (!ops)
		ops = module_load("symbols", SYMBOLS_MODULE_SYMBOL, "libdw-dev", e);
	return ops ? ops->open() : NULL;
}

void symbols_close(struct symbols *s)
{
	if (s)
		ops->close(s);
}

int symbols_add(struct symbols *s, const struct symbols_file *f, struct err *e)
{
	return ops->add(s, f, e);
}

void symbols_at(struct symbols *s, const char *only, uint64_t pc, struct arena *a, struct symbols_place *p)
{
	ops->at(s, only, pc, a, p);
}

int symbols_find(struct symbols *s, const char *only, const char *symbol, uint64_t *address, uint64_t *size)
{
	return ops->find(s, only, symbol, address, size);
}

void symbols_backtrace(struct symbols *s, const char *only, const struct symbols_machine *m, struct arena *a,
		       struct symbols_backtrace *bt)
{
	ops->backtrace(s, only, m, a, bt);
}
