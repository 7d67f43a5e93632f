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
	return json_pack("{s:s, s:o, s:o}", "class", page_class_name(r->class), "start", address(r->start), "end",
			 address(r->end));
}

static json_t *pages_json(const struct region_pages *r)
{
	json_t *pages = json_object();

	for (int c = 0; c < PAGE_CLASS_COUNT; c++)
		json_object_set_new(pages, page_class_name((enum page_class)c), json_integer(r->count[c]));
	json_object_set_new(pages, "poisoned", json_integer(r->poisoned));
	return pages;
}

static json_t *region_json(const struct region_pages *r)
{
	const struct region *g = r->region;
	json_t *ranges = json_array();

	for (size_t i = 0; i < r->range_count; i++)
		json_array_append_new(ranges, range_json(&r->ranges[i]));
	return json_pack("{s:o, s:s, s:o, s:s, s:b, s:o, s:I, s:o, s:o}", "region", text(g->name), "owner",
			 region_owner_name(g->owner), "pd", text(g->pd), "access", region_access_name(g->access), "judged",
			 r->judged, "paddr", address(g->paddr), "size", (json_int_t)g->size, "pages", pages_json(r), "ranges",
			 ranges);
}

static json_t *look_json(const struct look *l)
{
	json_t *regions = json_array();

	for (size_t i = 0; i < l->region_count; i++)
		json_array_append_new(regions, region_json(&l->regions[i]));
	return json_pack("{s:o, s:s, s:I, s:s, s:s, s:o}", "moment", text(l->moment), "stopped",
			 l->stop == WITNESS_STOP_GUEST ? "guest" : "machine", "at_ms", (json_int_t)l->at_ms, "demand",
			 l->demand == DEMAND_INTACT ? "intact" : "report", "outcome", look_outcome_name(look_outcome(l)),
			 "regions", regions);
}

char *witness_json(const struct boot_image *img, const char *sha256, const struct look *looks, size_t count)
{
	json_t *all = json_array(), *root;
	char *json, *line;

	for (size_t i = 0; i < count; i++)
		json_array_append_new(all, look_json(&looks[i]));
	root = json_pack("{s:o, s:o, s:i, s:o}", "image", text(img->path), "image_sha256", text(sha256), "page_size",
			 PAGE_SIZE_4K, "looks", all);
	json = json_dumps(root, JSON_INDENT(1));
	json_decref(root);
	line = xasprintf("%s\n", json ? json : "null"); /* NULL: no memory was left to write it */
	free(json);
	return line;
}

int witness_write(const char *path, const struct boot_image *img, const char *sha256, const struct look *looks,
		  size_t count, struct err *e)
{
	char *json = witness_json(img, sha256, looks, count);
	int rc = file_write_atomic(path, json, strlen(json), false, e);

	free(json);
	return rc;
}
