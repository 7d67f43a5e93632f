/* Boot images with all that explains them: report, ELFs, a payload and an update, each of which may contradict it. */
#include "fuzz.h"
#include "image/bootimage.h"
#include "scratch.h"
#include "sealing.h"

const unsigned fuzz_cost = 10;

enum { IMAGE, REPORT, MONITOR, HELLO, PAYLOAD, UPDATE, PARTS };

static void use(const struct boot_image *img)
{
	for (size_t i = 0; i < img->region_count; i++) {
		const struct region *r = &img->regions[i];

		if (!r->name || !r->size || r->paddr + r->size - 1 < r->paddr)
			abort();
		region_crc32(r);
	}
	for (size_t i = 0; i < img->update_count; i++)
		for (size_t k = 0; k < img->updates[i].run_count; k++)
			region_crc32(&img->updates[i].runs[k]);
}

/* What an input leaves out is not given. */
static void explained(const struct part *p, const char *image)
{
	static char paths[PARTS][256];
	static const char *const names[PARTS] = {"loader.img", "report.txt", "monitor.elf", "hello.elf", "payload", "hello.upd"};
	struct image_elf elfs[2];
	struct image_payload payload = {"modules", paths[PAYLOAD], 0x70000000, 0x10000};
	struct image_update_file update = {"hello-v2", "hello", paths[UPDATE]};
	struct image_files with = {.elfs = elfs, .payloads = &payload, .updates = &update};
	struct boot_image img;
	struct err e = {0};

	for (size_t i = REPORT; i < PARTS; i++)
		if (p[i].n)
			snprintf(paths[i], sizeof paths[i], "%s", scratch_file(names[i], p[i].bytes, p[i].n));
	with.report = p[REPORT].n ? paths[REPORT] : NULL;
	if (p[MONITOR].n)
		elfs[with.elf_count++] = (struct image_elf){REGION_MONITOR, NULL, paths[MONITOR]};
	if (p[HELLO].n)
		elfs[with.elf_count++] = (struct image_elf){REGION_PD, "hello", paths[HELLO]};
	with.payload_count = p[PAYLOAD].n > 0;
	with.update_count = p[UPDATE].n > 0;
	if (boot_image_open(&img, image, &with, &e) == 0) {
		use(&img);
		boot_image_close(&img);
	} else if ((e.kind != ERR_IMAGE && e.kind != ERR_USAGE) || !e.what[0] || !e.where[0]) {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct part parts[PARTS];
	uint8_t *image, *update;
	char path[256];

	scratch_parts(parts, PARTS, bytes, n);
	image = sealed_image(parts[IMAGE].bytes, parts[IMAGE].n);
	update = sealed_update(parts[UPDATE].bytes, parts[UPDATE].n);
	parts[UPDATE].bytes = update;
	snprintf(path, sizeof path, "%s", scratch_file("loader.img", image, parts[IMAGE].n));
	explained(parts, path);
	free(image);
	free(update);
	return 0;
}

/* ---- seeds ---- */

static struct buf all;

static void put_part(struct buf *b)
{
	if (all.len)
		buf_adds(&all, SCRATCH_CUT);
	buf_add(&all, b->data ? b->data : "", b->len);
	buf_clear(b);
}

static const struct sample_elf monitor = {.entry = 0x8a000010, .count = 1,
					  .segments = {{0x8a000000, 0x8a000000, 0x40, 0x40, PF_R | PF_W | PF_X, 12}}};
static const struct sample_elf hello = {.entry = 0x200000, .count = 3,
					.build_id = "\xaa\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef\x00\xff\x10\x20",
					.segments = {{0x200000, 0x200000, 0x58, 0x58, PF_R | PF_X, 14},
						     {0x202998, 0x202998, 0x20, 0x20, PF_R, 15},
						     {0x203000, 0x203000, 0x50, 0x10, PF_R | PF_W, 16}}};

/* hello's segments in regions of their own, in the monitor's region, or in the payload. */
enum where { IN_REGIONS, IN_MONITOR, IN_PAYLOAD };

static const uint64_t base[] = {[IN_REGIONS] = 0x60201000, [IN_MONITOR] = 0x60101000, [IN_PAYLOAD] = 0x70001000};
static const uint64_t places[] = {0, 0x2998, 0x3000};

static void put_hello(uint8_t *at, size_t segment)
{
	uint8_t *bytes = sample_segment_bytes(&hello, segment);

	memcpy(at, bytes, hello.segments[segment].memsz);
	free(bytes);
}

static void image_part(struct buf *b, enum where where)
{
	static uint8_t monitors[0x5000], segments[3][0x58];
	struct sample_image s = sample_small();

	memset(monitors, 0, sizeof monitors);
	s.regions[1].size = where == IN_MONITOR ? sizeof monitors : 0x56;
	s.ui_end = s.ui_start + 0x5000;
	s.content[s.content_count].region = 1;
	s.content[s.content_count++].bytes = monitors;
	for (size_t i = 0; i < 3; i++) {
		put_hello(where == IN_MONITOR ? monitors + 0x1000 + places[i] : segments[i], i);
		s.content[s.content_count].region = 3 + i;
		s.content[s.content_count++].bytes = segments[i];
	}
	if (where != IN_REGIONS)
		s.region_count = 2;
	sample_image_bytes(&s, b);
}

static void report_part(struct buf *b, enum where where)
{
	buf_adds(b, "# Loader Regions\n");
	for (size_t i = 0; i < 3; i++)
		buf_printf(b, "<Region name=PD-ELF hello-%zu addr=0x%llx size=%llu>\n", i,
			   (unsigned long long)(base[where] + places[i]), (unsigned long long)hello.segments[i].memsz);
	buf_adds(b, "# Runtime Regions\n<Region name=PD-RUN hello-0 addr=0x60301000 size=88>\n"
		    "<Region name=PD-PRISTINE hello-0 addr=0x60401000 size=88>\n"
		    "# Reserved Memory\n<Region name=RESERVED memory-0 addr=0x60000000 size=102400>\n");
}

static void add_seed(void (*add)(const void *bytes, size_t n), enum where where, bool report, bool elfs)
{
	static uint8_t payload[0x5000];
	struct buf b = {0};

	buf_clear(&all);
	image_part(&b, where);
	put_part(&b);
	if (report)
		report_part(&b, where);
	put_part(&b);
	if (elfs)
		sample_elf_bytes(&monitor, &b);
	put_part(&b);
	if (elfs)
		sample_elf_bytes(&hello, &b);
	put_part(&b);
	if (where == IN_PAYLOAD) {
		for (size_t i = 0; i < 3; i++)
			put_hello(payload + 0x1000 + places[i], i);
		buf_add(&b, payload, sizeof payload);
	}
	put_part(&b);
	sample_update_bytes(&b);
	put_part(&b);
	add(all.data, all.len);
	buf_finish(&b);
}

/* As many regions as there may be, named by the report one by one, in the other order. */
static void add_much(void (*add)(const void *bytes, size_t n))
{
	enum { MANY = 4096 };
	struct sample_image s = sample_small();
	struct buf b = {0}, report = {0};

	s.region_count = 2;
	buf_clear(&all);
	sample_image_bytes(&s, &b);
	b.len = s.loader + 0x58;
	put64((uint8_t *)b.data + s.loader + 0x50, MANY);
	for (uint64_t i = 0; i < MANY; i++) {
		uint64_t entry[4] = {i == 0 ? 0x60100000 : 0x60200000 + 0x1000 * i, 1, i, 1};

		for (size_t k = 0; k < 4; k++)
			add64(&b, entry[k]);
	}
	for (size_t i = 0; i < MANY; i++)
		buf_addc(&b, 'x');
	put_part(&b);
	buf_adds(&report, "# Loader Regions\n");
	for (int i = MANY - 1; i > 0; i--)
		buf_printf(&report, "<Region name=PD-ELF pd%d-%d addr=0x%x size=1>\n", i / 60, i % 60, 0x60200000 + 0x1000 * i);
	put_part(&report);
	add(all.data, all.len);
	buf_finish(&b);
	buf_finish(&report);
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	add_seed(add, IN_REGIONS, true, true);
	add_seed(add, IN_REGIONS, false, true);
	add_seed(add, IN_REGIONS, true, false);
	add_seed(add, IN_MONITOR, true, true);
	add_seed(add, IN_MONITOR, true, false);
	add_seed(add, IN_PAYLOAD, true, true);
	add_much(add);
	buf_finish(&all);
}
