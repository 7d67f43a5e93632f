/* The flight recorder: what a session keeps so that its boots can be run again, instruction for instruction. */
#include <stdlib.h>

#include "session/state.h"
#include "util/mem.h"
#include "util/proc.h"

/*
 * QEMU records what reaches the machine by its devices: a reset comes from beside them. And it takes input without asking
 * whether the UART has room while it records (7.2): more than the UART holds at once is lost, or worse.
 */
static const char *objection_to_step(const struct step *step);

static const char *objection_to_steps(const struct step *steps, size_t count)
{
	const char *why = NULL;

	for (size_t i = 0; !why && i < count; i++)
		why = objection_to_step(&steps[i]);
	return why;
}

static const char *objection_to_step(const struct step *step)
{
	enum { UART_ROOM = 16 };

	if (step->kind == STEP_RESET)
		return "QEMU's record knows nothing of the reset that the scenario asks for";
	if (step->kind == STEP_SEND_FILE || (step->kind == STEP_SEND && step->send_len > UART_ROOM))
		return "QEMU loses characters while it records, where more come at once than a UART holds";
	if (step->kind == STEP_SCRIPT)
		return "a script may type more at once than a UART holds, and QEMU loses characters then while it records";
	return objection_to_steps(step->repeat.steps, step->repeat.step_count);
}

static const char *objection_to_scenario(const struct scenario *sc)
{
	const char *why = NULL;

	for (size_t i = 0; !why && i < sc->phase_count; i++)
		why = objection_to_steps(sc->phases[i].steps, sc->phases[i].step_count);
	return why;
}

static const char *objection(const struct session *s)
{
	const char *why = s->spec->no_record ? "--no-record was given" : board_cannot_record(&s->board);

	return why ? why : objection_to_scenario(s->spec->scenario);
}

/* All that QEMU reads, and QEMU itself: with another one the record is worth nothing. */
static void note_files(struct session *s)
{
	const struct machine_spec *m = &s->board.spec;
	char *program = proc_find(m->program ? m->program : m->kind->qemu->program);

	recording_add_file(&s->recording, program);
	recording_add_file(&s->recording, m->image);
	recording_add_file(&s->recording, m->kind->qemu->firmware);
	recording_add_file(&s->recording, m->dtb);
	recording_add_file(&s->recording, m->disk);
	free(program);
}

void session_record_open(struct session *s)
{
	const struct board_kind *kind = s->spec->unit->kind;
	struct recording *r = &s->recording;

	s->result->unrecorded = arena_strdup(&s->result->arena, objection(s));
	if (s->result->unrecorded)
		return;
	r->arch = arch_name(kind->arch);
	r->entry = kind->entry;
	r->ram_base = kind->memory.base;
	r->ram_size = kind->memory.size;
	r->image = s->spec->image->path;
	r->image_sha256 = s->spec->image_sha256;
	recording_explain(r, s->spec->files);
	note_files(s);
}

void session_record_boot(struct session *s)
{
	struct arena *a = &s->result->arena;
	const char *name = s->boot_number > 1 ? arena_printf(a, "boot.%d.rr", s->boot_number) : "boot.rr";

	if (s->result->unrecorded)
		return;
	recording_add_boot(&s->recording, name, s->log.size);
	board_record(&s->board, arena_printf(a, "%s/%s", s->dir, name));
}

/* What memory holds is comparable only when nothing moves any more. */
static void note_memory(struct session *s, struct recorded_boot *b)
{
	struct memory *m = s->board.memory;
	const struct boot_image *img = s->spec->image;

	if (!m || !m->ops->view || !m->ops->stopped(m))
		return;
	for (size_t i = 0; i < img->region_count; i++) {
		const struct region *r = &img->regions[i];
		const uint8_t *bytes = m->ops->view(m, r->paddr, r->size);

		if (bytes)
			recording_add_memory(&s->recording, b, r->name, r->paddr, bytes, r->size);
	}
}

void session_record_end(struct session *s)
{
	struct recorded_boot *b;

	if (s->result->unrecorded || !s->recording.boot_count)
		return;
	b = &s->recording.boots[s->recording.boot_count - 1];
	b->console_end = s->log.size;
	note_memory(s, b);
}

void session_record_write(struct session *s)
{
	struct err e;

	if (s->result->unrecorded || !s->recording.boot_count)
		return;
	if (recording_write(&s->recording, s->dir, &e) < 0)
		session_end_error(s, &e);
	else
		s->result->recording = RECORDING_FILE;
}
