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

void argument_list(struct frame *f, Dwarf_Die *function, struct arena *a, struct symbols_call *call)
{
	Dwarf_Die die;
	int more = dwarf_child(function, &die);
	size_t room = 0;

	for (int i = 0; more == 0 && i < CHILDREN_MAX && call->arg_count < ARGUMENTS_MAX; i++) {
		Dwarf_Off here = dwarf_dieoffset(&die);

		if (dwarf_tag(&die) == DW_TAG_formal_parameter) {
			call->args = arena_grow(a, call->args, &room, call->arg_count + 1, sizeof *call->args);
			call->args[call->arg_count] = (struct symbols_argument){0};
			read_argument(f, &die, a, &call->args[call->arg_count++]);
		}
		more = dwarf_siblingof(&die, &die);
		if (more == 0 && dwarf_dieoffset(&die) <= here)
			break;
	}
}
