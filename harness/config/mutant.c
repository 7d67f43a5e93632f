#include "config/mutant.h"

#include <stddef.h>

#include "config/description.h"
#include "config/project.h"
#include "config/read.h"
#include "config/variant_list.h"

static void parse_scenario(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	const struct scenario *found = project_scenario(r->project, n->text);

	if (found)
		*(const char **)out = found->name;
	if (found || !r->project->scenarios) /* not read yet: this is no mutant, which is said elsewhere */
		return;
	reader_refuse(r, s, n);
	reader_hint_nearest(r, n->text, project_scenario_names(r->project), "scenarios are described in scenarios/");
}

static const struct schema scenario_reference = {
	.name = "scenario",
	.expected = "the name of a scenario",
	.size = sizeof(char *),
	.parse = parse_scenario,
	.pattern = "^[a-z][a-z0-9_-]{0,63}$",
};

const struct schema schema_caught_by = {
	.shape = SCHEMA_NAMED,
	.expected = "a mapping from scenarios to what each must come to",
	.size = sizeof(struct mutant_demand *),
	.key = &scenario_reference,
	.item = &schema_want,
	.least = 1,
	.element_size = sizeof(struct mutant_demand),
	.key_at = offsetof(struct mutant_demand, scenario),
	.value_at = offsetof(struct mutant_demand, want),
	.element_line_at = offsetof(struct mutant_demand, line),
};

static void check_mutant(struct reader *r, const struct variant *m)
{
	const struct variant *variant = m->name ? project_variant(r->project, m->name) : NULL;

	if (variant)
		reader_mistake(r, &m->name, "variant: \"%s\" is a variant already (%s:%d)", m->name, variant->file,
			       variant->line);
	if (!reader_has(r, &m->caught_by)) {
		reader_mistake(r, m, "missing key \"caught-by\" in this mutant");
		reader_hint(r, "caught-by: {SCENARIO: {fails-with: CAUSE}}");
	}
}

static void check_mutants(struct reader *r, void *record)
{
	const struct variant_list *l = record;

	variant_list_resolve(r, l);
	for (size_t i = 0; i < l->count; i++)
		check_mutant(r, &l->items[i]);
}

static const struct schema mutants = {
	.shape = SCHEMA_LIST,
	.expected = "a list of mutants, written as variants",
	.size = sizeof(struct variant *),
	.item = &schema_variant,
	.least = 1,
};

static const struct schema_key file_keys[] = {
	{"mutants", "all of them", &mutants, .at = offsetof(struct variant_list, items),
	 .count_at = offsetof(struct variant_list, count), .required = true},
	{0},
};

const struct schema schema_mutants = {
	.shape = SCHEMA_RECORD,
	.name = "mutants file",
	.expected = "a mapping with mutants",
	.size = sizeof(struct variant_list),
	.keys = file_keys,
	.check = check_mutants,
};
