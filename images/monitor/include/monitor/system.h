/* The protection domains together: made from the invocation table, run, and heard. */
#ifndef MONITOR_SYSTEM_H
#define MONITOR_SYSTEM_H

#include "abi/layout.h"
#include "abi/table.h"
#include "monitor/pd.h"

void system_create(const struct table *table, const struct layout *layout);

/* Take messages until no PD runs. */
void system_wait(void);

/* Once their VMMs are ready: load and start the guests, one after the other. */
void system_start_guests(void);

/* Take messages for ever. */
_Noreturn void system_serve(void);

/* Resume those who are ready, one after the other so that each finishes its lines before the next begins. */
void system_run_once_more(void);

/* By its name, or NULL; by its place in the table, or NULL behind the last. */
struct pd *system_find(const char *name);
struct pd *system_pd(uint64_t i);

#endif
