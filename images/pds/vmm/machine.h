/* The guest's machine: one virtual CPU, and a UART that is emulated access by access. */
#ifndef VMM_MACHINE_H
#define VMM_MACHINE_H

#include <stdint.h>

#include "abi/guest.h"
#include "abi/word.h"

void machine_reset(void); /* the virtual CPU's system registers */

/* Set the program counter and the first argument, nothing else. The guest stands still. */
void machine_start(uint64_t entry, uint64_t run);

/* Let the guest run until it notifies (WORD_GUEST_READY) or faults (WORD_GUEST_FAULTED; `order` takes the fault). */
enum word machine_run(struct guest_order *order);

#endif
