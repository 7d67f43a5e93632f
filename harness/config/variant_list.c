#include "config/variant_list.h"

#include <string.h>

#include "config/description.h"
#include "config/project.h"
#include "config/read.h"

/* ---- names ---- */

static void check_name(struct reader *r, const struct variant_list *l, size_t i)
{
	for (size_t j = 0; j < i && l->items[i].name; j++) {
		if (l->items[j].name && strcmp(l->items[i].name, l->items[j].name) == 0) {
			reader_mistake(r, &l->items[i].name, "variant: \"%s\" is defined on line %d already",
				       l->items[i].name, l->items[j].line);
			return;
		}
	}
}

static const char *name_at(const void *ctx, size_t i)
{
	return ((const struct variant_list *)ctx)->items[i].name;
}

static struct variant *find(const struct variant_list *l, const char *name)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->items[i].name && strcmp(l->items[i].name, name) == 0)
			return &l->items[i];
	return NULL;
}

/* The base is in the same file, or (for a mutant) in the variants' own, which was read before. */
static const struct variant *base_of(struct reader *r, const struct variant_list *l, const struct variant *v)
{
	const struct variant *base = v->like ? find(l, v->like) : NULL;

	return base || !v->like ? base : project_variant(r->project, v->like);
}

static bool is_listed(const struct variant_list *l, const struct variant *v)
{
	return v >= l->items && v < l->items + l->count;
}

/* ---- what one variant has from another ---- */

/* The base's patches first: what is given here goes on top of them. An empty list given here says: none at all. */
static void inherit_patches(struct reader *r, struct variant *v, const struct variant *base)
{
	size_t below = base->patch_count, above = v->patch_count;
	struct variant_patch *all;

	if (reader_has(r, &v->patches) && !above)
		return;
	all = arena_alloc(r->arena, (below + above + 1) * sizeof *all);
	if (below)
		memcpy(all, base->patches, below * sizeof *all);
	if (above)
		memcpy(all + below, v->patches, above * sizeof *all);
	v->patch_count = below + above;
	v->patches = all;
}

#define TAKE(field)                            \
	do {                                   \
		if (!reader_has(r, &v->field)) \
			v->field = base->field; \
	} while (0)

#define TAKE_LIST(field, number)               \
	do {                                   \
		if (!reader_has(r, &v->field)) { \
			v->field = base->field; \
			v->number = base->number; \
		}                              \
	} while (0)

static void inherit(struct reader *r, struct variant *v, const struct variant *base)
{
	TAKE(stands_for);
	TAKE(placement);
	TAKE(source);
	if (!v->sdk && !reader_has(r, &v->build)) { /* one of them given here is instead of the base's, whichever it has */
		v->build = base->build;
		v->sdk = base->sdk;
	}
	TAKE(tools);
	TAKE(boards);
	TAKE_LIST(not_for, not_for_count);
	TAKE(configs);
	TAKE(image);
	TAKE(report);
	TAKE_LIST(elfs, elf_count);
	TAKE_LIST(payloads, payload_count);
	TAKE_LIST(updates, update_count);
	inherit_patches(r, v, base);
}

enum progress { UNRESOLVED, ON_THE_WAY, RESOLVED };

/* Bases first, so that a chain comes out whole. */
static void resolve(struct reader *r, const struct variant_list *l, struct variant *v, enum progress *progress)
{
	enum progress *mine = &progress[v - l->items];
	const struct variant *base = base_of(r, l, v);

	if (*mine == RESOLVED)
		return;
	*mine = ON_THE_WAY;
	if (v->like && !base) {
		reader_mistake(r, &v->like, "like: no variant is called \"%s\"", v->like);
		reader_hint_nearest(r, v->like, (struct names){name_at, l, l->count}, NULL);
	} else if (base && is_listed(l, base) && progress[base - l->items] == ON_THE_WAY) {
		reader_mistake(r, &v->like, "like: %s is like %s, which leads back to it", v->name ? v->name : "this",
			       base->name);
		base = NULL;
	}
	if (base && is_listed(l, base))
		resolve(r, l, &l->items[base - l->items], progress);
	if (base)
		inherit(r, v, base);
	*mine = RESOLVED;
}

/* ---- what only a whole variant can be asked ---- */

/* Of an inherited key the mistake is the base's; but what is given here may not go with it. */
static const void *place_of(struct reader *r, const struct variant *v, const void *field)
{
	return reader_has(r, field) ? field : v;
}

static void check_image(struct reader *r, const struct variant *v)
{
	const void *section = &v->line; /* see IN_ARTEFACTS in variant.c */

	if (!v->like && !v->sdk && reader_has(r, section) && !reader_has(r, &v->image)) {
		reader_mistake(r, section, "missing key \"image\" in this artefacts section");
		reader_hint(r, "image: a relative path without \"..\" (the boot image)");
	}
}

static void check_way(struct reader *r, const struct variant *v)
{
	if (v->like)
		return;
	if (!reader_has(r, &v->build) && !v->sdk) {
		reader_mistake(r, v, "missing key \"build\" in this variant");
		reader_hint(r, "build: a command; or sdk: how a Microkit SDK makes it");
	} else if (!reader_has(r, &v->line) && !v->sdk) {
		reader_mistake(r, v, "missing key \"artefacts\" in this variant");
		reader_hint(r, "artefacts: a mapping with image (what the build leaves)");
	}
}

static void check_one_way(struct reader *r, const struct variant *v)
{
	if (reader_has(r, &v->build) && v->sdk)
		reader_mistake(r, v->sdk, "sdk: not beside \"build\": either a command makes the image or an SDK does");
}

/* What an SDK leaves is known beforehand. */
static void imply_artefacts(struct reader *r, struct variant *v)
{
	static const struct variant_elf own[] = {{"kernel", "kernel", "sel4.elf"}, {"monitor", "monitor", "monitor.elf"},
						 {"loader", "loader", "loader.elf"}};
	const size_t count = sizeof own / sizeof own[0], all = count + v->sdk->program_count;
	struct variant_elf *elfs;

	v->image = v->image ? v->image : "loader.img";
	v->report = v->report ? v->report : "report.txt";
	if (v->elf_count)
		return;
	v->elfs = elfs = arena_alloc(r->arena, (all + 1) * sizeof *elfs);
	v->elf_count = all;
	memcpy(elfs, own, sizeof own);
	for (size_t i = 0; i < v->sdk->program_count; i++) {
		const char *name = v->sdk->programs[i].name ? v->sdk->programs[i].name : "?";

		elfs[count + i] = (struct variant_elf){"pd", name, arena_printf(r->arena, "%s.elf", name)};
	}
}

/* The first of the variant's board kinds that has no such region, or NULL. */
static const struct board_kind *kind_without(const struct project *p, const struct variant *v, const char *reserved)
{
	for (size_t k = 0; k < p->kind_count; k++)
		/* A kind without a line could not be read: nothing is known of it. */
		if (p->kinds[k].line && variant_is_for(v, p->kinds[k].name) &&
		    !board_kind_reserved(&p->kinds[k], reserved))
			return &p->kinds[k];
	return NULL;
}

static void check_payloads(struct reader *r, const struct variant *v)
{
	for (size_t i = 0; i < v->payload_count; i++) {
		const char *name = v->payloads[i].reserved;
		const struct board_kind *k = name ? kind_without(r->project, v, name) : NULL;

		if (!k)
			continue;
		reader_mistake(r, place_of(r, v, &v->payloads),
			       "payloads: board kind %s has no reserved memory called \"%s\"", k->name, name);
		reader_hint(r, "boards/kinds/%s.yaml says it under reserved-memory", k->name);
	}
}

static bool has_pd(const struct variant *v, const char *pd)
{
	for (size_t i = 0; i < v->elf_count; i++)
		if (v->elfs[i].role && strcmp(v->elfs[i].role, "pd") == 0 && v->elfs[i].name &&
		    strcmp(v->elfs[i].name, pd) == 0)
			return true;
	return false;
}

static void check_updates(struct reader *r, const struct variant *v)
{
	for (size_t i = 0; i < v->update_count; i++) {
		if (!v->updates[i].pd || has_pd(v, v->updates[i].pd))
			continue;
		reader_mistake(r, place_of(r, v, &v->updates),
			       "updates: the variant has no protection domain called \"%s\"", v->updates[i].pd);
		reader_hint(r, "they are the ELFs with \"role: pd\"");
	}
}

void variant_list_resolve(struct reader *r, const struct variant_list *l)
{
	enum progress *progress = arena_alloc(r->arena, (l->count + 1) * sizeof *progress);

	for (size_t i = 0; i < l->count; i++)
		check_name(r, l, i);
	for (size_t i = 0; i < l->count; i++)
		resolve(r, l, &l->items[i], progress);
	for (size_t i = 0; i < l->count; i++) {
		if (l->items[i].sdk)
			imply_artefacts(r, &l->items[i]);
		check_way(r, &l->items[i]);
		check_one_way(r, &l->items[i]);
		check_image(r, &l->items[i]);
		check_payloads(r, &l->items[i]);
		check_updates(r, &l->items[i]);
	}
}

/* Whether a check can fail is not shown by a variant that somebody runs as it is. */
void variant_list_check(struct reader *r, void *record)
{
	const struct variant_list *l = record;

	variant_list_resolve(r, l);
	for (size_t i = 0; i < l->count; i++)
		if (l->items[i].caught_by_count)
			reader_mistake(r, &l->items[i].caught_by,
				       "caught-by: only mutants have it, which stand in images/mutants.yaml");
}
