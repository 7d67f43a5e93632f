/*
 * Stands in for Check's header where tests' samples and fixtures are used by a fuzz target, which is no test of Check's:
 * what does not hold ends the program. Only what they use.
 */
#ifndef RUNTEST_TESTS_FUZZ_CHECK_H
#define RUNTEST_TESTS_FUZZ_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#define ck_assert(x) \
	do { \
		if (!(x)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #x); \
			abort(); \
		} \
	} while (0)
#define ck_assert_msg(x, ...) ck_assert(x)
#define ck_assert_int_eq(x, y) ck_assert((x) == (y))
#define ck_assert_uint_eq(x, y) ck_assert((x) == (y))
#define ck_assert_int_gt(x, y) ck_assert((x) > (y))
#define ck_assert_ptr_nonnull(p) ck_assert((p) != NULL)
#define ck_abort_msg(...) \
	do { \
		fprintf(stderr, __VA_ARGS__); \
		abort(); \
	} while (0)

#endif
