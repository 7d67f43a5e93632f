#include "lab/garble.h"

void garble_pass(struct garble *g, const char *bytes, size_t n, struct buf *out)
{
	if (g->kind == GARBLE_NOT) {
		buf_add(out, bytes, n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (++g->passed % g->every != 0) {
			buf_addc(out, bytes[i]);
			continue;
		}
		if (g->kind == GARBLE_FLIP)
			buf_addc(out, (char)(bytes[i] ^ 1));
		if (g->kind == GARBLE_DOUBLE)
			buf_addc(out, bytes[i]);
		if (g->kind == GARBLE_DOUBLE)
			buf_addc(out, bytes[i]);
	}
}
