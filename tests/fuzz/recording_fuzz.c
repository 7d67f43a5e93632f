/* A session's folder with a recording in it: recording.json, QEMU's command line, and the record's beginning. */
#include "fuzz.h"
#include "replay/recording.h"
#include "scratch.h"
#include "util/file.h"

#include <stdlib.h>
#include <string.h>

const unsigned fuzz_cost = 5;

enum { RECORDING, ARGUMENTS, RECORD, PARTS };

static void check(const struct recording *r)
{
	struct err e = {0};

	if (!r->argv || !r->argv[0] || !r->boot_count)
		abort();
	for (size_t i = 0; i < r->boot_count; i++) {
		const struct recorded_boot *b = &r->boots[i];

		if (strchr(b->record, '/') || b->console_end < b->console)
			abort();
		for (size_t k = 0; k < b->memory_count; k++)
			if (strlen(b->memory[k].sha256) != SHA256_HEX - 1)
				abort();
	}
	for (size_t i = 0; i < r->file_count; i++)
		if (!r->files[i].path)
			abort();
	recording_check_files(r, &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct part p[PARTS];
	struct recording r;
	struct err e = {0};

	scratch_parts(p, PARTS, bytes, n);
	scratch_file("recording.json", p[RECORDING].bytes, p[RECORDING].n);
	scratch_file("qemu.args", p[ARGUMENTS].bytes, p[ARGUMENTS].n);
	if (recording_read(&r, scratch_folder(), &e) == 0)
		check(&r);
	else if (!e.what[0])
		abort();
	recording_finish(&r);
	if (record_check(scratch_file("boot.rr", p[RECORD].bytes, p[RECORD].n), &e) < 0 && !e.hint[0])
		abort();
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	struct buf b = {0}, json = {0};
	struct recorded_boot *boot;
	struct recording r;

	recording_init(&r);
	r.arch = "aarch64";
	r.entry = "el2";
	r.ram_base = 0x40000000;
	r.ram_size = UINT64_C(2) << 30;
	r.image_sha256 = "6105d6cc76af400325e94d588ce511be5bfdbb73b437dc51eca43917d7a43e3d";
	r.image = arena_strdup(&r.arena, scratch_file("loader.img", "image", 5));
	recording_add_file(&r, r.image);
	recording_add_fill(&r, 0x60000000, 4096, 0xa5);
	boot = recording_add_boot(&r, "boot.rr", 0);
	boot->console_end = 100;
	recording_add_memory(&r, boot, "hello-0", 0x60000000, (const uint8_t *)"abc", 3);
	recording_add_boot(&r, "boot.2.rr", 100);
	if (recording_write(&r, scratch_folder(), NULL) < 0)
		abort();
	buf_printf(&b, "%s/recording.json", scratch_folder());
	if (file_read(b.data, &json, NULL) < 0)
		abort();
	buf_adds(&json, SCRATCH_CUT);
	buf_add(&json, "qemu\0-m\0002G", 11);
	buf_adds(&json, SCRATCH_CUT "\xe3\x02\xc0\x00");
	add(json.data, json.len);
	buf_finish(&json);
	buf_finish(&b);
	recording_finish(&r);
}
