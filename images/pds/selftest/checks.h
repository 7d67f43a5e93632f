/* What the self-test tests: suites of checks, each of which is really made. */
#ifndef SELFTEST_CHECKS_H
#define SELFTEST_CHECKS_H

enum result { PASSED, FAILED, SKIPPED, TODO };

struct check {
	const char *name;
	/* *why is set unless it passed */
	enum result (*make)(const char **why);
};

struct suite {
	const char *name;
	unsigned count;
	struct check checks[4];
};

#define SUITES 2
extern const struct suite suites[SUITES];

#endif
