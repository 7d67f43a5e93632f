/* What the board printed, held against what the image says, or against what must come. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/block.h"
#include "session/state.h"
#include "util/mem.h"
#include "util/names.h"

enum { VALUE_SIZE = 32 };

/* What the image that runs says its protection domain must print; NULL when it does not tell. */
static const char *value_of_pd(const struct session *s, const struct step_compare *c, char value[VALUE_SIZE])
{
	const struct image_pd *pd = c->of ? versions_facts(&s->versions, c->of) : NULL;

	if (pd && c->with == COMPARE_RO_CRC32 && pd->has_crc) {
		snprintf(value, VALUE_SIZE, "%08" PRIx32, pd->ro_crc32);
		return value;
	}
	if (pd && c->with == COMPARE_BUILD_ID && pd->build_id[0])
		return pd->build_id;
	return NULL;
}

/* Reserved memory into which nothing is loaded is there to be asked for. */
static const char *half_of_ram(const struct session *s)
{
	const struct board_kind *k = s->spec->unit->kind;
	struct memory_piece *offered = xcalloc(k->reserved_count, sizeof *offered);
	enum block_answer answer;

	for (size_t i = 0; i < k->reserved_count; i++)
		offered[i] = (struct memory_piece){k->reserved[i].base, k->reserved[i].size};
	answer = block_answer(s->spec->image, (struct memory_piece){k->memory.base, k->memory.size}, offered,
			      k->reserved_count, k->memory.size / 2);
	free(offered);
	return block_answer_name(answer);
}

static const char *value_of(struct session *s, const struct step_compare *c, char value[VALUE_SIZE])
{
	if (c->is)
		return session_fill(s, c->is, strlen(c->is));
	return c->with == COMPARE_HALF_OF_RAM ? half_of_ram(s) : value_of_pd(s, c, value);
}

/*
 * Another checksum is another one in nearly every digit (one of eight hexadecimal digits comes this near by chance in one
 * of 500,000 cases): one that is right but for a character or two was damaged on a serial line.
 */
static bool is_damaged(const struct session *s, const struct step_compare *c, const char *want, const char *got)
{
	enum { FEW = 2, DIGITS = 8 };
	bool sum = !c->is && c->of && (c->with == COMPARE_RO_CRC32 || c->with == COMPARE_BUILD_ID);

	return sum && got && strcmp(want, got) != 0 && board_is_switched(&s->board) && strlen(want) >= DIGITS &&
	       names_slips(want, strlen(want), got, strlen(got)) <= FEW;
}

static void tell_damaged(struct session *s, const struct step_compare *c, const char *want, const char *got)
{
	session_end(s, END_INFRA, CAUSE_NONE,
		    arena_printf(&s->result->arena, "the serial line damages characters: %s says that its %s is \"%s\", which is \"%s\" "
				 "but for a character or two", c->of, c->capture, got, want));
	session_note(s, "a wrong sum is wrong in nearly every digit. Look at the line's ground and length, at its baud rate on both "
			"ends, at flow control, and for a second program that reads the same port");
}

static void mismatch(struct session *s, const struct step *step, enum cause cause, const char *want, const char *got)
{
	const struct step_compare *c = &step->compare;

	session_end(s, END_MISMATCH, cause,
		    arena_printf(&s->result->arena, "%s%s%s is \"%s\", %s \"%s\" (%s:%d)", c->of ? c->of : "",
				 c->of ? " says that its " : "", c->capture, got ? got : "",
				 c->is ? "expected" : "the image says", want, s->spec->scenario->file, step->line));
}

/* What the image must tell, and does not. */
static void cannot_compare(struct session *s, const struct step_compare *c)
{
	session_end(s, END_MISMATCH, CAUSE_IMAGE_CORRUPT,
		    c->of ? arena_printf(&s->result->arena, "the image tells nothing of protection domain %s to compare with",
					 c->of)
			  : "the image's report does not tell what memory is reserved");
}

/* A protection domain has said its checksum, and it was the image's. */
static void keep_in_mind(struct session *s, const struct step_compare *c)
{
	const struct boot_image *img = s->spec->image;

	for (size_t i = 0; i < img->pd_count && i < CHECKSUMS_MOST; i++)
		if (strcmp(img->pds[i].name, c->of) == 0)
			s->checksummed |= UINT64_C(1) << i;
}

void session_compare(struct session *s, const struct step *step)
{
	const struct step_compare *c = &step->compare;
	char value[VALUE_SIZE];
	const char *want = value_of(s, c, value), *got = watch_capture(s->watch, c->capture);

	if (!want)
		cannot_compare(s, c);
	else if (is_damaged(s, c, want, got))
		tell_damaged(s, c, want, got);
	else if (!got || strcmp(want, got) != 0)
		mismatch(s, step, c->cause, want, got);
	else if (c->with == COMPARE_HALF_OF_RAM && strcmp(got, block_answer_name(BLOCK_REFUSED)) == 0)
		session_end(s, END_MISMATCH, CAUSE_ALLOCATION_REFUSED,
			    "half of RAM was refused as one block, and the layout has no place for it");
	else if (c->with == COMPARE_RO_CRC32 && c->of && !c->is)
		keep_in_mind(s, c);
}

void session_keep(struct session *s, const struct step *step)
{
	for (const char *const *group = step->keep; group && *group; group++) {
		const char *value = watch_capture(s->watch, *group);

		if (value)
			facts_set(&s->facts, *group, value);
	}
}
