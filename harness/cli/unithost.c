#include "cli/unithost.h"

#include <string.h>

static const char *const here = "here";

const char *url_host(const char *url, struct arena *a)
{
	const char *start = strstr(url, "://"), *at;
	size_t n;

	start = start ? start + 3 : url;
	at = memchr(start, '@', strcspn(start, "/?#"));
	start = at ? at + 1 : start;
	if (*start == '[')
		return arena_strndup(a, start + 1, strcspn(start + 1, "]"));
	n = strcspn(start, ":/?#");
	return arena_strndup(a, start, n);
}

static const char *console_host(const struct unit_console *c)
{
	switch (c->driver) {
	case CONSOLE_TCP:
		return c->tcp->host;
	case CONSOLE_SSH:
		return c->ssh->at.host;
	default:
		return here;
	}
}

static const char *power_host(const struct unit_power *p, struct arena *a)
{
	switch (p->way) {
	case POWER_BY_PDUDAEMON:
		return url_host(p->pdudaemon->url, a);
	case POWER_BY_HTTP:
		return url_host(p->http->server.url, a);
	case POWER_BY_SSH:
		return p->ssh->at.host;
	default:
		return here;
	}
}

/* The client's own machine; which host it asks is its own business. */
static const char *queue_host(const struct unit_mq *m)
{
	const char *const *word = m->command;

	if (strcmp(*word, "ssh") != 0)
		return here;
	while (*++word && **word == '-')
		;
	return *word ? *word : here;
}

static const char *const *add(const char *const *list, const char *host, struct arena *a)
{
	for (const char *const *l = list; l && *l; l++)
		if (strcmp(*l, host) == 0)
			return list;
	return arena_list_add(a, list, host);
}

const char *const *unit_hosts(const struct board_unit *u, struct arena *a)
{
	static const char *const none[] = {NULL};
	const char *const *list = NULL;

	if (u->kind->qemu)
		list = add(list, here, a);
	if (u->mq)
		list = add(list, queue_host(u->mq), a);
	if (u->console)
		list = add(list, console_host(u->console), a);
	if (u->power)
		list = add(list, power_host(u->power, a), a);
	return list ? list : none;
}
