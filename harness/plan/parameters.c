#include "plan/parameters.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* NAME=N as its two parts; false: it is no such text. */
static bool split(const char *text, size_t *name_length, long *value)
{
	const char *equals = strchr(text, '=');
	char *end;

	if (!equals || equals == text || equals[1] < '0' || equals[1] > '9')
		return false;
	errno = 0;
	*name_length = (size_t)(equals - text);
	*value = strtol(equals + 1, &end, 10);
	return !errno && !*end;
}

static bool is_called(const struct parameter *p, const char *name, size_t length)
{
	return p->name && strlen(p->name) == length && memcmp(p->name, name, length) == 0;
}

static int check_value(const struct scenario *s, const struct parameter *p, long value, struct err *e)
{
	if (value >= p->least && value <= p->most)
		return 0;
	return err_set(e, ERR_USAGE, "--set %s: %ld is not from %d to %d, as %s allows it", p->name, value, p->least, p->most,
		       s->name);
}

static int check_scenario(const struct scenario *s, const char *name, size_t length, long value, bool *known,
			  struct err *e)
{
	for (size_t i = 0; i < s->parameter_count; i++) {
		if (!is_called(&s->parameters[i], name, length))
			continue;
		*known = true;
		if (check_value(s, &s->parameters[i], value, e) < 0)
			return -1;
	}
	return 0;
}

static int check_one(const struct project *p, const char *const *scenarios, const char *text, struct err *e)
{
	bool known = false;
	size_t length;
	long value;

	if (!split(text, &length, &value)) {
		err_set(e, ERR_USAGE, "--set takes NAME=N with a whole number, not '%s'", text);
		return err_hint(e, "`runtest list scenarios` shows the parameters of each");
	}
	for (size_t i = 0; i < p->scenario_count; i++)
		if (names_match(scenarios, p->scenarios[i].name) &&
		    check_scenario(&p->scenarios[i], text, length, value, &known, e) < 0)
			return -1;
	if (known)
		return 0;
	err_set(e, ERR_USAGE, "--set: none of the scenarios has a parameter called %.*s", (int)length, text);
	return err_hint(e, "`runtest list scenarios` shows the parameters of each");
}

int parameters_check(const struct project *p, const char *const *scenarios, const char *const *set, struct err *e)
{
	for (; set && *set; set++)
		if (check_one(p, scenarios, *set, e) < 0)
			return -1;
	return 0;
}

static int64_t value_of(const struct parameter *p, const char *const *set)
{
	int64_t value = p->fallback;
	size_t length;
	long given;

	for (; set && *set; set++)
		if (split(*set, &length, &given) && is_called(p, *set, length))
			value = given;
	return value;
}

struct variables parameters_of(const struct scenario *s, const char *const *set, struct arena *a)
{
	struct variable *all = arena_alloc(a, (s->parameter_count + 1) * sizeof *all);

	for (size_t i = 0; i < s->parameter_count; i++)
		all[i] = (struct variable){s->parameters[i].name, value_of(&s->parameters[i], set)};
	return (struct variables){all, s->parameter_count};
}
