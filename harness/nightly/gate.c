#include "nightly/gate.h"

#include <jansson.h>
#include <string.h>

static const char *text_of(const json_t *unit, const char *key)
{
	return json_string_value(json_object_get(unit, key));
}

/* A unit is a mapping with its name and its health; what is wrong with it may be missing. */
static int take_unit(struct gate *g, const json_t *unit, struct arena *a)
{
	const char *name = text_of(unit, "unit"), *health = text_of(unit, "health"), *part = text_of(unit, "ill"), *why = text_of(unit, "why");

	if (!name || !health)
		return -1;
	if (strcmp(health, "ill") != 0)
		return 0;
	g->ill = arena_grow(a, g->ill, &g->room, g->count + 1, sizeof *g->ill);
	g->ill[g->count++] = (struct trouble){
		.subject = arena_strdup(a, name),
		.text = arena_printf(a, "%s%s%s", part ? part : "it is ill", why ? ": " : "", why ? why : ""),
	};
	return 0;
}

int gate_read(struct gate *g, const char *json, size_t n, struct arena *a, struct err *e)
{
	json_error_t at;
	json_t *report = json_loadb(json ? json : "", n, 0, &at), *unit;
	const json_t *units = json_object_get(report, "units");
	int rc = json_is_array(units) ? 0 : -1;
	size_t i;

	memset(g, 0, sizeof *g);
	json_array_foreach(units, i, unit)
		if (rc == 0)
			rc = take_unit(g, unit, a);
	json_decref(report);
	return rc == 0 ? 0 : err_set(e, ERR_INFRA, "`runtest health --json` gave no report of units");
}
