#include "config/parameter.h"

#include <string.h>

#include "config/read.h"
#include "config/scalar.h"
#include "util/mem.h"

#define NUMBER "a number from 0 to 1000000"

static const struct schema number = {
	.name = "number",
	.expected = NUMBER,
	.size = sizeof(int),
	.parse = scalar_parse_integer,
	.number = true,
	.min = 0,
	.max = PARAMETER_MAX,
};

static void check_parameter(struct reader *r, void *record)
{
	const struct parameter *p = record;

	if (p->least > p->most)
		reader_mistake(r, &p->least, "least: %d is more than most, %d", p->least, p->most);
	else if (p->fallback < p->least || p->fallback > p->most)
		reader_mistake(r, &p->fallback, "default: %d is not from %d to %d", p->fallback, p->least, p->most);
}

static const struct schema_key parameter_keys[] = {
	{"about", "what it is, in one line", &scalar_line, .at = offsetof(struct parameter, about), .required = true},
	{"default", "its value unless --set gives another", &number, .at = offsetof(struct parameter, fallback),
	 .required = true},
	{"least", "the smallest value allowed", &number, .at = offsetof(struct parameter, least), .fallback = "1"},
	{"most", "the largest value allowed", &number, .at = offsetof(struct parameter, most), .required = true},
	{0},
};

static const struct schema parameter = {
	.shape = SCHEMA_RECORD,
	.name = "parameter",
	.expected = "a mapping with about, default and most",
	.doc = "A number that texts name as ${NAME}, and that `run --set NAME=N` sets.",
	.size = sizeof(struct parameter),
	.keys = parameter_keys,
	.check = check_parameter,
};

const struct schema schema_parameters = {
	.shape = SCHEMA_NAMED,
	.expected = "a mapping from names to parameters",
	.size = sizeof(struct parameter *),
	.key = &scalar_name,
	.item = &parameter,
	.least = 1,
	.element_size = sizeof(struct parameter),
	.key_at = offsetof(struct parameter, name),
	.value_at = 0,
	.element_line_at = offsetof(struct parameter, line),
};

/* ---- amounts ---- */

static void parse_amount(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	struct amount *a = out;
	size_t length = n->text_len;

	if (length > 3 && strlen(n->text) == length && strncmp(n->text, "${", 2) == 0 && n->text[length - 1] == '}')
		a->parameter = arena_strndup(r->arena, n->text + 2, length - 3);
	else
		scalar_parse_integer(r, s, n, &a->number);
}

const struct schema schema_amount = {
	.name = "amount",
	.expected = NUMBER ", or a parameter such as ${times}",
	.size = sizeof(struct amount),
	.parse = parse_amount,
	.pattern = "^([0-9]{1,7}|\\$\\{[a-z][a-z0-9_-]*\\})$",
	.number = true,
	.min = 0,
	.max = PARAMETER_MAX,
};
