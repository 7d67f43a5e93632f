/* The pages that a session lost, out of its evidence. */
#ifndef RUNTEST_RESULT_LOST_H
#define RUNTEST_RESULT_LOST_H

#include <stddef.h>
#include <stdint.h>

#include "result/model.h"

enum { LOST_PAGES_MAX = 16384 }; /* 64 MiB: no image has as much of protection domains; of more, the first */

struct lost_pages {
	const char *moment; /* the first look at which any was lost; the evidence's; NULL: none was */
	const struct page_evidence *first; /* the first region of that look, or NULL */
	unsigned boot;      /* in which boot of the session that was, from 0 */
	uint64_t *pages;    /* physical addresses, multiples of 4096, ascending by region */
	size_t count, room;
};

/* Judged pages that were cleared or changed at the first look at which any was; but none of those that are their owner's to
 * write, and should have been fresh after a restart. From the arena. */
void lost_pages_find(struct lost_pages *lost, const struct session_evidence *ev, struct arena *a);
void lost_pages_add(struct lost_pages *lost, uint64_t page, struct arena *a); /* unless it is there */

#endif
