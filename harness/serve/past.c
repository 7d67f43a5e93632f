#include "serve/past.h"

#include <errno.h>

#include "serve/page.h"

static bool is_missing(const struct err *e)
{
	return e->kind == ERR_USAGE && e->sys == ENOENT;
}

struct history *past_open(const struct source *s, struct answer *a, bool api)
{
	struct err e = {0};
	struct history *h = history_open(s->database, s->results, false, &e);

	if (h)
		return h;
	if (is_missing(&e) && !api)
		page_message(&a->body, s, "There is no history yet", "Every run that ends is entered into it.",
			     "`runtest history --import` makes it from the results that are there.");
	else
		answer_error(a, &e, api);
	return NULL;
}
