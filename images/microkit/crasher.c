/*
 * A protection domain that counts its starts in its own initial data, says the number, and faults. Started anew with the
 * data that its image has, it would say 1 each time. With SELF_RESET it first restores its writable data itself, from
 * constants: a restart leaves memory as it was.
 */
#include <stdint.h>

#include <microkit.h>

#ifndef SELF_RESET
#define SELF_RESET 0
#endif

/* In .data, not .bss: a number that a start finds as the image has it, or not. */
static volatile unsigned starts = 100;
static volatile unsigned filler[1200] = {1}; /* so that the data is more than a page */

static void print_number(unsigned n)
{
	if (n >= 10)
		print_number(n / 10);
	microkit_dbg_putc((int)('0' + n % 10));
}

static void crash(void)
{
	*(volatile unsigned *)0 = 1; /* nothing is mapped there: the parent hears of it */
}

#if SELF_RESET
/* The initial data once more, where nobody writes. */
static const unsigned first_starts = 100;
static const unsigned first_filler = 1;

static void reset_own_data(void)
{
	starts = first_starts;
	for (unsigned i = 0; i < sizeof filler / sizeof filler[0]; i++)
		filler[i] = i ? 0 : first_filler;
}
#endif

void init(void)
{
#if SELF_RESET
	reset_own_data();
#endif
	starts++;
	for (unsigned i = 0; i < sizeof filler / sizeof filler[0]; i++)
		filler[i] += i + 1;
	microkit_dbg_puts("PD|crasher: start starts=");
	print_number(starts - 100);
	microkit_dbg_puts(" filler=");
	print_number(filler[0]);
	microkit_dbg_putc('\n');
	crash();
}

void notified(microkit_channel ch)
{
	(void)ch;
}
