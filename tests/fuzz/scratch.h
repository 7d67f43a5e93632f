/* Files for parsers that read files: in a folder of this process's own, in memory where the system has that. */
#ifndef RUNTEST_TESTS_SCRATCH_H
#define RUNTEST_TESTS_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

const char *scratch_folder(void); /* made when first asked for */

/* NAME in the folder with these bytes, whatever it held; returns its path, which stays until the next call. */
const char *scratch_file(const char *name, const void *bytes, size_t n);

void scratch_remove(void); /* the folder with all that is in it */

/* A part of an input that consists of several, with SCRATCH_CUT between them. */
struct part {
	const uint8_t *bytes;
	size_t n;
};

#define SCRATCH_CUT "\n%%--cut--%%\n"

/* Parts that are not there are empty. */
void scratch_parts(struct part *parts, size_t count, const uint8_t *bytes, size_t n);

#endif
