/* A board's TFTP root, and what befalls the files that are put there. */
#ifndef RUNTEST_LAB_DELIVERY_H
#define RUNTEST_LAB_DELIVERY_H

#include "lab/loop.h"
#include "util/err.h"

enum delivery_fault {
	DELIVERY_SOUND,
	DELIVERY_TRUNCATED, /* half of the file is missing */
	DELIVERY_STALE,     /* as long as it was, but other bytes here and there: another build */
};

struct delivery {
	struct loop *loop;
	const char *root;
	enum delivery_fault fault;
	int fd;
};

/* From now on every file that gets its name there suffers. ERR_INFRA. */
int delivery_open(struct delivery *d, struct loop *loop, const char *root, struct err *e);
void delivery_close(struct delivery *d);

#endif
