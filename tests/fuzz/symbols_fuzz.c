/*
 * Programs with debug information, damaged and cut, from which addresses and stacks get their names. The library that
 * reads them (libdw) is not made with the sanitizers: of its mistakes only crashes, wrong frees and no end are seen.
 * Seeds are what the cross compilers make of a few lines here.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "scratch.h"
#include "symbols/symbols.h"
#include "util/file.h"
#include "util/proc.h"

const unsigned fuzz_cost = 40;

static const char *const archs[] = {"aarch64", "riscv64"};

static void load_module(void)
{
	char *own, *libexec;

	if (getenv("RUNTEST_LIBEXEC"))
		return;
	own = file_own_folder();
	libexec = xasprintf("%s/../libexec", own);
	setenv("RUNTEST_LIBEXEC", libexec, 1);
	free(libexec);
	free(own);
}

/* ---- a stopped machine that holds whatever the file does ---- */

struct machine {
	const uint8_t *bytes;
	size_t n;
};

static int read_register(void *user, int number, uint64_t *value)
{
	const struct machine *m = user;

	*value = number == 29 || number == 31 || number == 2 || number == 8 ? 0x1000 : 0x400000 + (uint64_t)(number * 8);
	return m->n % 7 == 0 && number == 5 ? -1 : 0;
}

static int read_memory(void *user, uint64_t vaddr, void *bytes, size_t n)
{
	const struct machine *m = user;

	if (vaddr < 0x1000 || vaddr - 0x1000 > m->n || n > m->n - (vaddr - 0x1000))
		return -1;
	memcpy(bytes, m->bytes + (vaddr - 0x1000), n);
	return 0;
}

static void ask(struct symbols *s, const uint8_t *bytes, size_t n)
{
	static const char *const names[] = {"_start", "middle", "twice", "table"};
	struct machine machine = {bytes, n};
	struct symbols_machine m = {.read_register = read_register, .read_memory = read_memory, .user = &machine};
	struct symbols_backtrace bt;
	struct symbols_place p;
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		uint64_t at = 0x400000, size = 0;

		symbols_find(s, NULL, names[i], &at, &size);
		for (uint64_t k = 0; k < 48; k += 8) {
			symbols_at(s, NULL, at + k, &a, &p);
			symbols_place_text(&p, &a);
		}
		m.pc = at + 4;
		symbols_backtrace(s, "program", &m, &a, &bt);
		if (!bt.count || bt.count > SYMBOLS_DEPTH_MAX || !bt.end)
			abort();
		symbols_backtrace_lines(&bt, &a);
	}
	arena_finish(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct symbols_file f = {.path = scratch_file("program.elf", bytes, n), .name = "program", .bias = 0};
	struct symbols *s;
	struct err e = {0};

	load_module();
	s = symbols_open(&e);
	if (!s) {
		err_print(stderr, &e);
		exit(2);
	}
	if (symbols_add(s, &f, &e) == 0)
		ask(s, bytes, n);
	else if (e.kind != ERR_IMAGE || !e.what[0] || !e.where[0])
		abort();
	symbols_close(s);
	return 0;
}

/* ---- seeds ---- */

static const char source[] = "enum kind { ONE = 1, TWO };\n"
			     "struct pair { long a; enum kind k; struct pair *next; };\n"
			     "static struct pair table[2];\n"
			     "static inline int twice(int a) { volatile int x = a; return x + x; }\n"
			     "__attribute__((noinline)) int middle(struct pair *p, unsigned char c, _Bool b)\n"
			     "{ return twice(p->k) + c + b + (p->next ? middle(p->next, c, !b) : 0); }\n"
			     "int _start(int a) { table[0].k = TWO; return middle(table, a, a > 3) + twice(2); }\n";

static void add_program(void (*add)(const void *bytes, size_t n), const char *arch, const char *dwarf)
{
	char *gcc = xasprintf("%s-linux-gnu-gcc", arch);
	const char *const argv[] = {gcc, "-O2", dwarf, "-ffreestanding", "-nostdlib", "-static", "-fno-pic", "-no-pie",
				    "-Wl,-z,max-page-size=4096,--build-id=none", "-o", "seed.elf", "seed.c", NULL};
	struct proc_spec spec = {.argv = argv, .cwd = scratch_folder(), .in = -1};
	struct buf said = {0}, program = {0};
	char *path = xasprintf("%s/seed.elf", scratch_folder());

	scratch_file("seed.c", source, sizeof source - 1);
	if (proc_run(&spec, &said, NULL) != 0 || file_read(path, &program, NULL) < 0) {
		fprintf(stderr, "%s makes no seed: %s\n", gcc, said.data ? said.data : "");
		exit(2);
	}
	add(program.data, program.len);
	buf_finish(&program);
	buf_finish(&said);
	free(path);
	free(gcc);
}

/* Many sections that all say that the same bytes are a table of symbols. */
static void add_much(void (*add)(const void *bytes, size_t n))
{
	enum { SECTIONS = 8000, SYMBOLS = 20000, AT = 64 };
	size_t table = SYMBOLS * 24, n = AT + table + SECTIONS * 64;
	uint8_t *all = calloc(1, n), *h = all + AT + table;
	static const uint8_t head[64] = {0x7f, 'E', 'L', 'F', 2, 1, 1, [16] = 2, [18] = 0xb7, [20] = 1, [52] = 64, [54] = 56,
					 [58] = 64, [60] = SECTIONS & 0xff, [61] = SECTIONS >> 8};
	uint64_t where = AT + table, at = AT, entry = 24;

	memcpy(all, head, sizeof head);
	memcpy(all + 40, &where, 8);
	for (size_t i = 0; i < SYMBOLS; i++) {
		all[AT + 24 * i] = 1;      /* st_name */
		all[AT + 24 * i + 4] = 2;  /* a function */
		all[AT + 24 * i + 6] = 1;  /* of the first section */
	}
	for (size_t i = 1; i < SECTIONS; i++, where = table) {
		uint8_t *s = h + 64 * i;

		s[4] = 2; /* SHT_SYMTAB */
		memcpy(s + 24, &at, 8);
		memcpy(s + 32, &(uint64_t){table}, 8);
		s[40] = 2; /* names */
		memcpy(s + 56, &entry, 8);
	}
	memset(h + 64 * 2, 0, 64);
	h[64 * 2 + 4] = 3; /* SHT_STRTAB */
	memcpy(h + 64 * 2 + 24, &(uint64_t){4}, 8);
	memcpy(h + 64 * 2 + 32, &(uint64_t){12}, 8);
	all[4 + 1] = 1;
	add(all, n);
	free(all);
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	for (size_t i = 0; i < 2; i++) {
		add_program(add, archs[i], "-gdwarf-5");
		add_program(add, archs[i], "-gdwarf-4");
	}
	add_much(add);
}
