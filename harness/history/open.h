/* An open history, as the files of this room see it. */
#ifndef RUNTEST_HISTORY_OPEN_H
#define RUNTEST_HISTORY_OPEN_H

#include "history/db.h"
#include "history/history.h"
#include "history/words.h"

struct history {
	struct db db;
	struct words words;
	char *url;
	const char *name; /* inside url */
};

#endif
