/* Updates: sending the file, and knowing from then on what must run. */
#include <string.h>

#include "config/variant.h"
#include "session/state.h"

/* The variant's update; without it the session has ended: the scenario was checked against every variant of its own. */
static const struct image_update *find(struct session *s, const char *name)
{
	const struct image_update *u = boot_image_update(s->spec->image, name);

	if (!u)
		session_end(s, END_INFRA, CAUSE_NONE,
			    arena_printf(&s->result->arena, "variant %s has no update called %s", s->spec->variant, name));
	return u;
}

static int type_command(struct session *s, const struct step_file *f, size_t size, int64_t deadline)
{
	const struct variable known[] = {{"size", (int64_t)size}};
	struct buf line;
	int rc = 0;

	if (!f->command)
		return 0;
	buf_init(&line);
	template_fill(&line, f->command, strlen(f->command), (struct variables){known, 1});
	if (session_send(s, line.data, line.len, deadline) == PUMP_DEADLINE)
		session_end_timeout(s, deadline);
	buf_finish(&line);
	if (!s->ended && f->prompt.regex)
		rc = session_await(s, &f->prompt, NULL, deadline) ? 0 : -1;
	return s->ended ? -1 : rc;
}

void session_send_file(struct session *s, const struct step_file *f, int64_t deadline_ms)
{
	const struct image_update *u = find(s, f->file);
	struct buf bytes;

	if (!u)
		return;
	buf_init(&bytes);
	image_update_alter(u, (enum alteration)f->alter, (uint64_t)session_amount(s, &f->bytes), &bytes);
	if (type_command(s, f, bytes.len, deadline_ms) == 0 &&
	    session_send(s, bytes.data, bytes.len, deadline_ms) == PUMP_DEADLINE)
		session_end_timeout(s, deadline_ms);
	buf_finish(&bytes);
}

void session_holds(struct session *s, const struct step_holds *h)
{
	const struct image_update *u = NULL;

	if (strcmp(h->image, UPDATE_NONE) != 0 && !(u = find(s, h->image)))
		return;
	if (versions_hold(&s->versions, h->pd, u) < 0)
		session_end(s, END_INFRA, CAUSE_NONE,
			    arena_printf(&s->result->arena, "the image has no protection domain called %s", h->pd));
}
