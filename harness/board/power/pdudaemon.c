/*
 * An outlet that pdudaemon switches: GET /power/control/on?alias=NAME, or ?hostname=PDU&port=N (its README). It answers
 * 200 when the PDU's driver has ended, however that ended, and 500 for what its configuration does not have; there is no
 * state to ask for. So only the console tells whether a board is off.
 */
#include "board/power/switch.h"
#include "net/http.h"
#include "net/url.h"
#include "util/mem.h"

static char *path_of(const struct power_pdudaemon *p, enum power_state want)
{
	struct buf path;

	buf_init(&path);
	buf_printf(&path, "/power/control/%s?", want == POWER_ON ? "on" : "off");
	if (p->alias) {
		buf_adds(&path, "alias=");
		url_add_escaped(&path, p->alias);
	} else {
		buf_adds(&path, "hostname=");
		url_add_escaped(&path, p->hostname);
		buf_printf(&path, "&port=%d", *p->port);
	}
	return buf_steal(&path);
}

static int pdudaemon_act(const struct board_unit *u, enum power_state want, const struct switch_wait *wait, struct err *e)
{
	const struct power_pdudaemon *p = u->power->pdudaemon;
	struct http_wait w = {.deadline_ms = wait->deadline_ms, .stoppable = wait->stoppable};
	struct http_server server = {.url = p->url};
	char *path = path_of(p, want);
	struct http_answer a = {0};
	int rc;

	buf_init(&a.body);
	rc = http_ask(&server, &(struct http_request){.path = path}, "pdudaemon", &w, &a, e);
	if (rc < 0 && a.status >= 500)
		err_hint(e, "has its configuration such %s? Its log says more (journalctl -u pdudaemon)",
			 p->alias ? "an alias" : "a PDU and port");
	buf_finish(&a.body);
	free(path);
	return rc;
}

const struct switch_driver switch_pdudaemon = {.name = "pdudaemon", .act = pdudaemon_act};
