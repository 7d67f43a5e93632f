#include "kernel/untyped.h"

#include <stddef.h>

#include "abi/syscall.h"
#include "kernel/endpoint.h"
#include "kernel/panic.h"
#include "kernel/physical.h"
#include "kernel/thread.h"
#include "kernel/vcpu.h"
#include "kernel/vspace.h"
#include "kernel/window.h"

/* An untyped is cleared in pieces of this size, from its top down (seL4: CONFIG_RESET_CHUNK_BITS). */
#define RESET_CHUNK (1ULL << 8)

#define MIN_UNTYPED_BITS 4
#define MAX_RETYPE_COUNT 256

struct object_kind {
	enum cap_type cap;
	uint8_t bits;
	bool device_too; /* may be made of device memory */
};

static const struct object_kind kinds[] = {
	[OBJECT_UNTYPED] = {CAP_UNTYPED, 0, true},
	[OBJECT_FRAME] = {CAP_FRAME, PAGE_BITS, true},
	[OBJECT_PAGE_TABLE] = {CAP_PAGE_TABLE, PAGE_BITS, false},
	[OBJECT_VSPACE] = {CAP_VSPACE, PAGE_BITS, false},
	[OBJECT_TCB] = {CAP_TCB, TCB_BITS, false},
	[OBJECT_ENDPOINT] = {CAP_ENDPOINT, ENDPOINT_BITS, false},
	[OBJECT_CNODE] = {CAP_CSPACE, CNODE_BITS, false},
#ifdef HAVE_VCPU
	[OBJECT_VCPU] = {CAP_VCPU, VCPU_BITS, false},
#endif
};

/* Plain stores, no cache maintenance: as seL4 does it. `size` is a multiple of 64 bytes. */
static void memzero(void *p, uint64_t size)
{
	uint64_t *word = p;

	for (uint64_t n = size / 64; n; n--, word += 8) {
		word[0] = 0;
		word[1] = 0;
		word[2] = 0;
		word[3] = 0;
		word[4] = 0;
		word[5] = 0;
		word[6] = 0;
		word[7] = 0;
	}
}

static void clear_memory(uint64_t paddr, uint64_t size)
{
	memzero(phys_to_ptr(paddr), size);
}

static uint64_t untyped_size(const struct cap *untyped)
{
	return 1ULL << untyped->size_bits;
}

/* Untypeds below a chunk's size come from others, which were cleared with them. */
static void reset_untyped(struct cap *untyped)
{
	while (!untyped->is_device && untyped->free_index >= RESET_CHUNK) {
		untyped->free_index -= RESET_CHUNK;
		clear_memory(untyped->paddr + untyped->free_index, RESET_CHUNK);
	}
	untyped->free_index = 0;
}

/* Where the memory of a boot-time untyped stands in its life: in use up to its end, so that a reset clears it all. */
static void boot_state(struct cap *untyped)
{
	untyped->free_index = untyped_size(untyped);
#if CLEAR_AT_BOOT
	reset_untyped(untyped);
#endif
}

static void untyped_provide(struct bootinfo *info, uint64_t paddr, unsigned bits, bool is_device)
{
	uint64_t index = info->untyped.end - info->untyped.start;
	struct cap *cap = cspace_slot(info->untyped.end);

	if (!cap || index == BOOTINFO_MAX_UNTYPEDS)
		panic("too many untypeds for the bootinfo");
	*cap = (struct cap){
		.type = CAP_UNTYPED,
		.size_bits = (uint8_t)bits,
		.is_device = is_device,
		.paddr = paddr,
	};
	boot_state(cap);
	info->untyped_list[index] = (struct untyped_desc){
		.paddr = paddr,
		.size_bits = (uint8_t)bits,
		.is_device = is_device,
	};
	info->untyped.end++;
}

void untyped_create(struct bootinfo *info, uint64_t start, uint64_t end, bool is_device)
{
	while (start < end) {
		unsigned bits = physical_block_bits(start, end);

		untyped_provide(info, start, bits, is_device);
		start += 1ULL << bits;
	}
}

static void create_object(struct cap *slot, enum object_type type, uint64_t paddr, unsigned bits, bool is_device)
{
	*slot = (struct cap){
		.type = kinds[type].cap,
		.size_bits = (uint8_t)bits,
		.is_device = is_device,
		.paddr = paddr,
	};
	if (type == OBJECT_VSPACE)
		slot->vspace_id = vspace_create(paddr);
	else if (type == OBJECT_TCB)
		context_init(&((struct tcb *)phys_to_ptr(paddr))->context);
#ifdef HAVE_VCPU
	else if (type == OBJECT_VCPU)
		vcpu_init(phys_to_ptr(paddr));
#endif
}

static int check_retype(const struct cap *untyped, uint64_t type, uint64_t bits, uint64_t slot, uint64_t count)
{
	if (type < OBJECT_UNTYPED || type >= sizeof kinds / sizeof kinds[0])
		return INVALID_ARGUMENT;
	if (type == OBJECT_UNTYPED && (bits < MIN_UNTYPED_BITS || bits > MAX_UNTYPED_BITS))
		return RANGE_ERROR;
	if (count < 1 || count > MAX_RETYPE_COUNT || slot >= CSPACE_SLOTS || count > CSPACE_SLOTS - slot)
		return RANGE_ERROR;
	if (untyped->is_device && !kinds[type].device_too)
		return INVALID_ARGUMENT;
	for (uint64_t i = 0; i < count; i++) {
		if (cspace_slot(slot + i)->type != CAP_NULL)
			return DELETE_FIRST;
	}
	return NO_ERROR;
}

int invoke_untyped_retype(struct cap *untyped, uint64_t type, uint64_t size_bits, uint64_t slot, uint64_t count)
{
	int error = check_retype(untyped, type, size_bits, slot, count);
	unsigned bits;
	uint64_t size, offset;

	if (error)
		return error;
	bits = type == OBJECT_UNTYPED ? (unsigned)size_bits : kinds[type].bits;
	size = 1ULL << bits;
	offset = untyped->children ? (untyped->free_index + size - 1) & ~(size - 1) : 0;
	if (offset > untyped_size(untyped) || count > (untyped_size(untyped) - offset) >> bits)
		return NOT_ENOUGH_MEMORY;
	if (!untyped->children)
		reset_untyped(untyped);
	for (uint64_t i = 0; i < count; i++, offset += size)
		create_object(cspace_slot(slot + i), type, untyped->paddr + offset, bits, untyped->is_device);
	untyped->free_index = offset;
	untyped->children += (uint32_t)count;
	return NO_ERROR;
}
