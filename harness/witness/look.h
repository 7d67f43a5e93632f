/*
 * A look at memory: at one moment, every region of a boot image whose owner is asked for, held against the image.
 * Memory comes through a reader, so that mapped guest RAM, a debugger and a file of a test are all the same here.
 */
#ifndef RUNTEST_WITNESS_LOOK_H
#define RUNTEST_WITNESS_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/scenario.h"
#include "image/bootimage.h"
#include "util/err.h"
#include "witness/before.h"
#include "witness/pages.h"
#include "witness/versions.h"

/* Physical memory. One of the two operations may be missing; `view` is tried first. */
struct memory_reader_ops {
	/* `size` bytes from paddr on, in place and without a copy, or NULL where that cannot be had. */
	const uint8_t *(*view)(void *ctx, uint64_t paddr, uint64_t size);
	/* Copy them into buf. -1 with ERR_INFRA when memory cannot be read. */
	int (*read)(void *ctx, uint64_t paddr, void *buf, size_t size, struct err *e);
};

struct memory_reader {
	const struct memory_reader_ops *ops;
	void *ctx;
};

struct look {
	const char *moment;         /* the spec's */
	unsigned number;            /* of the looks at this moment, from 1 */
	enum witness_stop stop;     /* how the machine stood still */
	enum witness_demand demand;
	int64_t at_ms;              /* since power-on */
	int line;                   /* the spec's */
	bool remembered;            /* DEMAND_FRESH: what was there before is known */
	struct region_pages *regions; /* of the wanted owners, in the image's order; an update's in the place of the old */
	size_t region_count, region_room;
};

/*
 * Look. `at_ms` is what the clock said when the machine stood still. A look that only reports is kept in `before`; one
 * that demands fresh memory is held against what is remembered there, which is forgotten then. The look borrows the
 * spec's and the image's strings; finish it with look_finish, also after an error. -1 with ERR_INFRA when memory cannot
 * be read.
 */
int look_take(struct look *l, const struct versions *versions, const struct witness_spec *spec, int64_t at_ms,
	      const struct memory_reader *memory, struct before *before, struct err *e);
void look_finish(struct look *l);

/* Is the region in the set of WITNESS_*? A protection domain's may be in several of them: where it runs in place, its
 * image waits and runs there. A region that nobody owns is in WITNESS_ALL only. */
bool look_wants(unsigned set, const struct region *region);

/* Was it taken when all was loaded and the kernel had not run yet: "loaded", "loaded.2" of the second boot? When the
 * guest itself stood still there, nobody has written to anything, and writable regions are judged, too. */
bool look_is_at_loaded(const struct look *l);

/* Pages of one class in the judged regions of one owner. */
unsigned look_judged(const struct look *l, enum region_owner owner, enum page_class class);

enum look_outcome {
	LOOK_HOLDS,   /* every judged page is intact or blank, and at least one is intact */
	LOOK_BROKEN,  /* a judged page is neither intact nor blank */
	LOOK_NOTHING, /* there is no judged page with anything on it: proves neither */
};

/* What the look says about the demands "intact" and "fresh". */
enum look_outcome look_outcome(const struct look *l);

/* Judged pages that are neither intact nor blank. */
unsigned look_bad_pages(const struct look *l);
const char *look_outcome_name(enum look_outcome o); /* "holds", "broken", "nothing" */

#endif
