/* All unit tests in one program; `build/release/unit NAME...` runs only the suites named. */
#include <check.h>
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

static int wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return 1;
	return argc < 2;
}

int main(int argc, char **argv)
{
	SRunner *runner = srunner_create(NULL);
	int failed;

	/* Ends a test that hangs. Slowness alone, under a sanitizer or on a machine with other work, must end none. */
	setenv("CK_DEFAULT_TIMEOUT", "300", 0);
	for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++)
		if (wanted(suites[i].name, argc, argv))
			srunner_add_suite(runner, suites[i].make());
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
