/*
 * Guests: PDs in the invocation table that do not run as such, but in a virtual CPU, under a PD that is their virtual
 * machine monitor (VMM). The VMM copies the guest's image to its RAM, starts it and hears its faults; the monitor hears
 * of it from the VMM only. pd.h does with guests what it does with PDs, through these.
 */
#ifndef MONITOR_GUEST_H
#define MONITOR_GUEST_H

#include "abi/word.h"
#include "monitor/pd.h"

/*
 * Before the VMM is built, after all places were opened: the virtual CPU, and what the VMM has of the guest, which is
 * capabilities, and memory that it sees.
 */
void guest_open(struct pd *guest, struct pd *vmm);

/* Its RAM in its address space, and its thread. */
void guest_build(struct pd *guest);

/* Tell the VMM, which does it while the monitor waits (system_wait). */
void guest_load(struct pd *guest);
void guest_resume(struct pd *guest);

/* At the image's entry when it is resumed next. */
void guest_rewind(struct pd *guest);

/* What became of it, by the word of its VMM; a fault is reported. */
void guest_hear(struct pd *guest, enum word word);

#endif
