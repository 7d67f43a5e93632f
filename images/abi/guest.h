/*
 * Guests: what a guest kernel finds in its virtual machine, and how the monitor and the virtual machine monitor (VMM),
 * which is a protection domain, talk about it.
 *
 * The machine has RAM from GUEST_RAM on, as much as the guest's image takes, and a PL011 at GUEST_UART. A guest begins
 * at EL1 with its MMU off, at its image's entry, with the number of the start in x0. Addresses are intermediate
 * physical ones (IPA) unless said otherwise.
 */
#ifndef ABI_GUEST_H
#define ABI_GUEST_H

#define GUEST_RAM 0x40000000
#define GUEST_UART 0x09000000

/* Calls: HVC #0 with the number in x0. */
#define GUEST_NOTIFY 1 /* stand still until the monitor lets the guest go on */
#define GUEST_PANIC 2  /* an exception that the guest did not expect; does not come back */

#ifndef __ASSEMBLER__

#include <stdint.h>

/* Slots of the VMM's capability space. */
enum vmm_slot {
	VMM_ENDPOINT = 1, /* where its guest's faults arrive */
	VMM_GUEST_TCB,
	VMM_GUEST_VCPU,
	VMM_SLOTS,
};

/*
 * The VMM notifies the monitor when it has done what it was told, and how that ended (abi/word.h), and is resumed with
 * what it is to do next.
 */
enum vmm_command {
	VMM_ALIVE,  /* say so */
	VMM_LOAD,   /* copy the guest's image to its RAM, and reset its virtual CPU */
	VMM_START,  /* at the entry, whatever stands there; then as VMM_GO_ON */
	VMM_GO_ON,  /* until the guest notifies or faults */
};

#define GUEST_MAX_SEGMENTS 6

struct guest_segment {
	uint64_t from;    /* virtual, as the VMM sees the bytes */
	uint64_t address; /* where they run; whole pages */
	uint64_t size;    /* bytes in memory, and at `from` */
};

/* Where the VMM sees the page with the order, the guest's RAM, and the places in which images of it wait. */
#define VMM_ORDER 0x30000000UL
#define VMM_RAM 0x50000000UL
#define VMM_IMAGE(i) (0x60000000UL + (i) * 0x4000000UL) /* 0: the boot image's, from 1 on: the slots for updates */

/* What the monitor tells the VMM of its guest. */
struct guest_order {
	uint64_t ram_size; /* bytes */
	uint64_t entry;
	uint64_t run; /* number of the start */
	uint64_t segment_count;
	struct guest_segment segments[GUEST_MAX_SEGMENTS];
	struct {
		uint64_t label, word[4]; /* the message as the kernel sent it; enum message */
	} fault;
};

#endif

#endif
