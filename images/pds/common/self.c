#include "self.h"

#include "abi/word.h"
#include "bulk.h"
#include "lib/crc32.h"
#include "lib/print.h"
#include "user/syscall.h"

struct build_id_note {
	uint32_t name_size, id_size, type;
	char name[4];
	uint8_t id[20];
};

/* pd.ld; in the order of their addresses. */
extern const char text_start[], text_end[], rodata_start[], rodata_end[];
#if SELF_RESET
extern const char reset_start[], reset_end[];
#endif

static const struct {
	const char *start, *end;
} segments[] = {
	{text_start, text_end},
	{rodata_start, rodata_end},
#if SELF_RESET
	{reset_start, reset_end},
#endif
};

/* Written by the packer into the image's copy of .data, as Microkit's tool does. */
__attribute__((section(".data"))) volatile char pd_name[32] = "?";

static uint32_t starts __attribute__((section(".data"))); /* in .data: a reload must bring it back to 0 */

static uint64_t run_number;

void self_begin(uint64_t run)
{
	run_number = run;
}

unsigned self_segments(void)
{
	return sizeof segments / sizeof segments[0];
}

struct self_segment self_segment(unsigned i)
{
	return (struct self_segment){segments[i].start, (size_t)(segments[i].end - segments[i].start)};
}

const char *self_name(void)
{
	return (const char *)pd_name;
}

static uint32_t read_only_crc(void)
{
	uint32_t crc = 0;

	for (unsigned i = 0; i < self_segments(); i++)
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
	print(" starts=%u run=%lu ro-crc32=%08x\n", starts, run_number, read_only_crc());
}

uint64_t self_ready(void)
{
	print("PD|%s: ready\n", self_name());
	return sys_notify_handler(WORD_READY);
}

uint64_t self_alive(void)
{
	bulk_run();
	print("PD|%s: alive ro-crc32=%08x\n", self_name(), read_only_crc());
	return sys_notify_handler(WORD_READY);
}
