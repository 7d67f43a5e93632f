#include "board/load/load.h"

#include "board/load/bring.h"

void load_destroy(struct load *l)
{
	if (l)
		l->ops->destroy(l);
}

/* The way that files come to a U-Boot. */
static struct bring *bring_create(const struct board_unit *unit, const struct load_job *job)
{
	const struct unit_load *l = unit->load;

	switch (l->driver) {
	case LOAD_TFTP:
		return bring_tftp_create(l->tftp, job);
	case LOAD_YMODEM:
		return bring_ymodem_create();
	case LOAD_FASTBOOT:
		return bring_fastboot_create(l->fastboot, unit->kind->fastboot);
	default:
		return bring_disk_create(l->disk);
	}
}

struct load *load_create(const struct board_unit *unit, const struct load_job *job, struct memory *memory)
{
	if (unit->load->driver == LOAD_OPENOCD)
		return load_openocd_create(unit, job, memory);
	if (unit->load->driver == LOAD_FASTBOOT && !unit->kind->uboot)
		return load_fastboot_create(unit, job);
	return load_uboot_create(unit->kind, unit->load, job, bring_create(unit, job));
}
