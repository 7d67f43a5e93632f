#include "self.h"

#include "bulk.h"
#include "lib/crc32.h"
#include "lib/print.h"
#include "user/syscall.h"

struct build_id_note {
	uint32_t name_size, id_size, type;
	char name[4];
	uint8_t id[20];
};

extern const char text_start[], text_end[], rodata_start[], rodata_end[]; /* pd.ld */

/* Written by the packer into the image's copy of .data, as Microkit's tool does. */
__attribute__((section(".data"))) volatile char pd_name[32] = "?";

static uint32_t starts __attribute__((section(".data"))); /* in .data: a reload must bring it back to 0 */

struct self_segment self_segment(unsigned i)
{
	if (i == 0)
		return (struct self_segment){text_start, (size_t)(text_end - text_start)};
	return (struct self_segment){rodata_start, (size_t)(rodata_end - rodata_start)};
}

const char *self_name(void)
{
	return (const char *)pd_name;
}

static uint32_t read_only_crc(void)
{
	uint32_t crc = 0;

	for (unsigned i = 0; i < SELF_SEGMENTS; i++)
		crc = crc32(crc, self_segment(i).start, self_segment(i).size);
	return crc;
}

static void print_build_id(void)
{
	const struct build_id_note *note = (const struct build_id_note *)rodata_start;

	for (unsigned i = 0; i < sizeof note->id; i++)
		print("%02x", note->id[i]);
}

void self_announce(void)
{
	starts++;
	bulk_run();
	print("PD|%s: start version=%u build-id=", self_name(), PD_VERSION);
	print_build_id();
	print(" starts=%u ro-crc32=%08x\n", starts, read_only_crc());
}

void self_ready(void)
{
	print("PD|%s: ready\n", self_name());
	sys_notify_handler(0);
}

void self_alive(void)
{
	bulk_run();
	print("PD|%s: alive ro-crc32=%08x\n", self_name(), read_only_crc());
	sys_notify_handler(0);
}
