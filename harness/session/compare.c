/* What the board printed, held against what the image says, or against what must come. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "session/state.h"

/* What the image that runs says its protection domain must print; NULL when it does not tell. */
static const char *value_of_image(const struct session *s, const struct step_compare *c, char crc[16])
{
	const struct image_pd *pd = c->of ? versions_facts(&s->versions, c->of) : NULL;

	if (pd && c->with == COMPARE_RO_CRC32 && pd->has_crc) {
		snprintf(crc, 16, "%08" PRIx32, pd->ro_crc32);
		return crc;
	}
	if (pd && c->with == COMPARE_BUILD_ID && pd->build_id[0])
		return pd->build_id;
	return NULL;
}

static void mismatch(struct session *s, const struct step *step, const char *want, const char *got)
{
	const struct step_compare *c = &step->compare;

	session_end(s, END_MISMATCH, c->cause,
		    arena_printf(&s->result->arena, "%s%s%s is %s, %s %s (%s:%d)", c->of ? c->of : "", c->of ? " says that its " : "",
				 c->capture, got ? got : "not there", c->is ? "expected" : "the image says", want,
				 s->spec->scenario->file, step->line));
}

void session_compare(struct session *s, const struct step *step)
{
	const struct step_compare *c = &step->compare;
	char crc[16];
	const char *want = c->is ? session_fill(s, c->is, strlen(c->is)) : value_of_image(s, c, crc);
	const char *got = watch_capture(s->watch, c->capture);

	if (!want)
		session_end(s, END_MISMATCH, CAUSE_IMAGE_CORRUPT,
			    arena_printf(&s->result->arena, "the image tells nothing of protection domain %s to compare with",
					 c->of));
	else if (!got || strcmp(want, got) != 0)
		mismatch(s, step, want, got);
}

void session_keep(struct session *s, const struct step *step)
{
	for (const char *const *group = step->keep; group && *group; group++) {
		const char *value = watch_capture(s->watch, *group);

		if (value)
			facts_set(&s->facts, *group, value);
	}
}
