/* Loading: the load driver's dialogue with the board, held over the session's own loop. */
#include <string.h>

#include "replay/frame.h"
#include "session/state.h"
#include "util/clock.h"
#include "util/mem.h"

/* Does a step fill memory before a reset? */
static bool steps_poison(const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (steps[i].poison || steps_poison(steps[i].repeat.steps, steps[i].repeat.step_count))
			return true;
	return false;
}

static bool poisons(const struct scenario *sc)
{
	for (size_t i = 0; i < sc->phase_count; i++)
		if (steps_poison(sc->phases[i].steps, sc->phases[i].step_count))
			return true;
	return false;
}

static bool settles(const struct scenario *sc)
{
	for (size_t i = 0; i < sc->phase_count; i++)
		for (size_t k = 0; k < sc->phases[i].step_count; k++)
			if (sc->phases[i].steps[k].kind == STEP_SETTLE)
				return true;
	return false;
}

void session_boot_describe(struct session *s)
{
	const struct board_kind *kind = s->spec->unit->kind;
	struct arena *a = &s->result->arena;
	const struct boot_image *img = s->spec->image;
	struct load_file *files = arena_alloc(a, (img->payload_count + 1) * sizeof *files);

	files[0] = (struct load_file){img->path, kind->load_address, img->container.placed};
	for (size_t i = 0; i < img->payload_count; i++)
		files[i + 1] = (struct load_file){img->payloads[i].path, img->payloads[i].paddr, false};
	s->boot = (struct board_boot){
		.arrivals = settles(s->spec->scenario) && entries_can_watch(s) ? arena_printf(a, "%s/" ENTRIES_FILE, s->dir) : NULL,
		.arrival_at = FRAME_ENTRY,
		.load = {.files = files, .count = img->payload_count + 1, .dir = s->dir, .cache = s->spec->media},
		.dtb = s->spec->dtb,
		.poisons = poisons(s->spec->scenario),
		.log = arena_printf(a, "%s/qemu.log", s->dir),
		.mq_log = arena_printf(a, "%s/mq.log", s->dir),
		.args = arena_printf(a, "%s/qemu.args", s->dir),
	};
}

struct lent_line {
	struct load_line base;
	struct session *session;
	struct buf came; /* since the driver last asked */
};

static enum line_state state_of(enum pump how)
{
	static const enum line_state states[] = {
		[PUMP_MET] = LINE_OK, [PUMP_DEADLINE] = LINE_LATE, [PUMP_ENDED] = LINE_ENDED};

	return states[how];
}

static enum line_state line_send(struct load_line *l, const char *bytes, size_t n, int64_t deadline_ms)
{
	return state_of(session_send(((struct lent_line *)l)->session, bytes, n, deadline_ms));
}

static bool something_came(struct session *s, void *arg)
{
	(void)arg;
	return s->lent->len > 0 || s->console_ended;
}

static enum line_state line_receive(struct load_line *l, struct buf *in, int64_t deadline_ms)
{
	enum { NEWS_MS = 1000 }; /* how far the news of a power loss may be behind a dead line */
	struct lent_line *line = (struct lent_line *)l;
	struct session *s = line->session;
	enum pump how = session_pump(s, deadline_ms, something_came, NULL);

	if (how == PUMP_MET && !s->lent->len) {
		session_pump(s, clock_ms() + NEWS_MS, NULL, NULL);
		session_console_dead(s, "while the image was being loaded");
		return LINE_ENDED;
	}
	buf_add(in, s->lent->data, s->lent->len);
	buf_clear(s->lent);
	return state_of(how);
}

static void line_handing_over(struct load_line *l)
{
	watch_skip_to_end(((struct lent_line *)l)->session->watch);
}

static const struct load_line_ops line_ops = {
	.send = line_send,
	.receive = line_receive,
	.handing_over = line_handing_over,
};

/* How a delivery that did not come off ends the session. */
static void give_up(struct session *s, enum load_end end, const struct err *e)
{
	if (end == LOAD_FAILED)
		session_end_error(s, e);
	if (end == LOAD_REFUSED)
		session_end(s, END_MISMATCH, CAUSE_IMAGE_NOT_LOADED, e->what);
}

void session_load(struct session *s, int64_t deadline_ms)
{
	struct lent_line line = {.base = {&line_ops}, .session = s};
	struct load *load = s->board.load;
	int64_t own = clock_ms() + load->patience_ms;
	enum load_end end;
	struct err e;

	if (!load->patience_ms)
		own = deadline_ms;
	buf_init(&line.came);
	s->lent = &line.came;
	end = load->ops->deliver(load, &line.base, own < deadline_ms ? own : deadline_ms, &e);
	s->lent = NULL;
	buf_finish(&line.came);
	give_up(s, end, &e);
}
