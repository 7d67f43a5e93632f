/*
 * What is said while images are built before a run: at a terminal the live view (live/view.h), elsewhere a line for each that
 * was built or failed to. Images that are there already are not worth a word.
 */
#ifndef RUNTEST_CLI_BUILDVIEW_H
#define RUNTEST_CLI_BUILDVIEW_H

#include <stddef.h>

#include "build/builder.h"

struct buildview;

/* For builds of `count` requests with these options, whose callbacks are taken; they must stay as long. */
struct buildview *buildview_open(struct build_options *o, size_t count);
void buildview_close(struct buildview *v); /* NULL is fine */

#endif
