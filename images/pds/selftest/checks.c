#include "checks.h"

#include <stddef.h>
#include <stdint.h>

#include "lib/crc32.h"
#include "self.h"

/* A build that is to fail expects another value than the one that it holds. */
#define HELD 0x600df00dU
#define EXPECTED (HELD + SELFTEST_FAILS)

static volatile uint32_t held __attribute__((section(".data"))) = HELD;
static volatile uint32_t empty[64];

static enum result crc_of_known_text(const char **why)
{
	*why = "crc32 is not 0xcbf43926";
	return crc32(0, "123456789", 9) == 0xcbf43926U ? PASSED : FAILED;
}

static enum result bss_is_zero(const char **why)
{
	*why = "a word is not zero";
	for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++)
		if (empty[i])
			return FAILED;
	return PASSED;
}

static enum result data_is_initial(const char **why)
{
	*why = "a word is not as it was initialised";
	return held == EXPECTED ? PASSED : FAILED;
}

static enum result stack_holds(const char **why)
{
	volatile uint32_t words[128];

	*why = "a word on the stack changed";
	for (uint32_t i = 0; i < 128; i++)
		words[i] = i * 2654435761U;
	for (uint32_t i = 0; i < 128; i++)
		if (words[i] != i * 2654435761U)
			return FAILED;
	return PASSED;
}

static enum result name_is_known(const char **why)
{
	const char *name = self_name(), *expected = "selftest";

	*why = "the packer gave it another name";
	while (*name && *name == *expected) {
		name++;
		expected++;
	}
	return *name == *expected ? PASSED : FAILED;
}

static enum result cores(const char **why)
{
	*why = "the kernel runs one core";
	return SKIPPED;
}

static enum result clock_runs(const char **why)
{
	*why = "the kernel has no clock";
	return TODO;
}

const struct suite suites[SUITES] = {
	{"memory", 4, {{"crc of a known text", crc_of_known_text},
		       {".bss is zero", bss_is_zero},
		       {".data has its initial value", data_is_initial},
		       {"the stack holds what is put there", stack_holds}}},
	{"machine", 3, {{"cores see each other", cores},
			{"the clock runs", clock_runs},
			{"the name is known", name_is_known}}},
};
