/* The console's stream in its two forms, as far as it is still remembered: as it came, and cleaned. */
#ifndef RUNTEST_MATCH_CONSOLE_H
#define RUNTEST_MATCH_CONSOLE_H

#include <stdbool.h>

#include "match/clean.h"
#include "match/text.h"

struct console_text {
	struct cleaner cleaner;
	struct text raw, clean;
	bool ended;
};

#endif
