#include "lab/fault.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/names.h"

struct injection {
	struct lab *lab;
	struct lab_board *board;
	const char *text; /* the argument, or NULL */
	long number;      /* it as a number, or the kind's own */
};

/* ---- the switch ---- */

static int stay_on(const struct injection *i, struct err *e)
{
	(void)e;
	i->board->stays_on = true;
	return 0;
}

static int hang_switch(const struct injection *i, struct err *e)
{
	(void)e;
	i->board->switch_hangs = true;
	return 0;
}

static int reset_loop(const struct injection *i, struct err *e)
{
	(void)e;
	lab_board_reset_every(i->board, i->number);
	return 0;
}

/* ---- the line ---- */

static int garble(const struct injection *i, enum garble_kind kind)
{
	i->board->line.from_board = i->board->line.from_host = (struct garble){.kind = kind, .every = (unsigned)i->number};
	return 0;
}

static int flip(const struct injection *i, struct err *e)
{
	(void)e;
	return garble(i, GARBLE_FLIP);
}

static int lose(const struct injection *i, struct err *e)
{
	(void)e;
	return garble(i, GARBLE_LOSE);
}

static int twice(const struct injection *i, struct err *e)
{
	(void)e;
	return garble(i, GARBLE_DOUBLE);
}

static void plug_again(void *ctx)
{
	struct lab_board *b = ctx;
	struct err e;

	if (line_plug(&b->line, &e) < 0)
		err_print(stderr, &e);
}

static int unplug(const struct injection *i, struct err *e)
{
	(void)e;
	line_unplug(&i->board->line);
	loop_after(&i->lab->loop, i->number, plug_again, i->board);
	return 0;
}

/* ---- U-Boot and what stands in its place ---- */

static int miss_autoboot(const struct injection *i, struct err *e)
{
	(void)e;
	i->board->line.input = LINE_INPUT_MISSES_AUTOBOOT;
	return 0;
}

static int hang_prompt(const struct injection *i, struct err *e)
{
	(void)e;
	i->board->line.input = LINE_INPUT_DIES_AT_PROMPT;
	return 0;
}

static int boot_linux(const struct injection *i, struct err *e)
{
	(void)e;
	i->board->boots_linux = true;
	return 0;
}

static int type_half(const struct injection *i, struct err *e)
{
	(void)e;
	free(i->board->line.half_typed);
	i->board->line.half_typed = xstrdup(i->text ? i->text : "md");
	return 0;
}

/* ---- the lab host ---- */

static int truncate_files(const struct injection *i, struct err *e)
{
	(void)e;
	i->lab->deliveries[i->board->number - 1].fault = DELIVERY_TRUNCATED;
	return 0;
}

static int stale_files(const struct injection *i, struct err *e)
{
	(void)e;
	i->lab->deliveries[i->board->number - 1].fault = DELIVERY_STALE;
	return 0;
}

static int fill_disk(const struct injection *i, struct err *e)
{
	if (!host_can_be_full())
		return err_set(e, ERR_INFRA, "a full disk cannot be had here: the kernel gives ordinary users no namespaces");
	i->lab->host.full = true;
	return server_restart(&i->lab->host.sshd, e);
}

static int show_another_key(const struct injection *i, struct err *e)
{
	i->lab->host.another_key = true;
	return server_restart(&i->lab->host.sshd, e);
}

static int refuse_keys(const struct injection *i, struct err *e)
{
	i->lab->host.refuses_keys = true;
	return server_restart(&i->lab->host.sshd, e);
}

static void start_again(void *ctx)
{
	struct server *s = ctx;
	struct err e;

	if (!s->pid && server_restart(s, &e) < 0)
		err_print(stderr, &e);
}

/* With a number: and start it again after so many ms. */
static int kill_server(const struct injection *i, struct server *s)
{
	server_stop(s);
	if (i->text)
		loop_after(&i->lab->loop, i->number, start_again, s);
	return 0;
}

static int kill_ser2net(const struct injection *i, struct err *e)
{
	(void)e;
	return kill_server(i, &i->lab->host.ser2net);
}

static int kill_sshd(const struct injection *i, struct err *e)
{
	(void)e;
	return kill_server(i, &i->lab->host.sshd);
}

static int kill_pdudaemon(const struct injection *i, struct err *e)
{
	(void)e;
	return kill_server(i, &i->lab->host.pdudaemon);
}

/* ---- all is well again ---- */

static int mend_host(struct lab *lab, struct err *e)
{
	struct host *h = &lab->host;
	struct server *const servers[] = {&h->sshd, &h->ser2net, &h->pdudaemon};
	bool sick = h->full || h->another_key || h->refuses_keys;

	h->full = h->another_key = h->refuses_keys = false;
	for (size_t i = 0; i < sizeof servers / sizeof servers[0]; i++)
		if ((!servers[i]->pid || (sick && i == 0)) && server_restart(servers[i], e) < 0)
			return -1;
	return 0;
}

/* The board keeps its power if it has it; one that kept it against an order loses it. */
static int mend(const struct injection *i, struct err *e)
{
	struct lab_board *b = i->board;

	b->stays_on = b->switch_hangs = b->boots_linux = false;
	while (b->hanging_count)
		control_refuse(&i->lab->control, b->hanging[--b->hanging_count], "the switch hung, and has forgotten what it was told");
	lab_board_reset_every(b, 0);
	if (!b->on)
		lab_board_off(b);
	b->line.from_board = b->line.from_host = (struct garble){.kind = GARBLE_NOT};
	b->line.input = LINE_INPUT_PASSES;
	free(b->line.half_typed);
	b->line.half_typed = NULL;
	i->lab->deliveries[b->number - 1].fault = DELIVERY_SOUND;
	loop_forget(&i->lab->loop, plug_again, b);
	return line_plug(&b->line, e) < 0 ? -1 : mend_host(i->lab, e);
}

/* ---- the kinds ---- */

enum argument { ARGUMENT_NONE, ARGUMENT_EVERY, ARGUMENT_MS, ARGUMENT_WORD };

static const struct fault_kind {
	const char *name;
	enum argument argument;
	long fallback;
	int (*inject)(const struct injection *i, struct err *e);
	const char *about;
} kinds[] = {
	{"none", ARGUMENT_NONE, 0, mend, "everything works again"},
	{"stays-on", ARGUMENT_NONE, 0, stay_on, "the switch acknowledges off, and the board keeps running"},
	{"power-hangs", ARGUMENT_NONE, 0, hang_switch, "the switch does not answer any more"},
	{"reset-loop", ARGUMENT_MS, 300, reset_loop, "the board resets itself, every MS milliseconds"},
	{"line-flip", ARGUMENT_EVERY, 50, flip, "one bit of every Nth byte on the serial line is wrong, both ways"},
	{"line-lose", ARGUMENT_EVERY, 50, lose, "every Nth byte on the serial line is lost, both ways"},
	{"line-double", ARGUMENT_EVERY, 50, twice, "every Nth byte on the serial line comes twice, both ways"},
	{"line-drop", ARGUMENT_MS, 500, unplug, "the serial adapter is unplugged, and plugged in again after MS milliseconds"},
	{"no-autoboot", ARGUMENT_NONE, 0, miss_autoboot, "what is typed is lost until U-Boot's countdown is over"},
	{"half-typed", ARGUMENT_WORD, 0, type_half, "WORD stands on U-Boot's line at its first prompt"},
	{"hung-prompt", ARGUMENT_NONE, 0, hang_prompt, "U-Boot gets to its prompt, and hears nothing there"},
	{"linux-booting", ARGUMENT_NONE, 0, boot_linux, "power on starts a Linux, up to its login prompt"},
	{"tftp-truncate", ARGUMENT_NONE, 0, truncate_files, "of every file in the TFTP root half is missing"},
	{"tftp-stale", ARGUMENT_NONE, 0, stale_files, "every file in the TFTP root is that of another build"},
	{"disk-full", ARGUMENT_NONE, 0, fill_disk, "sftp finds 64 KiB of room on the lab host"},
	{"wrong-host-key", ARGUMENT_NONE, 0, show_another_key, "the lab host's sshd shows another key"},
	{"key-refused", ARGUMENT_NONE, 0, refuse_keys, "the lab host's sshd lets nobody in"},
	{"kill-ser2net", ARGUMENT_MS, 0, kill_ser2net, "ser2net is killed; with MS it starts again so much later"},
	{"kill-sshd", ARGUMENT_MS, 0, kill_sshd, "sshd and all its sessions are killed; with MS it starts again so much later"},
	{"kill-pdudaemon", ARGUMENT_MS, 0, kill_pdudaemon, "pdudaemon is killed; with MS it starts again so much later"},
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

static const char *kind_name(const void *ctx, size_t i)
{
	(void)ctx;
	return kinds[i].name;
}

static int read_number(const struct fault_kind *k, struct injection *i, struct err *e)
{
	enum { MOST = 3600000 };
	char *end;

	i->number = k->fallback;
	if (!i->text || k->argument == ARGUMENT_WORD)
		return 0;
	if (k->argument == ARGUMENT_NONE)
		return err_set(e, ERR_USAGE, "%s takes no argument", k->name);
	errno = 0;
	i->number = strtol(i->text, &end, 10);
	if (errno || *end || end == i->text || i->number < 1 || i->number > MOST)
		return err_set(e, ERR_USAGE, "%s takes a whole number from 1 to %d, not '%s'", k->name, MOST, i->text);
	return 0;
}

int fault_inject(struct lab *lab, struct lab_board *b, const char *kind, const char *argument, struct err *e)
{
	struct injection i = {.lab = lab, .board = b, .text = argument};
	const char *near;

	for (size_t k = 0; k < KINDS; k++)
		if (strcmp(kind, kinds[k].name) == 0)
			return read_number(&kinds[k], &i, e) < 0 ? -1 : kinds[k].inject(&i, e);
	near = names_nearest((struct names){kind_name, NULL, KINDS}, kind);
	return err_set(e, ERR_USAGE, "no fault is called %s%s%s%s", kind, near ? ": did you mean " : "", near ? near : "",
		       near ? "?" : "");
}

const char *fault_help(struct arena *a)
{
	static const char *const arguments[] = {"", " [N]", " [MS]", " [WORD]"};
	const char *text = "";

	for (size_t k = 0; k < KINDS; k++)
		text = arena_printf(a, "%s  %s%-*s %s\n", text, kinds[k].name, (int)(21 - strlen(kinds[k].name)),
				    arguments[kinds[k].argument], kinds[k].about);
	return text;
}
