#include "history/open.h"

#include <errno.h>
#include <stdlib.h>

#include "history/schema.h"

static char *choose_url(const char *url, const char *results)
{
	const char *set = getenv("RUNTEST_DATABASE");

	if (url || (set && *set))
		return xstrdup(url ? url : set);
	return xasprintf("sqlite:%s/history.db", results);
}

static int no_history(const struct history *h, struct err *e)
{
	err_set(e, ERR_USAGE, "there is no history in that database yet");
	err_at(e, h->name, 0, 0);
	err_hint(e, "`runtest history --import` makes it from the results that are there");
	e->sys = ENOENT;
	return -1;
}

static int open_database(struct history *h, bool write, struct err *e)
{
	struct database_url u;
	int version;

	if (database_url_parse(&u, h->url, e) < 0)
		return -1;
	h->name = u.where;
	if (db_open(&h->db, &u, write, e) < 0 || schema_version(&h->db, &version, e) < 0)
		return -1;
	if (!version && !write)
		return no_history(h, e);
	return schema_migrate(&h->db, SCHEMA_VERSION, e);
}

struct history *history_open(const char *url, const char *results, bool write, struct err *e)
{
	struct history *h = xcalloc(1, sizeof *h);

	h->url = choose_url(url, results);
	words_init(&h->words, &h->db);
	if (open_database(h, write, e) == 0)
		return h;
	history_close(h);
	return NULL;
}

void history_close(struct history *h)
{
	if (!h)
		return;
	words_finish(&h->words);
	db_close(&h->db);
	free(h->url);
	free(h);
}

const char *history_name(const struct history *h)
{
	return h->name;
}
