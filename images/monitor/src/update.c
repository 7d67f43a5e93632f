#include "monitor/update.h"

#include <stddef.h>

#include "abi/guest.h"
#include "abi/syscall.h"
#include "abi/update.h"
#include "lib/crc32.h"
#include "lib/print.h"
#include "monitor/command.h"
#include "monitor/updatefile.h"

static uint64_t own_system;

void update_init(uint64_t system_id)
{
	own_system = system_id;
}

static struct slot_header *header_of(const struct place *slot)
{
	return (struct slot_header *)(uintptr_t)slot->window;
}

static uint8_t *file_of(const struct place *slot)
{
	return (uint8_t *)(uintptr_t)slot->window + SLOT_HEADER_SIZE;
}

static uint64_t room_in(const struct place *slot)
{
	return slot->extent.size - SLOT_HEADER_SIZE;
}

static struct updatefile updatefile_in(const struct pd *pd, const struct place *slot, uint64_t size)
{
	return (struct updatefile){
		.bytes = file_of(slot),
		.size = size,
		.room = room_in(slot),
		.frames = pd->runs->extent.size,
		.entry = pd->record->entry,
		.ram = pd->record->vmm ? GUEST_RAM : 0,
	};
}

static uint32_t slot_crc(const struct slot_header *h, const uint8_t *file)
{
	return crc32(crc32(0, &h->sequence, 3 * sizeof(uint64_t)), file, h->size);
}

uint64_t update_size(const struct pd *pd, const struct place *slot)
{
	const struct slot_header *h = header_of(slot);
	struct updatefile file;

	if (!slot->extent.size || h->magic != SLOT_MAGIC || h->system_id != own_system || h->size > room_in(slot) ||
	    h->crc32 != slot_crc(h, file_of(slot)))
		return 0;
	file = updatefile_in(pd, slot, h->size);
	return updatefile_check(&file) ? 0 : h->size;
}

static void use(struct pd *pd, struct place *slot)
{
	pd->slot = slot;
	pd->changed = true;
	image_of_update(&pd->image, file_of(slot));
}

void update_open(struct pd *pd)
{
	for (unsigned k = 0; k < TABLE_SLOTS; k++) {
		struct place *slot = &pd->slots[k];

		place_open(slot, pd->record->slots[k]);
		if (!slot->extent.size)
			continue;
		place_show(slot, RIGHT_READ);
		if (!update_size(pd, slot) ||
		    (pd->slot && header_of(pd->slot)->sequence > header_of(slot)->sequence))
			continue;
		use(pd, slot);
	}
	if (pd->slot)
		print("MON|INFO: %s: taking the update in slot %u: version %u\n", pd->record->name,
		      (unsigned)(pd->slot - pd->slots), updatefile_version(file_of(pd->slot)));
}

/* Stores before this are made before those after it. */
static void order(void)
{
	__asm__ volatile("" : : : "memory");
}

static void make_valid(struct pd *pd, struct place *slot, uint64_t size)
{
	struct slot_header *h = header_of(slot);

	h->sequence = pd->slot ? header_of(pd->slot)->sequence + 1 : 1;
	h->system_id = own_system;
	h->size = size;
	h->crc32 = slot_crc(h, file_of(slot));
	order();
	h->magic = SLOT_MAGIC;
}

/* NULL when the slot holds a sound update now, else why not. */
static const char *fill(struct pd *pd, struct place *slot, uint64_t size)
{
	struct updatefile file = updatefile_in(pd, slot, size);
	const char *refusal;

	header_of(slot)->magic = 0;
	order();
	command_read_bytes(file_of(slot), size / 2);
	print("MON|INFO: update of %s: half of it is written\n", pd->record->name);
	command_read_bytes(file_of(slot) + size / 2, size - size / 2);
	refusal = updatefile_check(&file);
	if (!refusal)
		make_valid(pd, slot, size);
	return refusal;
}

static const char *receive(struct pd *pd, struct place *slot, uint64_t size)
{
	const char *refusal;

	if (!slot->extent.size || size > room_in(slot)) {
		command_read_bytes(NULL, size);
		return slot->extent.size ? "too large" : "not possible here";
	}
	place_show(slot, RIGHT_READ | RIGHT_WRITE);
	refusal = fill(pd, slot, size);
	place_show(slot, RIGHT_READ);
	return refusal;
}

void update_receive(struct pd *pd, uint64_t size)
{
	struct place *slot = pd->slot == &pd->slots[0] ? &pd->slots[1] : &pd->slots[0];
	const char *refusal;

	print("MON|INFO: update of %s: send %lu bytes\n", pd->record->name, size);
	refusal = receive(pd, slot, size);
	if (refusal) {
		print("MON|ERROR: update of %s refused: %s\n", pd->record->name, refusal);
		return;
	}
	use(pd, slot);
	print("MON|INFO: update of %s accepted: version %u\n", pd->record->name, updatefile_version(file_of(slot)));
}
