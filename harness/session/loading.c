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

void session_fill_at_prompt(struct session *s, unsigned regions)
{
	const struct boot_image *img = s->spec->image;
	struct load_job *job = &s->boot.load;
	struct load_fill *fills = arena_alloc(&s->result->arena, (img->region_count + 1) * sizeof *fills);

	job->fill_count = 0;
	for (size_t i = 0; i < img->region_count; i++)
		if (regions == WITNESS_EVERYTHING || look_wants(regions, &img->regions[i]))
			fills[job->fill_count++] = (struct load_fill){img->regions[i].paddr, img->regions[i].size & ~(uint64_t)3,
								      RAM_POISON};
	job->fills = fills;
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
	if (!kind->qemu)
		session_fill_at_prompt(s, WITNESS_EVERYTHING);
}

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
	return s->lent->len > 0 || s->console_ended || s->board.console->gaps;
}

static enum line_state line_receive(struct load_line *l, struct buf *in, int64_t deadline_ms)
{
	struct lent_line *line = (struct lent_line *)l;
	struct session *s = line->session;
	enum pump how = session_pump(s, deadline_ms, something_came, NULL);

	/* A prompt may have come and gone unseen: there is nothing to be gained by waiting for it. */
	if (s->board.console->gaps && !s->aside) {
		session_check_console(s);
		return LINE_ENDED;
	}
	if (how == PUMP_MET && !s->lent->len) {
		session_await_news(s, s->aside ? "while U-Boot was asked what is in RAM" : "while the image was being loaded");
		return LINE_ENDED;
	}
	buf_add(in, s->lent->data, s->lent->len);
	buf_clear(s->lent);
	return state_of(how);
}

static void line_handing_over(struct load_line *l)
{
	struct session *s = ((struct lent_line *)l)->session;

	if (!s->aside)
		watch_skip_to_end(s->watch);
}

static const struct load_line_ops line_ops = {
	.send = line_send,
	.receive = line_receive,
	.handing_over = line_handing_over,
};

void session_lend(struct session *s, struct lent_line *line)
{
	/* A QEMU that records puts into its UART whatever has come, and a UART that overflows there does not recover. */
	*line = (struct lent_line){.base = {&line_ops, .narrow = s->spec->unit->kind->qemu}, .session = s};
	buf_init(&line->came);
	s->lent = &line->came;
}

void session_take_back(struct session *s, struct lent_line *line)
{
	s->lent = NULL;
	buf_finish(&line->came);
}

/* What the firmware keeps for itself is not filled: stale memory there would look loaded. */
static void tell_unfilled(struct session *s)
{
	size_t n = s->board.load->unfilled, all = s->boot.load.fill_count;

	if (n && s->boot_number == 1)
		session_note(s, arena_printf(&s->result->arena, "%zu of the %zu places that the image takes in RAM were not filled before it was "
					     "loaded: U-Boot calls them reserved, or does not say what is", n, all));
}

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
	struct lent_line line;
	struct load *load = s->board.load;
	int64_t own = clock_ms() + load->patience_ms;
	enum unit_part before;
	enum load_end end;
	struct err e;

	if (!load->patience_ms)
		own = deadline_ms;
	s->unstarted = true;
	session_lend(s, &line);
	before = session_works_on(s, PART_DELIVERY);
	end = load->ops->deliver(load, &line.base, own < deadline_ms ? own : deadline_ms, &e);
	session_take_back(s, &line);
	s->unstarted = end != LOAD_DONE && end != LOAD_REFUSED;
	tell_unfilled(s);
	give_up(s, end, &e);
	session_works_on(s, before);
}
