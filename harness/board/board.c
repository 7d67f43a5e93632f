#include "board/board.h"

#include <string.h>

static int open_qemu(struct board *b, const char *image, const char *log, struct err *e)
{
	b->spec = (struct machine_spec){
		.kind = b->unit->kind,
		.program = b->unit->qemu_program,
		.image = image,
		.log = log,
	};
	if (machine_prepare(&b->machine, b->unit->kind, e) < 0)
		return -1;
	b->power = power_qemu_create(&b->machine, &b->spec);
	b->console = console_qemu_create(&b->machine);
	b->memory = memory_qemu_create(&b->machine);
	return 0;
}

int board_open(struct board *b, const struct board_unit *unit, const char *image, const char *log, struct err *e)
{
	memset(b, 0, sizeof *b);
	b->unit = unit;
	b->machine.pidfd = b->machine.console_fd = b->machine.keyboard_fd = b->machine.qmp_fd = b->machine.ram_fd = -1;
	if (!unit->kind->qemu) {
		err_set(e, ERR_CONFIG, "board %s is hardware, and this version drives QEMU boards only", unit->name);
		err_at(e, unit->file, unit->line, 0);
		return err_hint(e, "choose a QEMU board: `runtest list boards`");
	}
	if (open_qemu(b, image, log, e) == 0)
		return 0;
	board_close(b);
	return -1;
}

int board_power_on(struct board *b, struct err *e)
{
	/* A QEMU machine makes its serial line as it starts, connected before the first instruction. */
	if (b->power->ops->on(b->power, e) < 0)
		return -1;
	return console_open(b->console, e);
}

void board_power_off(struct board *b)
{
	if (b->power)
		b->power->ops->off(b->power, NULL);
}

void board_close(struct board *b)
{
	board_power_off(b);
	console_destroy(b->console);
	memory_destroy(b->memory);
	power_destroy(b->power);
	machine_finish(&b->machine);
	b->console = NULL;
	b->memory = NULL;
	b->power = NULL;
}
