/* What the benches of matching have in common: a console's text, and what is denied in it. */
#ifndef RUNTEST_BENCH_PATTERNS_H
#define RUNTEST_BENCH_PATTERNS_H

#include <stdio.h>
#include <string.h>

#include "util/mem.h"

static const char *const bench_kinds[] = {
	"KERNEL DATA ABORT!", "MON\\|ERROR: faulting PD: ", "KERNEL PANIC: .*", "^FAIL: ",
	"MON\\|ERROR: pc : 0x[0-9a-f]{16}",
	"Assertion .* failed", "seL4 called fail at", "panic\\(", "Oops: [0-9]+", "Unable to handle kernel .* at",
	"segfault at [0-9a-f]+", "VMFault", "UserException", "Caught cap fault", "<<seL4.*fault>>",
	"Unhandled Exception in", "data abort", "undefined instruction", "### ERROR ### Please RESET", "stack smashing",
};

enum { BENCH_KINDS = sizeof bench_kinds / sizeof bench_kinds[0] };

/* The pattern of a number, which no other has; malloc'd. */
static inline char *bench_pattern(size_t i)
{
	return i < BENCH_KINDS ? xstrdup(bench_kinds[i])
			       : xasprintf("%s%c%zu", bench_kinds[i % BENCH_KINDS], (char)('A' + i % 26), i);
}

/* At least `size` bytes of lines that no pattern matches; malloc'd. */
static inline char *bench_text(size_t size)
{
	char *text = xmalloc(size + 128);

	for (size_t at = 0, line = 0; at < size; line++)
		at += (size_t)snprintf(
			text + at, 128, "LDR|INFO: region %zu: 0x%08zx - 0x%08zx type %zu size %zu [ok]\r\n", line % 7,
			line << 12 & 0xffffffff, (line << 12 | 0xfff) & 0xffffffff, line % 3, line);
	return text;
}

#endif
