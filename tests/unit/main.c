/* All unit tests in one program; `build/release/unit NAME...` runs only the suites named, `--part I/N` every Nth from
 * the Ith on (tests/unit/run.sh). */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUITE(name) Suite *name(void);
#include "suites.inc"
#undef SUITE

static const struct {
	const char *name;
	Suite *(*make)(void);
} suites[] = {
#define SUITE(name) {#name, name},
#include "suites.inc"
#undef SUITE
};

static size_t part = 1, parts = 1;

/* Whether the arguments are "--part I/N". */
static bool take_part(int argc, char **argv)
{
	return argc == 3 && strcmp(argv[1], "--part") == 0 && sscanf(argv[2], "%zu/%zu", &part, &parts) == 2 &&
	       part >= 1 && part <= parts;
}

static bool wanted(size_t suite, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], suites[suite].name) == 0)
			return true;
	return argc < 2 && suite % parts == part - 1;
}

int main(int argc, char **argv)
{
	SRunner *runner = srunner_create(NULL);
	int failed;

	if (take_part(argc, argv))
		argc = 1;
	/* Ends a test that hangs. Slowness alone, under a sanitizer or on a machine with other work, must end none. */
	setenv("CK_DEFAULT_TIMEOUT", "300", 0);
	for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++)
		if (wanted(i, argc, argv))
			srunner_add_suite(runner, suites[i].make());
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
