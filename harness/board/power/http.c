/* A switch with an HTTP API. */
#include <string.h>

#include "board/power/switch.h"
#include "net/http.h"
#include "proto/jsonpath.h"
#include "util/text.h"

static int ask(const struct board_unit *u, const struct http_request *q, const struct switch_wait *wait,
	       struct http_answer *a, struct err *e)
{
	struct http_wait w = {.deadline_ms = wait->deadline_ms, .stoppable = wait->stoppable};

	return http_ask(&u->power->http->server, q, "the switch", &w, a, e);
}

static int http_act(const struct board_unit *u, enum power_state want, const struct switch_wait *wait, struct err *e)
{
	const struct power_http *h = u->power->http;
	struct http_answer a = {0};
	int rc;

	buf_init(&a.body);
	rc = ask(u, want == POWER_ON ? h->on : h->off, wait, &a, e);
	buf_finish(&a.body);
	return rc;
}

static bool among(const char *const *values, const struct buf *value)
{
	for (; *values; values++)
		if (strlen(*values) == value->len && memcmp(*values, value->data, value->len) == 0)
			return true;
	return false;
}

static int judge(const struct power_http *h, const struct buf *value, enum power_state *state, struct err *e)
{
	const struct power_http_state *s = h->state;
	char quoted[TEXT_QUOTED];

	*state = among(s->on, value) ? POWER_ON : among(s->off, value) ? POWER_OFF : POWER_UNKNOWN;
	if (*state != POWER_UNKNOWN)
		return 0;
	err_set(e, ERR_INFRA, "the switch at %s says %s at %s, which means neither on nor off", h->server.url,
		text_quote(quoted, value->data ? value->data : "", value->len), s->value);
	return err_hint(e, "look at \"on\" and \"off\" of the unit's \"state\"; has the switch lost its outlet?");
}

static int read_answer(const struct power_http *h, const struct buf *body, enum power_state *state, struct err *e)
{
	const char *json = body->data ? body->data : "";
	char quoted[TEXT_QUOTED];
	struct buf value;
	struct err why = {0};
	int rc;

	buf_init(&value);
	rc = jsonpath_find(json, body->len, h->state->value, &value, &why);
	if (rc == 0) {
		rc = judge(h, &value, state, e);
	} else {
		err_set(e, ERR_INFRA, "the switch at %s does not say its state: %s: %s", h->server.url, why.what,
			text_quote(quoted, json, body->len));
		err_hint(e, "half a reply, or another API: try its \"state\" request with curl, and compare \"value\"");
	}
	buf_finish(&value);
	return rc;
}

static int http_read(const struct board_unit *u, enum power_state *state, const struct switch_wait *wait, struct err *e)
{
	const struct power_http *h = u->power->http;
	struct http_answer a = {0};
	int rc;

	buf_init(&a.body);
	rc = ask(u, &h->state->request, wait, &a, e);
	if (rc == 0)
		rc = read_answer(h, &a.body, state, e);
	buf_finish(&a.body);
	return rc;
}

static bool http_readable(const struct unit_power *p)
{
	return p->http->state != NULL;
}

const struct switch_driver switch_http = {
	.name = "http", .act = http_act, .read = http_read, .readable = http_readable};
