#include "image/report.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const sections[] = {"# Loader Regions", "# Runtime Regions", "# Reserved Memory"};

enum { LOADER_SECTION, RUNTIME_SECTION, RESERVED_SECTION, NO_SECTION };

static const struct {
	const char *word;
	enum region_role role;
	int section;
} words[] = {
	{"PD-ELF", REGION_WAITS, LOADER_SECTION},
	{"PD-RUN", REGION_RUNS, RUNTIME_SECTION},
	{"PD-PRISTINE", REGION_PRISTINE, RUNTIME_SECTION},
	{"RESERVED", REGION_WAITS, RESERVED_SECTION},
};

struct reader {
	struct report *report;
	struct arena *arena;
	const char *path;
	int line;
	int section;                        /* the one that the line is in */
	bool seen[NO_SECTION];
};

static int complain(const struct reader *rd, const char *line, size_t n, struct err *e)
{
	static const char *const expected[] = {
		[LOADER_SECTION] = "PD-ELF", [RUNTIME_SECTION] = "PD-RUN (or PD-PRISTINE)", [RESERVED_SECTION] = "RESERVED"};

	err_set(e, ERR_IMAGE, "\"%.*s\" is no region; expected <Region name=%s NAME-SEGMENT addr=0xHEX size=BYTES>",
		(int)(n < 120 ? n : 120), line, expected[rd->section]);
	return err_at(e, rd->path, rd->line, 0);
}

/* "NAME-SEGMENT": the number behind the last dash; names may have dashes of their own. */
static bool split_name(struct report_region *r, struct arena *a, const char *name)
{
	const char *dash = strrchr(name, '-');
	char *end;
	long segment;

	for (const char *p = name; *p; p++)
		if (iscntrl((unsigned char)*p))
			return false;
	if (!dash || dash == name || !isdigit((unsigned char)dash[1]))
		return false;
	segment = strtol(dash + 1, &end, 10);
	if (*end || segment > UINT16_MAX) /* an ELF has no more program headers */
		return false;
	r->name = name;
	r->pd = arena_strndup(a, name, (size_t)(dash - name));
	r->segment = (int)segment;
	return true;
}

static bool number_after(const char *text, const char *key, int base, uint64_t *value, const char **end)
{
	size_t n = strlen(key);
	char *stop;

	if (strncmp(text, key, n) != 0 || !isxdigit((unsigned char)text[n]))
		return false;
	errno = 0;
	*value = strtoull(text + n, &stop, base);
	*end = stop;
	return errno == 0 && stop > text + n;
}

/* "<Region name=PD-ELF ", with a word that belongs into the section; what follows it, or NULL. */
static const char *after_word(struct report_region *r, const char *text, int section)
{
	static const char before[] = "<Region name=";

	if (strncmp(text, before, strlen(before)) != 0)
		return NULL;
	text += strlen(before);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		size_t n = strlen(words[i].word);

		if (words[i].section != section || strncmp(text, words[i].word, n) != 0 || text[n] != ' ')
			continue;
		r->role = words[i].role;
		return text + n + 1;
	}
	return NULL;
}

static bool parse_region(struct report_region *r, struct arena *a, const char *text, int section)
{
	const char *name = after_word(r, text, section), *addr, *rest;

	if (!name)
		return false;
	addr = strstr(name, " addr=0x");
	if (!addr || !number_after(addr, " addr=0x", 16, &r->addr, &rest) ||
	    !number_after(rest, " size=", 10, &r->size, &rest) || strcmp(rest, ">") != 0)
		return false;
	return split_name(r, a, arena_strndup(a, name, (size_t)(addr - name)));
}

/* What is reserved has a list of its own. */
static struct report_list *list_of(const struct reader *rd)
{
	return rd->section == RESERVED_SECTION ? &rd->report->reserved : &rd->report->all;
}

static int check_new(const struct reader *rd, const struct report_list *list, const struct report_region *r,
		     struct err *e)
{
	if (list->count == REPORT_MAX_REGIONS) {
		err_set(e, ERR_IMAGE, "more than %d regions", REPORT_MAX_REGIONS);
		return err_at(e, rd->path, rd->line, 0);
	}
	for (size_t i = 0; i < list->count; i++) {
		const struct report_region *old = &list->items[i];

		if (old->role != r->role || strcmp(old->name, r->name) != 0)
			continue;
		err_set(e, ERR_IMAGE, "region %s is named twice, first on line %d", r->name, old->line);
		return err_at(e, rd->path, rd->line, 0);
	}
	return 0;
}

static int add_region(struct reader *rd, const char *line, size_t n, struct err *e)
{
	struct report_list *list = list_of(rd);
	struct report_region found = {.line = rd->line};

	if (memchr(line, '\0', n) ||
	    !parse_region(&found, rd->arena, arena_strndup(rd->arena, line, n), rd->section))
		return complain(rd, line, n, e);
	if (check_new(rd, list, &found, e) < 0)
		return -1;
	if (!found.size)
		return 0;
	list->items = arena_grow(rd->arena, list->items, &list->room, list->count + 1, sizeof *list->items);
	list->items[list->count++] = found;
	return 0;
}

static void enter_section(struct reader *rd, const char *line, size_t n)
{
	rd->section = LOADER_SECTION;
	while (rd->section < NO_SECTION &&
	       (n != strlen(sections[rd->section]) || memcmp(line, sections[rd->section], n) != 0))
		rd->section++;
	if (rd->section < NO_SECTION)
		rd->seen[rd->section] = true;
}

static int read_line(struct reader *rd, const char *line, size_t n, struct err *e)
{
	while (n && isspace((unsigned char)line[0])) {
		line++;
		n--;
	}
	while (n && isspace((unsigned char)line[n - 1]))
		n--;
	if (n >= 2 && memcmp(line, "# ", 2) == 0) {
		enter_section(rd, line, n);
		return 0;
	}
	return rd->section != NO_SECTION && n ? add_region(rd, line, n, e) : 0;
}

/* What runs elsewhere refers to what waits, in whatever order the sections stand. */
static void put_waiting_first(struct report *r, struct arena *a)
{
	struct report_region *sorted = arena_alloc(a, (r->all.count + 1) * sizeof *sorted);

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < r->all.count; i++)
			if ((r->all.items[i].role != REGION_WAITS) == pass)
				sorted[r->count++] = r->all.items[i];
	r->regions = sorted;
}

int report_parse_any(struct report *r, struct arena *a, const char *path, const char *bytes, size_t n, struct err *e)
{
	struct reader rd = {.report = r, .arena = a, .path = path, .section = NO_SECTION};
	const char *end = bytes + n, *next;

	memset(r, 0, sizeof *r);
	for (const char *line = bytes; line < end; line = next + 1) {
		next = memchr(line, '\n', (size_t)(end - line));
		next = next ? next : end;
		rd.line++;
		if (read_line(&rd, line, (size_t)(next - line), e) < 0)
			return -1;
	}
	r->has_reserved = rd.seen[RESERVED_SECTION];
	r->has_loader = rd.seen[LOADER_SECTION];
	put_waiting_first(r, a);
	return 0;
}

int report_parse(struct report *r, struct arena *a, const char *path, const char *bytes, size_t n, struct err *e)
{
	if (report_parse_any(r, a, path, bytes, n, e) < 0)
		return -1;
	if (r->has_loader)
		return 0;
	err_set(e, ERR_IMAGE, "no section \"%s\"", sections[LOADER_SECTION]);
	err_at(e, path, 0, 0);
	return err_hint(e, "give the report.txt that was written together with the image");
}
