#include "board/board.h"

#include <string.h>

#include "board/mq/drivers.h"
#include "board/load/bring.h"
#include "board/memory/uboot.h"
#include "config/part.h"

static int open_qemu(struct board *b, const struct board_boot *boot, struct err *e)
{
	const struct board_kind *kind = b->unit->kind;

	b->spec = (struct machine_spec){
		.kind = kind,
		.program = b->unit->qemu_program,
		.dtb = kind->reserved_count ? boot->dtb : NULL,
		.refillable = boot->poisons,
		.log = boot->log,
		.args = boot->args,
		.serial = b->unit->qemu_serial,
		.stub = b->unit->memory && !b->unit->memory->gdb.endpoint,
		.arrivals = boot->arrivals,
		.arrival_at = boot->arrival_at,
	};
	if (machine_prepare(&b->machine, kind, e) < 0)
		return -1;
	b->power = power_qemu_create(&b->machine, &b->spec);
	b->console = b->unit->console ? console_create(b->unit->console) : console_qemu_create(&b->machine);
	b->memory = b->unit->memory ? memory_gdb_create(&kind->memory, b->unit->memory, &b->machine)
				    : memory_qemu_create(&b->machine);
	b->load = kind->qemu->deliver == QEMU_DELIVER_UBOOT
			  ? load_uboot_create(kind, NULL, &boot->load, bring_qemu_create(kind, &boot->load, &b->spec))
			  : load_qemu_create(&b->spec, &boot->load);
	return b->load->ops->prepare(b->load, e);
}

/* NULL: it offers none. */
static struct memory *hardware_memory(struct board *b)
{
	const struct unit_memory *m = b->unit->memory;

	if (!m)
		return NULL;
	return m->driver == MEMORY_UBOOT ? memory_uboot_create(b->unit->kind) : memory_gdb_create(&b->unit->kind->memory, m, NULL);
}

static int lacks(const struct board_unit *unit, enum unit_part part, const char *section, const char *hint, struct err *e)
{
	err_set(e, ERR_CONFIG, "board %s is hardware, and its file has no %s section", unit->name, section);
	err_at(e, unit->file, unit->line, 0);
	err_about(e, (int)part);
	return err_hint(e, "%s", hint);
}

static int open_queued(struct board *b, const struct board_boot *boot, struct err *e)
{
	struct mq *q;

	b->load = load_mq_create(b->unit->mq, &boot->load, boot->mq_log);
	q = load_mq_queue(b->load);
	b->console = console_mq_create(q);
	b->power = power_mq_create(q);
	return b->load->ops->prepare(b->load, e);
}

/* A recording has no power to switch, and has been loaded. */
static int open_hardware(struct board *b, const struct board_boot *boot, struct err *e)
{
	const struct unit_console *c = b->unit->console;

	if (b->unit->mq)
		return open_queued(b, boot, e);
	if (!c)
		return lacks(b->unit, PART_CONSOLE, "console", "docs/consoles.md shows one for each kind of console", e);
	if (c->driver != CONSOLE_REPLAY && !b->unit->power)
		return lacks(b->unit, PART_POWER, "power", "docs/power.md shows one for each kind of switch", e);
	if (c->driver != CONSOLE_REPLAY && !b->unit->load)
		return lacks(b->unit, PART_DELIVERY, "load", "docs/loading.md shows one for each way", e);
	b->console = console_create(c);
	b->power = c->driver == CONSOLE_REPLAY ? power_none_create() : power_create(b->unit);
	b->memory = hardware_memory(b);
	b->discharge_ms = b->unit->power ? board_unit_discharge_ms(b->unit) : 0;
	b->load = b->unit->load ? load_create(b->unit, &boot->load, b->memory) : load_none_create();
	return b->load->ops->prepare(b->load, e);
}

int board_open(struct board *b, const struct board_unit *unit, const struct board_boot *boot, struct err *e)
{
	memset(b, 0, sizeof *b);
	b->unit = unit;
	machine_init(&b->machine);
	if ((unit->kind->qemu ? open_qemu(b, boot, e) : open_hardware(b, boot, e)) == 0)
		return 0;
	board_close(b);
	return -1;
}

const char *board_reset_command(const struct board *b)
{
	const struct unit_reset *r = b->unit->reset;

	return r && r->way == RESET_BY_GDB && b->memory && b->memory->ops->reset ? r->gdb : NULL;
}

const char *board_cannot_record(const struct board *b)
{
	return b->unit->kind->qemu ? machine_cannot_record(&b->spec) : "only machines of QEMU can be recorded";
}

void board_record(struct board *b, const char *path)
{
	b->spec.record = path;
}

int board_open_console(struct board *b, struct err *e)
{
	return b->console->ops->late || b->console->fd >= 0 ? 0 : console_open(b->console, e);
}

int board_power_on(struct board *b, struct err *e)
{
	if (board_open_console(b, e) < 0 || b->power->ops->on(b->power, e) < 0)
		return -1;
	/* A QEMU machine makes its serial line as it starts, connected before the first instruction. */
	if (b->console->ops->late && console_open(b->console, e) < 0)
		return -1;
	return console_powered(b->console, e);
}

int board_power_off(struct board *b, struct err *e)
{
	return b->power ? b->power->ops->off(b->power, e) : 0;
}

bool board_is_switched(const struct board *b)
{
	return b->unit && !b->unit->kind->qemu && b->unit->power;
}

void board_await_off(struct board *b)
{
	machine_await_end(&b->machine);
}

int board_renew(struct board *b, struct err *e)
{
	if (!b->unit->kind->qemu) {
		if (b->memory && b->memory->ops->release)
			b->memory->ops->release(b->memory);
		return 0;
	}
	machine_finish(&b->machine);
	return machine_prepare(&b->machine, b->unit->kind, e);
}

void board_leave(struct board *b)
{
	console_destroy(b->console);
	memory_destroy(b->memory);
	power_destroy(b->power);
	load_destroy(b->load);
	machine_finish(&b->machine);
	b->console = NULL;
	b->memory = NULL;
	b->power = NULL;
	b->load = NULL;
}

void board_close(struct board *b)
{
	board_power_off(b, NULL);
	board_leave(b);
}
