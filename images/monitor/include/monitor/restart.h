/* Restarting a protection domain, in the way that this system was built for (RESTART of the Makefile). */
#ifndef MONITOR_RESTART_H
#define MONITOR_RESTART_H

#include "monitor/pd.h"

enum restart_kind {
	RESTART_NONE,
	RESTART_RELOAD,
	RESTART_PC_ONLY,      /* its memory stays as it is */
	RESTART_SELF_RESET,   /* likewise, but the PD itself brings it back */
	RESTART_PARTIAL_PAGE, /* reload, but for the first page that it may write */
	RESTART_PARTIAL_DATA, /* ... for its .data */
	RESTART_PARTIAL_BSS,  /* ... for its .bss */
};

/* It holds twice: `restarting`, when nothing was touched yet, and `restarted`, before the PD goes on. */
void restart(struct pd *pd);

#endif
