#include "symbols/module/frame.h"

#include <elf.h>

int frame_register(struct frame *f, int number, uint64_t *value)
{
	if (number < 0 || number >= FRAME_REGISTERS)
		return -1;
	if (!f->known[number]) {
		if (!f->innermost || f->machine->read_register(f->machine->user, number, &f->values[number]) < 0)
			return -1;
		f->known[number] = true;
	}
	*value = f->values[number];
	return 0;
}

int frame_sp(const struct object *o)
{
	return o->machine == EM_AARCH64 ? 31 : 2;
}

int frame_fp(const struct object *o)
{
	return o->machine == EM_AARCH64 ? 29 : 8;
}

int frame_ra(const struct object *o)
{
	return o->machine == EM_AARCH64 ? 30 : 1;
}

bool frame_callee_saves(const struct object *o, int number)
{
	if (o->machine == EM_AARCH64)
		return number >= 19 && number <= 29;
	/* zero, gp and tp never change */
	return number == 0 || number == 3 || number == 4 || number == 8 || number == 9 ||
	       (number >= 18 && number <= 27);
}
