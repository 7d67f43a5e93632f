/* Update files. A wrong size or checksum is told by the unit tests; here they are made right, so that all else shows. */
#include "fuzz.h"
#include "image/update.h"
#include "scratch.h"
#include "sealing.h"

const unsigned fuzz_cost = 2;

static void use(const struct image_update *u)
{
	struct buf out = {0};

	for (size_t i = 0; i < u->segment_count; i++)
		crc32_z(0, u->segments[i].bytes, u->segments[i].size);
	for (int how = 0; how < ALTER_COUNT; how++) {
		image_update_alter(u, (enum alteration)how, how == ALTER_TOO_LARGE ? 7 : 0, &out);
		image_update_alter(u, (enum alteration)how, 3, &out);
	}
	buf_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	uint8_t *whole = sealed_update(bytes, n);
	struct image_update u;
	struct err e = {0};
	struct arena a;

	arena_init(&a);
	if (image_update_open(&u, "hello-v2", "hello", scratch_file("hello.upd", whole, n), &a, &e) == 0) {
		use(&u);
		image_update_close(&u);
	} else if (e.kind != ERR_IMAGE || !e.where[0]) {
		abort();
	}
	arena_finish(&a);
	free(whole);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	struct buf b = {0};

	sample_update_bytes(&b);
	add(b.data, b.len);
	buf_finish(&b);
}
