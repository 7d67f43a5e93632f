#include "monitor/guest.h"

#include <stddef.h>

#include "abi/syscall.h"
#include "monitor/fail.h"
#include "monitor/memory.h"
#include "monitor/report.h"
#include "user/syscall.h"

#define GUEST_BADGE 1 /* its VMM has no other guest */

/* Show the VMM frames that the monitor keeps. */
static void share(const struct pd *vmm, uint64_t vaddr, const struct place *p, unsigned rights)
{
	uint64_t count = p->extent.size / PAGE_SIZE, copies = memory_copy_frames(p->frames, count);

	for (uint64_t i = 0; i < count; i++)
		memory_map(vmm->vspace, vaddr + i * PAGE_SIZE, copies + i, rights);
}

static void give(const struct pd *vmm, enum vmm_slot slot, uint64_t from)
{
	fail_on(sys_invoke(vmm->cnode, CNODE_COPY, slot, from, 0, 0, NULL), "CNode_Copy");
}

void guest_open(struct pd *guest, struct pd *vmm)
{
	uint64_t vcpu = memory_object(OBJECT_VCPU), endpoint = memory_object(OBJECT_ENDPOINT);
	struct place order;

	guest->vmm = vmm;
	guest->state = PD_UNSTARTED;
	fail_on(sys_invoke(guest->tcb, TCB_CONFIGURE, guest->vspace, endpoint, GUEST_BADGE, 0, NULL), "TCB_Configure");
	fail_on(sys_invoke(vcpu, VCPU_SET_TCB, guest->tcb, 0, 0, 0, NULL), "VCPU_SetTCB");
	vmm->cnode = memory_object(OBJECT_CNODE);
	give(vmm, VMM_ENDPOINT, endpoint);
	give(vmm, VMM_GUEST_TCB, guest->tcb);
	give(vmm, VMM_GUEST_VCPU, vcpu);
	place_new_page(&order);
	guest->order = (struct guest_order *)place_show(&order, RIGHT_READ | RIGHT_WRITE);
	share(vmm, VMM_ORDER, &order, RIGHT_READ | RIGHT_WRITE);
	share(vmm, VMM_RAM, guest->runs, RIGHT_READ | RIGHT_WRITE);
	share(vmm, VMM_IMAGE(0), &guest->waits, RIGHT_READ);
	for (unsigned k = 0; k < TABLE_SLOTS; k++)
		share(vmm, VMM_IMAGE(k + 1), &guest->slots[k], RIGHT_READ);
}

/* What of its RAM the guest may write or execute is for its own tables to say. */
void guest_build(struct pd *guest)
{
	uint64_t count = guest->runs->extent.size / PAGE_SIZE;

	guest->run_frames = memory_copy_frames(guest->runs->frames, count);
	for (uint64_t i = 0; i < count; i++)
		memory_map(guest->vspace, GUEST_RAM + i * PAGE_SIZE, guest->run_frames + i,
			   RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE);
	pd_rewind(guest);
}

static void tell(struct pd *guest, enum vmm_command command)
{
	guest->vmm->state = PD_RUNNING;
	fail_on(sys_invoke(guest->vmm->tcb, TCB_RESUME, command, 0, 0, 0, NULL), "TCB_Resume");
}

/* Where the VMM sees what the monitor sees as part of the image. */
static uint64_t seen_by_vmm(struct pd *guest, const uint8_t *bytes)
{
	struct place *place = guest->slot ? guest->slot : &guest->waits;
	unsigned i = guest->slot ? (unsigned)(guest->slot - guest->slots) + 1 : 0;

	return VMM_IMAGE(i) + (uint64_t)(bytes - place_show(place, RIGHT_READ));
}

void guest_load(struct pd *guest)
{
	struct guest_order *order = guest->order;

	order->ram_size = guest->runs->extent.size;
	order->segment_count = guest->image.count;
	for (uint64_t i = 0; i < guest->image.count; i++) {
		const struct image_segment *s = &guest->image.segments[i];

		order->segments[i] = (struct guest_segment){seen_by_vmm(guest, s->bytes), s->vaddr, s->size};
	}
	tell(guest, VMM_LOAD);
}

void guest_rewind(struct pd *guest)
{
	guest->order->entry = guest->image.entry;
	guest->order->run = guest->run;
	guest->next = VMM_START;
}

void guest_resume(struct pd *guest)
{
	tell(guest, guest->next);
	guest->next = VMM_GO_ON;
}

static void report(const struct pd *guest)
{
	struct message_in m = {.badge = GUEST_BADGE, .label = (enum message)guest->order->fault.label};

	for (unsigned i = 0; i < 4; i++)
		m.word[i] = guest->order->fault.word[i];
	report_fault(guest, &m);
}

void guest_hear(struct pd *guest, enum word word)
{
	if (word == WORD_GUEST_READY) {
		guest->state = PD_READY;
	} else if (word == WORD_GUEST_FAULTED) {
		guest->state = PD_FAULTED;
		report(guest);
	}
}
