#include "symbols/module/prologue.h"

#include <elf.h>
#include <string.h>

enum { CODE_MAX = 64 * 1024 }; /* bytes of a function that are looked at */

/* aarch64: stp x29, x30, [sp, #n]! or [sp, #n] saves both; add x29, sp, #n (mov x29, sp) sets the frame pointer. */
static void read_aarch64(struct prologue *p, bool *ever, uint32_t op)
{
	if ((op & 0xfe407fff) == 0xa8007bfd)
		p->saved_ra = true;
	else if ((op & 0xff8003ff) == 0x910003fd)
		p->set_fp = *ever = true;
	else if ((op & 0xfe407fff) == 0xa8407bfd) /* ldp x29, x30, [sp]... */
		*p = (struct prologue){0};
	else if (op == 0xd65f03c0 && *ever) /* ret: what follows is of another path */
		*p = (struct prologue){.saved_ra = true, .set_fp = true};
}

/* riscv64: sd ra, n(sp); addi s0, sp, n (both also compressed); the epilogue loads them again. */
static void read_riscv64(struct prologue *p, bool *ever, uint32_t op)
{
	uint32_t low = op & 0xffff;

	if ((op & 0x01fff07f) == 0x00113023 || (low & 0xe07f) == 0xe006)
		p->saved_ra = true;
	else if ((op & 0x000fffff) == 0x00010413 || ((low & 0xe01f) == 0 && low))
		p->set_fp = *ever = true;
	else if ((op & 0x000fffff) == 0x00013083 || (low & 0xef83) == 0x6082) /* ld ra, n(sp) */
		p->saved_ra = false;
	else if ((op & 0x000fffff) == 0x00013403 || (low & 0xef83) == 0x6402) /* ld s0, n(sp) */
		p->set_fp = false;
	else if ((op == 0x00008067 || low == 0x8082) && *ever) /* ret */
		*p = (struct prologue){.saved_ra = true, .set_fp = true};
}

struct prologue prologue_before(const struct frame *f)
{
	const struct object *o = f->object;
	uint64_t pc = f->pc - o->bias;
	const struct object_symbol *s = object_symbol_at(o, pc);
	const uint8_t *code;
	struct prologue p = {0};
	bool ever = false;

	if (!f->innermost || !s || pc - s->address > CODE_MAX || !(code = object_bytes(o, s->address, pc - s->address)))
		return (struct prologue){.saved_ra = true, .set_fp = true};
	for (uint64_t at = 0, n = pc - s->address; at + 2 <= n;) {
		size_t length = o->machine == EM_AARCH64 || (code[at] & 3) == 3 ? 4 : 2;
		uint32_t op = 0;

		if (at + length > n)
			break;
		memcpy(&op, code + at, length);
		if (o->machine == EM_AARCH64)
			read_aarch64(&p, &ever, op);
		else
			read_riscv64(&p, &ever, op);
		at += length;
	}
	return p;
}
