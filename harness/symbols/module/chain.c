#include "symbols/module/chain.h"

#include <dwarf.h>
#include <string.h>

#include "util/text.h"

/* Enough for any kernel and for the largest unit of a Rust program; a file that was made to loop costs no more. */
enum { STEPS_MAX = 2 * 1000 * 1000, NESTING_MAX = 64 };

struct walk {
	struct chain *chain;
	uint64_t address;
	int steps;
};

static bool is_function(int tag)
{
	return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}

/* What functions may stand in: scopes that have addresses of their own, and names spaces and types that have none. */
static bool may_hold(Dwarf_Die *die, int tag, uint64_t address)
{
	switch (tag) {
	case DW_TAG_subprogram:
	case DW_TAG_inlined_subroutine:
	case DW_TAG_lexical_block:
	case DW_TAG_try_block:
	case DW_TAG_catch_block:
		return dwarf_haspc(die, address) > 0;
	case DW_TAG_namespace:
	case DW_TAG_module:
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
	case DW_TAG_union_type:
	case DW_TAG_enumeration_type:
		return true;
	default:
		return false;
	}
}

/* Returns whether the address was found below `parent`. */
static bool descend(struct walk *w, Dwarf_Die *parent, int depth)
{
	Dwarf_Die die;
	int more;

	if (depth > NESTING_MAX || dwarf_child(parent, &die) != 0)
		return false;
	do {
		int tag = dwarf_tag(&die);
		Dwarf_Off here = dwarf_dieoffset(&die);

		if (may_hold(&die, tag, w->address)) {
			bool function = is_function(tag), found = function;

			if (function && w->chain->count < CHAIN_MAX)
				w->chain->functions[w->chain->count++] = die;
			found = descend(w, &die, depth + 1) || found;
			if (found)
				return true;
		}
		more = dwarf_siblingof(&die, &die);
		/* a sibling stands behind: anything else is a damaged file, and a loop */
		if (more == 0 && dwarf_dieoffset(&die) <= here)
			return false;
	} while (more == 0 && w->steps++ < STEPS_MAX);
	return false;
}

void chain_find(const struct object *o, uint64_t address, struct chain *c)
{
	struct walk w = {.chain = c, .address = address};

	c->count = 0;
	c->in_unit = o->dwarf && object_unit_at(o, address, &c->unit);
	if (c->in_unit)
		descend(&w, &c->unit, 0);
}

static bool stands_below(const char *path, const char *folder, size_t n)
{
	return strncmp(path, folder, n) == 0 && path[n] == '/';
}

/* Below the folder of compilation where that is an absolute one; a relative one is a name that the build chose for it
 * (-ffile-prefix-map), and stands in front. */
static const char *short_path(Dwarf_Die *unit, const char *path, struct arena *a)
{
	Dwarf_Attribute attr;
	const char *folder = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attr));
	size_t n = folder ? strlen(folder) : 0;

	while (n > 1 && folder[n - 1] == '/')
		n--;
	while (strncmp(path, "./", 2) == 0)
		path += 2;
	if (n > 1 && *folder == '/' && stands_below(path, folder, n))
		path += n + 1;
	else if (n && *folder != '/' && *path != '/' && !stands_below(path, folder, n) && strcmp(folder, ".") != 0)
		path = arena_printf(a, "%.*s/%s", (int)(n < 4096 ? n : 4096), folder, path);
	return text_clean(path, a);
}

static const char *file_of_call(Dwarf_Die *unit, Dwarf_Die *inlined)
{
	Dwarf_Attribute attr;
	Dwarf_Files *files;
	Dwarf_Word index;
	size_t n;

	if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attr), &index) != 0 ||
	    dwarf_getsrcfiles(unit, &files, &n) != 0 || index >= n)
		return NULL;
	return dwarf_filesrc(files, index, NULL, NULL);
}

static int line_of_call(Dwarf_Die *inlined)
{
	Dwarf_Attribute attr;
	Dwarf_Word line;

	if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attr), &line) != 0 || line > INT32_MAX)
		return 0;
	return (int)line;
}

void chain_calls(struct chain *c, uint64_t address, struct arena *a, struct symbols_place *p)
{
	Dwarf_Line *l = c->in_unit ? dwarf_getsrc_die(&c->unit, address) : NULL;
	const char *file = l ? dwarf_linesrc(l, NULL, NULL) : NULL;
	int line = 0;

	if (l)
		dwarf_lineno(l, &line);
	p->call_count = !c->count && file ? 1 : c->count;
	p->calls = arena_alloc(a, p->call_count * sizeof *p->calls);
	for (size_t i = 0; i < p->call_count; i++) {
		Dwarf_Die *die = c->count ? &c->functions[c->count - 1 - i] : NULL;
		struct symbols_call *call = &p->calls[i];

		call->function = die ? text_clean(dwarf_diename(die), a) : p->symbol;
		call->file = file ? short_path(&c->unit, file, a) : NULL;
		call->line = line;
		call->inlined = die && dwarf_tag(die) == DW_TAG_inlined_subroutine;
		if (call->inlined) {
			file = file_of_call(&c->unit, die);
			line = line_of_call(die);
		}
	}
}
