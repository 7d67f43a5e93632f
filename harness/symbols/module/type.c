#include "symbols/module/type.h"

#include <dwarf.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "util/text.h"

enum { CHAIN_MAX = 16, ENUMERATORS_MAX = 4096 };

int type_of(Dwarf_Die *die, Dwarf_Die *type)
{
	Dwarf_Attribute attr;

	return dwarf_attr_integrate(die, DW_AT_type, &attr) && dwarf_formref_die(&attr, type) ? 0 : -1;
}

static bool is_wrapper(int tag)
{
	return tag == DW_TAG_typedef || tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
	       tag == DW_TAG_restrict_type || tag == DW_TAG_atomic_type;
}

/* What it is below typedef and const. -1: nothing, or endless. */
static int peel(Dwarf_Die *type, Dwarf_Die *out)
{
	*out = *type;
	for (int i = 0; i < CHAIN_MAX; i++) {
		Dwarf_Die next;

		if (!is_wrapper(dwarf_tag(out)))
			return 0;
		if (type_of(out, &next) < 0)
			return -1;
		*out = next;
	}
	return -1;
}

/* What stands behind the name of the type that it is made of. */
static const char *suffix(int tag)
{
	switch (tag) {
	case DW_TAG_pointer_type: return "*";
	case DW_TAG_reference_type: return "&";
	case DW_TAG_array_type: return "[]";
	default: return NULL;
	}
}

static const char *keyword(int tag)
{
	switch (tag) {
	case DW_TAG_structure_type: return "struct ";
	case DW_TAG_union_type: return "union ";
	case DW_TAG_enumeration_type: return "enum ";
	default: return "";
	}
}

static const char *own_name(Dwarf_Die *type, struct arena *a)
{
	const char *name = dwarf_diename(type);

	return arena_printf(a, "%s%s", keyword(dwarf_tag(type)), name ? text_clean(name, a) : "?");
}

static const char *name_at(Dwarf_Die *type, struct arena *a, int depth)
{
	int tag = dwarf_tag(type);
	const char *behind = suffix(tag), *inner;
	bool is_const = tag == DW_TAG_const_type, passed = is_wrapper(tag) && tag != DW_TAG_typedef;
	Dwarf_Die next;

	if (depth > CHAIN_MAX)
		return "?";
	if (tag == DW_TAG_subroutine_type)
		return "function";
	if (!behind && !passed)
		return own_name(type, a);
	inner = type_of(type, &next) == 0 ? name_at(&next, a, depth + 1) : "void";
	if (behind)
		return arena_printf(a, "%s%s%s", inner, inner[strlen(inner) - 1] == '*' ? "" : " ", behind);
	if (!is_const)
		return inner;
	return inner[strlen(inner) - 1] == '*' ? arena_printf(a, "%sconst", inner) : arena_printf(a, "const %s", inner);
}

const char *type_name(Dwarf_Die *type, struct arena *a)
{
	return name_at(type, a, 0);
}

size_t type_size(Dwarf_Die *type)
{
	Dwarf_Die real;
	int tag, size;

	if (peel(type, &real) < 0)
		return 0;
	tag = dwarf_tag(&real);
	size = dwarf_bytesize(&real);
	if (size > 0)
		return (size_t)size;
	return tag == DW_TAG_pointer_type || tag == DW_TAG_reference_type ? 8 : 0;
}

static const char *enumerator(Dwarf_Die *type, uint64_t v, uint64_t mask, struct arena *a)
{
	Dwarf_Die die;
	int more = dwarf_child(type, &die);

	for (int i = 0; more == 0 && i < ENUMERATORS_MAX; i++) {
		Dwarf_Off here = dwarf_dieoffset(&die);
		Dwarf_Attribute attr;
		Dwarf_Word value;

		if (dwarf_tag(&die) == DW_TAG_enumerator &&
		    dwarf_formudata(dwarf_attr(&die, DW_AT_const_value, &attr), &value) == 0 &&
		    ((value ^ v) & mask) == 0 && dwarf_diename(&die))
			return text_clean(dwarf_diename(&die), a);
		more = dwarf_siblingof(&die, &die);
		if (more == 0 && dwarf_dieoffset(&die) <= here)
			break;
	}
	return NULL;
}

static const char *number(Dwarf_Die *type, uint64_t v, size_t n, struct arena *a)
{
	uint64_t mask = n < 8 ? (UINT64_C(1) << (n * 8)) - 1 : UINT64_MAX;
	Dwarf_Word encoding = 0;
	Dwarf_Attribute attr;
	const char *name;

	if (dwarf_tag(type) == DW_TAG_enumeration_type && (name = enumerator(type, v, mask, a)))
		return name;
	dwarf_formudata(dwarf_attr(type, DW_AT_encoding, &attr), &encoding);
	if (encoding == DW_ATE_boolean && v < 2)
		return v ? "true" : "false";
	if (encoding == DW_ATE_signed || encoding == DW_ATE_signed_char) {
		if (n < 8 && v >> (n * 8 - 1))
			v |= ~mask;
		return arena_printf(a, "%" PRId64, (int64_t)v);
	}
	return arena_printf(a, "0x%" PRIx64, v);
}

const char *type_value(Dwarf_Die *type, const void *bytes, size_t n, struct arena *a)
{
	Dwarf_Die real;
	uint64_t v = 0;
	const char *text = "";

	if (peel(type, &real) < 0 || n == 0)
		return NULL;
	if (n <= 8) {
		memcpy(&v, bytes, n);
		return number(&real, v, n, a);
	}
	/* a structure, as its words */
	for (size_t at = 0; at < n; at += 8) {
		v = 0;
		memcpy(&v, (const uint8_t *)bytes + at, n - at < 8 ? n - at : 8);
		text = arena_printf(a, "%s%s0x%" PRIx64, text, at ? ", " : "", v);
	}
	return arena_printf(a, "{%s}", text);
}
