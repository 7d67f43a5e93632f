#include "monitor/restart.h"

#include <stddef.h>

#include "lib/hold.h"
#include "lib/print.h"
#include "monitor/memory.h"
#include "monitor/system.h"

/* What a partial reload forgets: of the segment that may be written. */
static struct image_gap forgotten(const struct image_segment *s)
{
	if (!(s->flags & TABLE_WRITE))
		return (struct image_gap){0, 0};
	switch (RESTART) {
	case RESTART_PARTIAL_PAGE:
		return (struct image_gap){0, PAGE_SIZE};
	case RESTART_PARTIAL_DATA:
		return (struct image_gap){0, s->file_size};
	case RESTART_PARTIAL_BSS:
		return (struct image_gap){s->file_size, s->size};
	default:
		return (struct image_gap){0, 0};
	}
}

/* The PD does it on its way from the entry, and tells when it is done. */
static void reset_itself(struct pd *pd)
{
	pd_resume(pd);
	system_wait();
	if (pd->state == PD_RESET)
		print("MON|INFO: reloaded %s\n", pd->record->name);
}

static void make_fresh(struct pd *pd)
{
	pd_rewind(pd);
	if (RESTART == RESTART_PC_ONLY) {
		print("MON|INFO: reset the program counter of %s\n", pd->record->name);
	} else if (RESTART == RESTART_SELF_RESET) {
		reset_itself(pd);
	} else {
		pd_reload(pd, forgotten);
		system_wait();
		print("MON|INFO: reloaded %s\n", pd->record->name);
	}
}

void restart(struct pd *pd)
{
	if (RESTART == RESTART_NONE) {
		print("MON|ERROR: restart of %s refused: not possible here\n", pd->record->name);
		return;
	}
	print("MON|INFO: restarting %s\n", pd->record->name);
	pd_suspend(pd);
	hold("restarting");
	make_fresh(pd);
	if (pd->state == PD_FAULTED && RESTART == RESTART_SELF_RESET)
		return;
	hold("restarted");
	pd_resume(pd);
	system_wait();
}
