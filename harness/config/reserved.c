#include "config/reserved.h"

#include <stddef.h>
#include <string.h>

#include "config/description.h"
#include "config/read.h"
#include "config/scalar.h"

static const struct schema_key keys[] = {
	{"name", "name of the node, once in this kind", &scalar_name, .at = offsetof(struct reserved_region, name),
	 .required = true},
	{"base", "physical address of the first byte, a multiple of 4K", &scalar_address,
	 .at = offsetof(struct reserved_region, base), .required = true},
	{"size", "how much there is, a multiple of 4K", &scalar_size, .at = offsetof(struct reserved_region, size),
	 .required = true},
	{0},
};

static const struct schema region = {
	.shape = SCHEMA_RECORD,
	.name = "reserved region",
	.expected = "a mapping with name, base and size",
	.doc = "The device tree that the build and the board get has a node NAME@BASE for it below `reserved-memory`, "
	       "with `no-map`.",
	.size = sizeof(struct reserved_region),
	.keys = keys,
};

const struct schema schema_reserved = {
	.shape = SCHEMA_LIST,
	.expected = "a list of reserved regions",
	.size = sizeof(struct reserved_region *),
	.item = &region,
};

const struct reserved_region *board_kind_reserved(const struct board_kind *k, const char *name)
{
	for (size_t i = 0; i < k->reserved_count; i++)
		if (k->reserved[i].name && strcmp(k->reserved[i].name, name) == 0)
			return &k->reserved[i];
	return NULL;
}

static bool overlap(const struct reserved_region *a, const struct reserved_region *b)
{
	return a->base < b->base + b->size && b->base < a->base + a->size;
}

/* In whole pages, inside memory, apart from each other and from where the image goes. */
static void check_reserved(struct reader *r, const struct board_kind *k, const struct reserved_region *v)
{
	const struct memory_range *m = &k->memory;

	if (!v->size || !m->size || m->base + (m->size - 1) < m->base)
		return;
	if ((v->base | v->size) & 4095)
		reader_mistake(r, &v->base, "reserved-memory: expected base and size in multiples of 4K");
	else if (v->base < m->base || v->size > m->size || v->base - m->base > m->size - v->size)
		reader_mistake(r, &v->base, "reserved-memory: it does not lie in memory, 0x%llx to 0x%llx",
			       (unsigned long long)m->base, (unsigned long long)(m->base + m->size - 1));
	else if (k->load_address >= v->base && k->load_address - v->base < v->size)
		reader_mistake(r, &v->base, "reserved-memory: the image's load-address lies in it");
	for (const struct reserved_region *w = k->reserved; w < v; w++) {
		if (v->name && w->name && strcmp(v->name, w->name) == 0)
			reader_mistake(r, &v->name, "reserved-memory: \"%s\" is there twice", v->name);
		else if (overlap(v, w))
			reader_mistake(r, &v->base, "reserved-memory: it overlaps \"%s\"", w->name ? w->name : "");
	}
}

void reserved_check(struct reader *r, const struct board_kind *k)
{
	for (size_t i = 0; i < k->reserved_count; i++)
		check_reserved(r, k, &k->reserved[i]);
}
