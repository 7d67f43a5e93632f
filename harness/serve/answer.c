#include "serve/answer.h"

#include <stdlib.h>
#include <string.h>

#include "serve/page.h"
#include "util/text.h"

static json_t *clean(const char *text)
{
	struct buf b = {0};
	json_t *o;

	text_add_utf8(&b, text, strlen(text));
	o = json_stringn(b.data ? b.data : "", b.len);
	buf_finish(&b);
	return o;
}

void answer_error(struct answer *a, const struct err *e, bool api)
{
	json_t *o;

	a->status = e->kind == ERR_USAGE ? 404 : 500;
	buf_clear(&a->body);
	if (!api) {
		struct source none = {.name = "runtest"};

		page_message(&a->body, &none, a->status == 404 ? "Not found" : "That did not work", e->what, e->hint);
		return;
	}
	o = json_pack("{s:o, s:o}", "error", clean(e->what), "hint", clean(e->hint));
	answer_json(a, o);
	json_decref(o);
}

void answer_json(struct answer *a, const json_t *o)
{
	char *text = json_dumps(o, JSON_INDENT(1));

	a->type = ANSWER_JSON;
	buf_adds(&a->body, text ? text : "{}");
	buf_addc(&a->body, '\n');
	free(text);
}
