#include "witness/record.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "util/file.h"
#include "util/mem.h"

/* Addresses are text: JSON's numbers lose bits above 2^53 in many readers, and nobody reads them in decimal. */
static json_t *address(uint64_t a)
{
	return json_sprintf("0x%" PRIx64, a);
}

/* Names come from files, which may hold any bytes. */
static json_t *text(const char *s)
{
	json_t *t = s ? json_string(s) : json_null();

	return t ? t : json_string("(not UTF-8)");
}

static json_t *range_json(const struct page_range *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "class", text(page_class_name(r->class)));
	json_object_set_new(o, "start", address(r->start));
	json_object_set_new(o, "end", address(r->end));
	return o;
}

static json_t *pages_json(const struct region_pages *r)
{
	json_t *pages = json_object();

	for (int c = 0; c < PAGE_CLASS_COUNT; c++)
		json_object_set_new(pages, page_class_name((enum page_class)c), json_integer(r->count[c]));
	json_object_set_new(pages, "poisoned", json_integer(r->poisoned));
	json_object_set_new(pages, "dirty", json_integer(r->dirty));
	json_object_set_new(pages, "restored", json_integer(r->restored));
	return pages;
}

static json_t *region_json(const struct region_pages *r)
{
	json_t *o = json_object(), *ranges = json_array();

	for (size_t i = 0; i < r->range_count; i++)
		json_array_append_new(ranges, range_json(&r->ranges[i]));
	json_object_set_new(o, "region", text(r->region->name));
	json_object_set_new(o, "owner", text(region_owner_name(r->region->owner)));
	json_object_set_new(o, "pd", text(r->region->pd));
	json_object_set_new(o, "role", text(region_role_name(r->region->role)));
	json_object_set_new(o, "access", text(region_access_name(r->region->access)));
	json_object_set_new(o, "judged", json_boolean(r->judged));
	json_object_set_new(o, "paddr", address(r->region->paddr));
	json_object_set_new(o, "size", json_integer((json_int_t)r->region->size));
	json_object_set_new(o, "pages", pages_json(r));
	json_object_set_new(o, "ranges", ranges);
	return o;
}

static json_t *look_json(const struct look *l)
{
	json_t *o = json_object(), *regions = json_array();

	for (size_t i = 0; i < l->region_count; i++)
		json_array_append_new(regions, region_json(&l->regions[i]));
	json_object_set_new(o, "moment", text(l->moment));
	json_object_set_new(o, "look", json_integer(l->number));
	json_object_set_new(o, "stopped", text(l->stop == WITNESS_STOP_GUEST ? "guest" : "machine"));
	json_object_set_new(o, "at_ms", json_integer(l->at_ms));
	json_object_set_new(o, "demand", text(witness_demand_name(l->demand)));
	json_object_set_new(o, "outcome", text(look_outcome_name(look_outcome(l))));
	json_object_set_new(o, "regions", regions);
	return o;
}

static json_t *moment_json(const struct moment_sum *m)
{
	json_t *o = json_object();

	json_object_set_new(o, "moment", text(m->moment));
	json_object_set_new(o, "looks", json_integer(m->looks));
	json_object_set_new(o, "broken", json_integer(m->broken));
	json_object_set_new(o, "worst_look", m->worst ? json_integer(m->worst) : json_null());
	json_object_set_new(o, "worst_pages", json_integer(m->worst_pages));
	json_object_set_new(o, "first_ms", json_integer(m->first_ms));
	json_object_set_new(o, "last_ms", json_integer(m->last_ms));
	return o;
}

static json_t *hex(const uint8_t *bytes, size_t n)
{
	char digits[2 * PAGE_SIZE_4K];

	for (size_t i = 0; i < n; i++) {
		digits[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
		digits[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
	}
	return json_stringn(digits, 2 * n);
}

static json_t *difference_json(const struct look *l, const struct region_pages *r, const struct page_kept *p)
{
	json_t *o = json_object();

	json_object_set_new(o, "moment", text(l->moment));
	json_object_set_new(o, "look", json_integer(l->number));
	json_object_set_new(o, "region", text(r->region->name));
	json_object_set_new(o, "pd", text(r->region->pd));
	json_object_set_new(o, "class", text(page_class_name(p->class)));
	json_object_set_new(o, "paddr", address(r->region->paddr + p->at));
	json_object_set_new(o, "image", hex(r->region->bytes + p->at, p->n));
	json_object_set_new(o, "memory", hex(p->memory, p->n));
	return o;
}

/* Some pages of the first look that found any: later ones show the same, and what came of it. */
static json_t *differences_json(const struct looks *looks)
{
	enum { MOST = 16 };
	json_t *all = json_array();

	for (size_t i = 0; i < looks->count && json_array_size(all) == 0; i++) {
		const struct look *l = &looks->items[i];

		for (size_t k = 0; k < l->region_count; k++)
			for (int n = 0; n < PAGES_KEPT && l->regions[k].kept[n] && json_array_size(all) < MOST; n++)
				json_array_append_new(all, difference_json(l, &l->regions[k], l->regions[k].kept[n]));
	}
	return all;
}

char *witness_json(const struct boot_image *img, const char *sha256, const struct looks *looks)
{
	json_t *o = json_object(), *all = json_array(), *moments = json_array();
	char *json, *line;

	for (size_t i = 0; i < looks->count; i++)
		json_array_append_new(all, look_json(&looks->items[i]));
	for (size_t i = 0; i < looks->moment_count; i++)
		json_array_append_new(moments, moment_json(&looks->moments[i]));
	json_object_set_new(o, "image", text(img->path));
	json_object_set_new(o, "image_sha256", text(sha256));
	json_object_set_new(o, "page_size", json_integer(PAGE_SIZE_4K));
	json_object_set_new(o, "moments", moments);
	json_object_set_new(o, "looks", all);
	json_object_set_new(o, "differences", differences_json(looks));
	json = json_dumps(o, JSON_INDENT(1));
	json_decref(o);
	line = xasprintf("%s\n", json ? json : "null"); /* NULL: no memory was left to write it */
	free(json);
	return line;
}

int witness_write(const char *path, const struct boot_image *img, const char *sha256, const struct looks *looks,
		  struct err *e)
{
	char *json = witness_json(img, sha256, looks);
	int rc = file_write_atomic(path, json, strlen(json), false, e);

	free(json);
	return rc;
}
