#include "serve/answer.h"

void page_report(const struct source *s, const struct target *t, struct answer *a)
{
	page_run(s, t, a);
}
