/*
 * What has become of a page of a boot image, told from one reading of memory and from what was known of the page before.
 * Pure functions. Of a page that a region covers in part only the covered part counts.
 */
#ifndef RUNTEST_SURVIVAL_STATE_H
#define RUNTEST_SURVIVAL_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one reading found; n bytes that are all of one kind. */
enum page_content {
	CONTENT_IMAGE,  /* the image's bytes, not all of them zero */
	CONTENT_BLANK,  /* all zero, and so is the image */
	CONTENT_ZERO,   /* all zero, and the image is not */
	CONTENT_POISON, /* all RAM_POISON: nothing was written since memory was filled with it */
	CONTENT_RIVAL,  /* the bytes of another version of the image */
	CONTENT_OTHER,  /* anything else: of a page that is being written to just now, too */
};

enum page_state {
	STATE_NOT_LOADED, /* still the poison, or untouched since power-on */
	STATE_ZEROED,     /* all zero, and in this boot the image's bytes were not seen there yet */
	STATE_BLANK,      /* the image is all zero there and so is memory: says nothing */
	STATE_INTACT,     /* loaded: the image's bytes, since they came for the first time in this boot */
	STATE_CHANGED,    /* neither the image's bytes nor all zero */
	STATE_CLEARED,    /* all zero, where the image's bytes were */
	STATE_RESTORED,   /* the image's bytes again, after they had been others */
	STATE_UPDATED,    /* another version of the image */
	STATE_COUNT
};
/* "not-loaded", "zeroed", "blank", "intact", "changed", "cleared", "restored", "updated" */
const char *page_state_name(enum page_state s);
int page_state_from_name(const char *name, enum page_state *s); /* -1: no such state */

/* What is remembered of a page. All zero: nothing was seen yet in this boot. */
struct page_past {
	enum page_state state;
	bool loaded; /* the image's bytes have been there in this boot */
};

/* n >= 1. `rivals` are other versions of the image, NULL-terminated, or NULL: there are none. */
enum page_content page_content_of(const uint8_t *memory, const uint8_t *image, size_t n, const uint8_t *const *rivals);

/* The state that follows from what was found; *past goes with it. */
enum page_state page_state_after(struct page_past *past, enum page_content found);

/* The machine starts anew: what was loaded before does not count as loaded now. */
void page_state_new_boot(struct page_past *past);

#endif
