#include "lab/lab.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/labs.h"
#include "lab/fault.h"
#include "lab/folder.h"
#include "lab/units.h"
#include "util/cancel.h"
#include "util/file.h"

/* ---- what it is told ---- */

struct lab_board *lab_find_board(const struct lab *lab, const char *name)
{
	char *end;
	long number = strtol(name, &end, 10);

	for (size_t i = 0; i < lab->board_count; i++)
		if (strcmp(name, lab->boards[i].is->name) == 0 || (!*end && number == lab->boards[i].number))
			return &lab->boards[i];
	return NULL;
}

static void answer_error(struct lab *lab, unsigned talk, const struct err *e)
{
	control_refuse(&lab->control, talk, "%s", e->what);
}

static void tell_power(struct lab *lab, unsigned talk, struct lab_board *b, bool on)
{
	struct err e;

	if (b->switch_hangs) {
		if (b->hanging_count < LAB_HANGING)
			b->hanging[b->hanging_count++] = talk;
		return;
	}
	if (!on)
		lab_board_off(b);
	else if (lab_board_on(b, &e) < 0) {
		answer_error(lab, talk, &e);
		return;
	}
	control_answer(&lab->control, talk, on ? "on" : "off");
}

static void was_reset(void *ctx, unsigned talk, const char *trouble)
{
	struct lab *lab = ctx;

	if (trouble)
		control_refuse(&lab->control, talk, "the board was not reset: %s", trouble);
	else
		control_answer(&lab->control, talk, "reset");
}

static void tell_fault(struct lab *lab, unsigned talk, struct lab_board *b, char *const *words, size_t count)
{
	struct err e;

	if (count < 1 || count > 2)
		control_refuse(&lab->control, talk, "expected: fault BOARD KIND [ARGUMENT]");
	else if (fault_inject(lab, b, words[0], count > 1 ? words[1] : NULL, &e) < 0)
		answer_error(lab, talk, &e);
	else
		control_answer(&lab->control, talk, words[0]);
}

static void told(void *ctx, unsigned talk, char *const *words, size_t count)
{
	struct lab *lab = ctx;
	struct lab_board *b = count >= 2 ? lab_find_board(lab, words[1]) : NULL;

	if (count < 2)
		control_refuse(&lab->control, talk, "expected on, off, reset, state or fault, and a board");
	else if (!b)
		control_refuse(&lab->control, talk, "this lab has no board %s", words[1]);
	else if (strcmp(words[0], "on") == 0 || strcmp(words[0], "off") == 0)
		tell_power(lab, talk, b, strcmp(words[0], "on") == 0);
	else if (strcmp(words[0], "state") == 0)
		control_answer(&lab->control, talk, b->on ? "on" : "off");
	else if (strcmp(words[0], "reset") == 0)
		lab_board_reset(b, (struct lab_board_reset){.done = was_reset, .ctx = lab, .talk = talk});
	else if (strcmp(words[0], "fault") == 0)
		tell_fault(lab, talk, b, words + 2, count - 2);
	else
		control_refuse(&lab->control, talk, "expected on, off, reset, state or fault, not %s", words[0]);
}

/* ---- its life ---- */

/* Of the process that runs; a path with a quote in it becomes one that the shell reads as it is. */
static const char *quoted(struct lab *lab, const char *text)
{
	struct buf b;
	const char *kept;

	buf_init(&b);
	buf_addc(&b, '\'');
	for (; *text; text++)
		if (*text == '\'')
			buf_adds(&b, "'\\''");
		else
			buf_addc(&b, *text);
	buf_addc(&b, '\'');
	kept = arena_strdup(&lab->arena, b.data);
	buf_finish(&b);
	return kept;
}

static int find_program(struct lab *lab, struct err *e)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

	if (n < 0)
		return err_sys(e, ERR_INFRA, "cannot tell where this program is");
	path[n] = '\0';
	lab->program = arena_strdup(&lab->arena, path);
	return 0;
}

static int open_boards(struct lab *lab, struct err *e)
{
	lab->boards = arena_alloc(&lab->arena, rack_count * sizeof *lab->boards);
	lab->deliveries = arena_alloc(&lab->arena, rack_count * sizeof *lab->deliveries);
	lab->board_count = rack_count;
	for (size_t i = 0; i < rack_count; i++) {
		struct lab_board *b = &lab->boards[i];

		if (lab_board_open(b, &rack[i], &lab->loop, lab->folder, &lab->arena, e) < 0 ||
		    delivery_open(&lab->deliveries[i], &lab->loop, b->tftp, e) < 0)
			return -1;
		b->number = (int)i + 1;
	}
	return 0;
}

static int open_folders(struct lab *lab, struct err *e)
{
	return file_mkdirs(arena_printf(&lab->arena, "%s/tty", lab->folder), e) < 0 ||
			       file_mkdirs(arena_printf(&lab->arena, "%s/log", lab->folder), e) < 0
		       ? -1
		       : 0;
}

static int open_host(struct lab *lab, struct err *e)
{
	lab->host.arena = &lab->arena;
	lab->host.folder = lab->folder;
	lab->host.boards = lab->boards;
	lab->host.board_count = lab->board_count;
	lab->host.tell = arena_printf(&lab->arena, "%s --project %s lab tell %s", quoted(lab, lab->program),
				      quoted(lab, lab->root), lab->id);
	return host_open(&lab->host, &lab->loop, e);
}

static int open_lab(struct lab *lab, const char *id, struct err *e)
{
	lab->lock = folder_take(lab->root, id, &lab->arena, &lab->folder, e);
	if (lab->lock < 0)
		return -1;
	lab->id = strrchr(lab->folder, '/') + 1;
	return find_program(lab, e) < 0 || open_folders(lab, e) < 0 || open_boards(lab, e) < 0 ||
			       control_open(&lab->control, &lab->loop, lab->folder, told, lab, e) < 0 || open_host(lab, e) < 0 ||
			       units_write(lab, e) < 0
		       ? -1
		       : 0;
}

static void close_lab(struct lab *lab)
{
	host_close(&lab->host);
	for (size_t i = 0; i < lab->board_count; i++) {
		lab_board_close(&lab->boards[i]);
		delivery_close(&lab->deliveries[i]);
	}
	control_close(&lab->control);
	if (lab->lock >= 0)
		folder_drop(lab->folder, lab->lock);
	loop_finish(&lab->loop);
	arena_finish(&lab->arena);
}

static void wake(void *ctx, short revents)
{
	(void)ctx;
	(void)revents;
}

int lab_run(const char *root, const char *id, const char *const *nodes, void (*ready)(const struct lab *lab),
	    struct err *e)
{
	struct lab lab = {.lock = -1, .nodes = nodes};
	int rc;

	arena_init(&lab.arena);
	loop_init(&lab.loop);
	lab.root = arena_strdup(&lab.arena, root);
	rc = open_lab(&lab, id, e);
	if (rc == 0) {
		ready(&lab);
		loop_watch(&lab.loop, cancel_fd(), POLLIN, wake, NULL);
	}
	while (rc == 0 && !cancel_requested())
		if (loop_turn(&lab.loop) < 0)
			rc = err_sys(e, ERR_INFRA, "the lab cannot wait for its boards");
	close_lab(&lab);
	return rc;
}
