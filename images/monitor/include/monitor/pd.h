/* Protection domains, from their record in the invocation table to running threads. */
#ifndef MONITOR_PD_H
#define MONITOR_PD_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/guest.h"
#include "abi/table.h"
#include "monitor/image.h"
#include "monitor/place.h"

enum pd_state {
	PD_RUNNING,
	PD_READY, /* said so, and stands still until resumed */
	PD_RESET, /* likewise, having brought its own data back to what it was */
	PD_FAULTED,
	PD_UNSTARTED, /* a guest, until its VMM has started it */
};

struct pd {
	const struct table_pd *record;
	uint64_t vspace, tcb; /* slots */
	enum pd_state state;
	uint64_t run; /* number of the start, from 1 */
	struct place waits, copy;
	struct place *runs;     /* waits, or the copy */
	struct place *pristine; /* likewise: the other one; NULL when no restart copies the image */
	struct place slots[TABLE_SLOTS];
	struct place *slot;     /* the one that holds the image, or NULL: the boot image's */
	struct image image;     /* what runs, or will from the next restart on */
	uint64_t run_frames;    /* slots of the frames' capabilities that the PD's address space has */
	bool changed;           /* the image is not the one that is mapped */
	uint64_t cnode;         /* slot of its capability space, or 0: it has none */
	struct pd *vmm;         /* of a guest (monitor/guest.h): the PD that runs it; else NULL */
	struct guest_order *order;
	enum vmm_command next;  /* for the VMM when the guest is resumed */
};

/* The objects of all PDs, in the order of their numbers. Before any other of these. */
void pd_make_objects(uint64_t pd_count);

/* Its places, but for the slots. The image is the boot image's. */
void pd_open(struct pd *pd, const struct table_pd *record);

/* Make the image ready to run: copied to where it is to run, if that is elsewhere, and mapped. Stack and thread. */
void pd_build(struct pd *pd, uint64_t endpoint, uint64_t badge);

/* Suspended, and not at the mercy of what it did before: at the image's entry, with its next run number. */
void pd_suspend(struct pd *pd);
void pd_rewind(struct pd *pd);

/* Copy the image again; remap it when it has changed. `gap` as of image_load. A guest's VMM is doing it then. */
void pd_reload(struct pd *pd, struct image_gap (*gap)(const struct image_segment *));

void pd_resume(struct pd *pd);

#endif
