/*
 * No parser, but a target with mistakes in it, by which the driver is tested (selftest.sh): FUZZ_PLANT names the one
 * that is there. It shows with an input that begins with "plant", which none of the seeds does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

const unsigned fuzz_cost = 1;

static void *volatile lost;

static void overflow(const uint8_t *bytes, size_t n)
{
	volatile uint8_t next = bytes[n];

	(void)next;
}

static void wrong_sum(const uint8_t *bytes, size_t n)
{
	volatile int most = 0x7fffffff;

	(void)bytes;
	most += n != 0;
	(void)most;
}

static void leak(const uint8_t *bytes, size_t n)
{
	(void)bytes;
	lost = malloc(n);
	lost = NULL;
}

static void give_up(const uint8_t *bytes, size_t n)
{
	(void)bytes;
	(void)n;
	abort();
}

static void hang(const uint8_t *bytes, size_t n)
{
	for (volatile uint8_t i = bytes[n - 1];; i++)
		;
}

static void greed(const uint8_t *bytes, size_t n)
{
	lost = malloc((size_t)bytes[n - 1] << 30 | (size_t)2 << 30);
	free(lost);
}

static void nothing(const uint8_t *bytes, size_t n)
{
	(void)bytes;
	(void)n;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const struct {
		const char *name;
		void (*show)(const uint8_t *bytes, size_t n);
	} plants[] = {{"overflow", overflow}, {"sum", wrong_sum}, {"leak", leak},      {"abort", give_up},
		      {"hang", hang},         {"greed", greed},   {"nothing", nothing}};
	const char *wanted = getenv("FUZZ_PLANT");

	if (n < 5 || memcmp(bytes, "plant", 5) != 0)
		return 0;
	for (size_t i = 0; wanted && i < sizeof plants / sizeof plants[0]; i++)
		if (strcmp(plants[i].name, wanted) == 0)
			plants[i].show(bytes, n);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	add("Plant\n", 6);
	add("a plant\n", 8);
}
