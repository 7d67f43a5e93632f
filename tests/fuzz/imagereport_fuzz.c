/* report.txt by itself. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "image/report.h"
#include "util/buf.h"

const unsigned fuzz_cost = 1;

static void check(const struct report *r)
{
	if (r->count != r->all.count || r->count > REPORT_MAX_REGIONS)
		abort();
	for (size_t i = 0; i < r->count; i++)
		if (!r->regions[i].size || strlen(r->regions[i].pd) >= strlen(r->regions[i].name))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct report r;
	struct err e = {0};
	struct arena a;

	arena_init(&a);
	if (report_parse(&r, &a, "report.txt", (const char *)bytes, n, &e) == 0)
		check(&r);
	else if (e.kind != ERR_IMAGE || strncmp(e.where, "report.txt", 10) != 0)
		abort();
	arena_finish(&a);
	return 0;
}

/* A million lines: of regions, of empty ones, of a section that nobody reads. */
static void add_much(void (*add)(const void *bytes, size_t n), const char *section, const char *size)
{
	struct buf b = {0};

	buf_printf(&b, "%s\n", section);
	for (int i = 0; i < 1000000; i++)
		buf_printf(&b, "<Region name=PD-ELF pd%d-%d addr=0x%x size=%s>\n", i / 60, i % 60, 0x1000u * (unsigned)i, size);
	add(b.data, b.len);
	buf_finish(&b);
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char *const reports[] = {
		"# Loader Regions\n\n  <Region name=PD-ELF hello-0 addr=0x6024b000 size=1996>\r\n"
		"<Region name=PD-ELF hello-1 addr=0x6024c000 size=0>\n<Region name=PD-ELF a-b-12 addr=0xffffffffffffffff size=1>\n"
		"# Runtime Regions\n<Region name=PD-RUN hello-0 addr=0x60301000 size=1996>\n"
		"<Region name=PD-PRISTINE hello-0 addr=0x60401000 size=1996>\n"
		"# Reserved Memory\n<Region name=RESERVED memory-0 addr=0x60000000 size=102400>\n# Others\nanything\n",
		"# Monitor Untyped\n0x1 0x2\n# Loader Regions\n<Region name=PD-ELF hello-65535 addr=0x0 size=18446744073709551615>\n",
		"# Loader Regions\n",
	};

	for (size_t i = 0; i < sizeof reports / sizeof reports[0]; i++)
		add(reports[i], strlen(reports[i]));
	add_much(add, "# Loader Regions", "1");
	add_much(add, "# Loader Regions", "0");
	add_much(add, "# Anything", "x");
}
