/* Protection domains, from their record in the invocation table to running threads. */
#ifndef MONITOR_PD_H
#define MONITOR_PD_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/table.h"

enum pd_state {
	PD_RUNNING,
	PD_READY, /* said so, and stands still until resumed */
	PD_FAULTED,
};

struct pd {
	const struct table_pd *record;
	uint64_t tcb;
	enum pd_state state;
};

/* Address space, frames, stack and thread of a PD; its messages come to `endpoint` with `badge`. */
void pd_create(struct pd *pd, const struct table_pd *record, uint64_t endpoint, uint64_t badge);
void pd_resume(struct pd *pd);

#endif
