/*
 * Samples memory into a survival map while the guest runs. A page that is caught half-way of being written is not taken
 * for changed: that has to be so at the following sample, too, or at one while the machine stands still.
 */
#ifndef RUNTEST_SURVIVAL_SAMPLER_H
#define RUNTEST_SURVIVAL_SAMPLER_H

#include <stdbool.h>
#include <stdint.h>

#include "survival/map.h"
#include "witness/versions.h"

struct sampled_page {
	const uint8_t *memory, *image; /* borrowed; they stay where they are */
	const uint8_t *const *rivals;  /* other versions of this page; NULL-terminated, or NULL */
	uint32_t size;
	struct page_past past;
	bool unsettled;                /* the last reading found a mixture, which has not been confirmed */
	int64_t seen_us;               /* the state was last seen */
	int64_t mixture_us;            /* of an unsettled one: the mixture was seen */
};

struct sampler {
	struct survival_map *map;   /* borrowed */
	struct sampled_page *pages; /* by number in the map */
	uint8_t *found;             /* what the last sample found, by page */
	struct arena arena;
	uint8_t ***rivals;          /* of regions, for freeing */
	size_t rival_count, rival_room;
	int64_t due_us;             /* when the next sample should be taken, by the caller's clock */
	int64_t interval_us;
	int64_t lively_us;          /* something changed, or a boot began, the last time */
};

/* `size` bytes of guest memory from paddr on that may be read whenever the caller samples, or NULL: that is no RAM. */
typedef const uint8_t *sampler_view(void *ctx, uint64_t paddr, uint64_t size);

/* Microseconds since the first power-on. */
typedef int64_t sampler_clock(void *ctx);

/*
 * Regions of the image go into the map (protection domains' first, then table, monitor, kernel and what nobody owns) and
 * all of their pages are read once, as of 0 us. Map, image and memory must outlive the sampler.
 */
void sampler_open(struct sampler *s, struct survival_map *map, const struct versions *versions, sampler_view *view,
		  void *ctx);
void sampler_close(struct sampler *s); /* also of one that is all zero */

/* Read every page. `exact`: nothing moves meanwhile. due_us is set anew. */
void sampler_take(struct sampler *s, sampler_clock *now_us, void *ctx, bool exact);

/* The machine starts anew with the memory that it has: nothing counts as loaded until the image's bytes are seen again. */
void sampler_reset(struct sampler *s, int64_t at_us);

/* It starts anew with fresh memory, which may lie elsewhere; that all is RAM is as before. Its pages are read. */
void sampler_power_cycle(struct sampler *s, sampler_view *view, void *ctx, int64_t at_us);

#endif
