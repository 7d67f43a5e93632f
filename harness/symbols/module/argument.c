#include "symbols/module/argument.h"

#include <dwarf.h>
#include <string.h>

#include "symbols/module/expression.h"
#include "symbols/module/type.h"
#include "util/text.h"

enum { CHILDREN_MAX = 4096, ARGUMENTS_MAX = 64 };

static const char *constant(Dwarf_Die *die, uint8_t *bytes, size_t n)
{
	Dwarf_Attribute attr;
	Dwarf_Block block;
	Dwarf_Sword v;

	dwarf_attr_integrate(die, DW_AT_const_value, &attr);
	if (dwarf_formblock(&attr, &block) == 0) {
		if (block.length < n)
			return "the debug information about it is damaged";
		memcpy(bytes, block.data, n);
		return NULL;
	}
	if (n > sizeof v || dwarf_formsdata(&attr, &v) != 0)
		return "the debug information tells it in a way that is not read here";
	memcpy(bytes, &v, n);
	return NULL;
}

static const char *read_bytes(struct frame *f, Dwarf_Die *die, uint8_t *bytes, size_t n)
{
	struct expression x;
	Dwarf_Attribute attr;

	if (dwarf_attr_integrate(die, DW_AT_const_value, &attr))
		return constant(die, bytes, n);
	if (!dwarf_attr_integrate(die, DW_AT_location, &attr) ||
	    dwarf_getlocation_addr(&attr, f->lookup - f->object->bias, &x.ops, &x.count, 1) != 1)
		return "optimised out";
	x.attr = &attr;
	return expression_bytes(f, &x, bytes, n);
}

static void read_argument(struct frame *f, Dwarf_Die *die, struct arena *a, struct symbols_argument *out)
{
	const char *name = dwarf_diename(die);
	uint8_t bytes[TYPE_VALUE_MAX] = {0};
	Dwarf_Die type;
	size_t n;

	out->name = name ? text_clean(name, a) : "?";
	out->type = "?";
	if (type_of(die, &type) < 0) {
		out->missing = "its type is not known";
		return;
	}
	out->type = type_name(&type, a);
	n = type_size(&type);
	if (n == 0 || n > sizeof bytes) {
		out->missing = n ? "it is too large" : "its size is not known";
		return;
	}
	out->missing = read_bytes(f, die, bytes, n);
	if (!out->missing)
		out->value = type_value(&type, bytes, n, a);
}

/* Where the source has it: an inlined function's copies of its parameters stand in any order. */
static Dwarf_Off origin(Dwarf_Die *die)
{
	Dwarf_Attribute attr;
	Dwarf_Die first;

	if (dwarf_formref_die(dwarf_attr(die, DW_AT_abstract_origin, &attr), &first))
		return dwarf_dieoffset(&first);
	return dwarf_dieoffset(die);
}

static int by_origin(const void *x, const void *y)
{
	Dwarf_Off a = origin((Dwarf_Die *)x), b = origin((Dwarf_Die *)y);

	return a < b ? -1 : a > b;
}

void argument_list(struct frame *f, Dwarf_Die *function, struct arena *a, struct symbols_call *call)
{
	Dwarf_Die die, parameters[ARGUMENTS_MAX];
	int more = dwarf_child(function, &die);
	size_t n = 0;

	for (int i = 0; more == 0 && i < CHILDREN_MAX && n < ARGUMENTS_MAX; i++) {
		Dwarf_Off here = dwarf_dieoffset(&die);

		if (dwarf_tag(&die) == DW_TAG_formal_parameter)
			parameters[n++] = die;
		more = dwarf_siblingof(&die, &die);
		if (more == 0 && dwarf_dieoffset(&die) <= here)
			break;
	}
	if (n)
		qsort(parameters, n, sizeof *parameters, by_origin);
	call->args = arena_alloc(a, n * sizeof *call->args);
	call->arg_count = n;
	for (size_t i = 0; i < n; i++)
		read_argument(f, &parameters[i], a, &call->args[i]);
}
