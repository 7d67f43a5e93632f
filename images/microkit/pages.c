#include "pages.h"

#include <microkit.h>

#define STEP(n) x = (x ^ (x << 13) ^ (x >> 9)) + (n) * 0x9e3779b9U;
#define STEPS8(n) STEP(n) STEP(n + 1) STEP(n + 2) STEP(n + 3) STEP(n + 4) STEP(n + 5) STEP(n + 6) STEP(n + 7)
#define STEPS64(n) STEPS8(n) STEPS8(n + 8) STEPS8(n + 16) STEPS8(n + 24) STEPS8(n + 32) STEPS8(n + 40) STEPS8(n + 48) \
	STEPS8(n + 56)

unsigned pages_run(unsigned seed)
{
	volatile unsigned whole = seed; /* or the compiler would do the sum itself */
	unsigned x = whole;

	STEPS64(1U) STEPS64(65U) STEPS64(129U) STEPS64(193U) STEPS64(257U) STEPS64(321U) STEPS64(385U) STEPS64(449U)
	return x;
}

void pages_print(unsigned sum)
{
	for (int shift = 28; shift >= 0; shift -= 4)
		microkit_dbg_putc("0123456789abcdef"[(sum >> shift) & 15]);
	microkit_dbg_putc('\n');
}
