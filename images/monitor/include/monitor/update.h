/* Updates of protection domains (abi/update.h says how they look and where they are kept). */
#ifndef MONITOR_UPDATE_H
#define MONITOR_UPDATE_H

#include <stdint.h>

#include "monitor/pd.h"

void update_init(uint64_t system_id);

/* Take the PD's slots, and make the newest sound update in them its image. Before it is built, in the table's order. */
void update_open(struct pd *pd);

/*
 * Read an update file of `size` bytes from the UART, into the slot that does not hold the PD's image. When everything
 * about it is right it is the PD's image from the next restart on, and says so; else nothing has changed, and the reason
 * is said.
 */
void update_receive(struct pd *pd, uint64_t size);

/* Bytes of the file in a slot; 0 when none that counts is there. */
uint64_t update_size(const struct pd *pd, const struct place *slot);

#endif
