#include "serve/routes.h"

#include <string.h>

/* "*" is one segment of any name. The first that fits counts. */
static const struct {
	const char *path[6];
	enum route_kind kind;
	answer_fn *how;
} routes[] = {
	{{NULL}, ROUTE_ERRAND, page_runs},
	{{"runs", "*", "live", NULL}, ROUTE_ERRAND, page_run},
	{{"runs", "*", "report.html", NULL}, ROUTE_ERRAND, page_report},
	{{"live", "*", "*", NULL}, ROUTE_ERRAND, page_console},
	{{"live", "*", "*", "events", NULL}, ROUTE_STREAM, NULL},
	{{"trends", NULL}, ROUTE_ERRAND, page_trends},
	{{"trends", "*", NULL}, ROUTE_ERRAND, page_trends},
	{{"flaky", NULL}, ROUTE_ERRAND, page_flaky},
	{{"regressions", NULL}, ROUTE_ERRAND, page_regressions},
	{{"boards", NULL}, ROUTE_ERRAND, page_boards},
	{{"api", "runs", NULL}, ROUTE_ERRAND, api_runs},
	{{"api", "runs", "*", NULL}, ROUTE_ERRAND, api_run},
	{{"api", "runs", "*", "sessions", NULL}, ROUTE_ERRAND, api_sessions},
	{{"api", "runs", "*", "sessions", "*", NULL}, ROUTE_ERRAND, api_session},
	{{"api", "trends", "*", NULL}, ROUTE_ERRAND, api_trends},
	{{"api", "flaky", NULL}, ROUTE_ERRAND, api_flaky},
	{{"api", "regressions", NULL}, ROUTE_ERRAND, api_regressions},
	{{"api", "boards", NULL}, ROUTE_ERRAND, api_boards},
	{{"assets", "*", NULL}, ROUTE_ASSET, NULL},
	{{"login", NULL}, ROUTE_LOGIN, NULL},
	{{"login", "check", NULL}, ROUTE_CHECK, NULL},
	{{"login", "out", NULL}, ROUTE_OUT, NULL},
};

static bool fits(const char *const *path, const struct target *t)
{
	size_t i = 0;

	for (; i < t->count && path[i]; i++)
		if (strcmp(path[i], "*") != 0 && strcmp(path[i], t->segments[i]) != 0)
			return false;
	return !path[i] && i == t->count;
}

struct route route_find(const struct target *t)
{
	bool run = t->count >= 2 && strcmp(t->segments[0], "runs") == 0;

	if (run && t->count == 2 && t->folder)
		return (struct route){ROUTE_ERRAND, page_report};
	if (run && t->count == 2)
		return (struct route){ROUTE_MOVED, NULL};
	for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
		if (fits(routes[i].path, t) && (!t->folder || !t->count))
			return (struct route){routes[i].kind, routes[i].how};
	return (struct route){run && !t->folder ? ROUTE_FILE : ROUTE_NONE, NULL};
}

bool route_is_open(const struct route *r)
{
	return r->kind == ROUTE_ASSET || r->kind == ROUTE_LOGIN || r->kind == ROUTE_CHECK || r->kind == ROUTE_OUT;
}
