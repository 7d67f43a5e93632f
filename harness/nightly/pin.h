/* A run that must be kept says so in a file of its folder, `keep`, whose first line is why. */
#ifndef RUNTEST_NIGHTLY_PIN_H
#define RUNTEST_NIGHTLY_PIN_H

#include <stdbool.h>

#include "util/err.h"
#include "util/mem.h"

#define PIN_FILE "keep"

/* Why the run in the open folder is kept, from the arena: "" where the file does not say; NULL: it is not pinned. */
const char *pin_read(int run_folder, struct arena *a);

/* ERR_IO. An older reason is replaced. */
int pin_set(const char *run_dir, const char *why, struct err *e);

/* ERR_IO; ERR_USAGE when it is not pinned. */
int pin_clear(const char *run_dir, struct err *e);

#endif
