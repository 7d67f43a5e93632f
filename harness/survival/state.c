#include "survival/state.h"

#include <string.h>

#include "witness/pages.h"

const char *page_state_name(enum page_state s)
{
	static const char *const names[STATE_COUNT] = {
		[STATE_NOT_LOADED] = "not-loaded", [STATE_ZEROED] = "zeroed",   [STATE_BLANK] = "blank",
		[STATE_INTACT] = "intact",         [STATE_CHANGED] = "changed", [STATE_CLEARED] = "cleared",
		[STATE_RESTORED] = "restored",     [STATE_UPDATED] = "updated",
	};

	return names[s];
}

int page_state_from_name(const char *name, enum page_state *s)
{
	for (int i = 0; i < STATE_COUNT; i++)
		if (strcmp(name, page_state_name((enum page_state)i)) == 0) {
			*s = (enum page_state)i;
			return 0;
		}
	return -1;
}

/* As in witness/pages.c: a run of one byte equals itself one byte further on. */
static bool all_are(const uint8_t *p, size_t n, uint8_t value)
{
	return p[0] == value && memcmp(p, p + 1, n - 1) == 0;
}

static bool is_rival(const uint8_t *memory, size_t n, const uint8_t *const *rivals)
{
	for (; rivals && *rivals; rivals++)
		if (memcmp(memory, *rivals, n) == 0)
			return true;
	return false;
}

/*
 * The guest may be writing all the while. Each of the answers that name one kind of bytes is true of every byte when it
 * was read; a page that was caught half-way is OTHER.
 */
enum page_content page_content_of(const uint8_t *memory, const uint8_t *image, size_t n, const uint8_t *const *rivals)
{
	if (memcmp(memory, image, n) == 0)
		return all_are(image, n, 0) ? CONTENT_BLANK : CONTENT_IMAGE;
	if (all_are(memory, n, 0))
		return CONTENT_ZERO;
	if (all_are(memory, n, RAM_POISON))
		return CONTENT_POISON;
	return is_rival(memory, n, rivals) ? CONTENT_RIVAL : CONTENT_OTHER;
}

static enum page_state state_after(const struct page_past *past, enum page_content found)
{
	bool image_again = past->loaded && past->state != STATE_INTACT;

	switch (found) {
	case CONTENT_IMAGE:
		return image_again ? STATE_RESTORED : STATE_INTACT;
	case CONTENT_BLANK:
		return STATE_BLANK;
	case CONTENT_ZERO:
		return past->loaded ? STATE_CLEARED : STATE_ZEROED;
	case CONTENT_POISON: /* written by whom? Not by us, while the machine runs */
		return past->loaded ? STATE_CHANGED : STATE_NOT_LOADED;
	case CONTENT_RIVAL:
		return STATE_UPDATED;
	default:
		return STATE_CHANGED;
	}
}

enum page_state page_state_after(struct page_past *past, enum page_content found)
{
	past->state = state_after(past, found);
	past->loaded |= found == CONTENT_IMAGE;
	return past->state;
}

void page_state_new_boot(struct page_past *past)
{
	past->loaded = false;
}
