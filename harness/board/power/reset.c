/* The reset line of a board, as its unit's `reset` section says it is pulled. */
#include "board/power/order.h"
#include "net/http.h"

static int by_http(const struct reset_http *h, const struct switch_wait *wait, struct err *e)
{
	struct http_wait w = {.deadline_ms = wait->deadline_ms, .stoppable = wait->stoppable};
	struct http_answer a = {0};
	int rc;

	buf_init(&a.body);
	rc = http_ask(&h->server, &h->request, "the reset device", &w, &a, e);
	buf_finish(&a.body);
	return rc;
}

static int by_command(const struct unit_reset *r, const struct switch_wait *wait, struct err *e)
{
	struct buf out;
	int rc;

	buf_init(&out);
	rc = r->way == RESET_BY_EXEC ? order_here(r->exec->command, wait, &out, e)
				     : order_there(&r->ssh->at, r->ssh->command, wait, &out, e);
	buf_finish(&out);
	return rc;
}

int switch_reset(const struct board_unit *u, const struct switch_wait *wait, struct err *e)
{
	return u->reset->way == RESET_BY_HTTP ? by_http(u->reset->http, wait, e) : by_command(u->reset, wait, e);
}
