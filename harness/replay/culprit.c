#include "replay/culprit.h"

#include <string.h>

#include "gdb/gdb.h"
#include "gdb/target.h"
#include "replay/replay.h"
#include "symbols/symbols.h"
#include "util/clock.h"
#include "util/file.h"

enum { PAGE = 4096 };

struct hunt {
	struct culprits *out;
	const struct culprit_hunt *what;
	struct replay replay;
	struct gdb gdb;
	struct symbols *symbols; /* NULL: there is no ELF, or no module */
	enum arch arch;
	bool *open;              /* by page: watched, and not written to yet */
	int64_t begun_ms, deadline_ms;
};

int culprit_window(const char *arch, const char *entry, uint64_t *offset)
{
	static const struct {
		const char *arch, *entry; /* entry NULL: any */
		uint64_t offset;
	} windows[] = {{"aarch64", "el2", UINT64_C(0x8000000000)},
		       {"aarch64", "el1", UINT64_C(0xffffff8000000000)},
		       {"riscv64", NULL, UINT64_C(0xffffffc000000000)}};

	for (size_t i = 0; arch && i < sizeof windows / sizeof windows[0]; i++)
		if (strcmp(windows[i].arch, arch) == 0 &&
		    (!windows[i].entry || (entry && strcmp(windows[i].entry, entry) == 0))) {
			*offset = windows[i].offset;
			return 0;
		}
	return -1;
}

const char *const *culprit_elfs(struct arena *a, const char *image)
{
	static const char *const names[] = {"kernel.elf", "sel4.elf", "monitor.elf", "loader.elf"};
	const char *slash = image ? strrchr(image, '/') : NULL;
	const char *const *list = NULL;

	for (size_t i = 0; slash && i < sizeof names / sizeof names[0]; i++) {
		const char *path = arena_printf(a, "%.*s/%s", (int)(slash - image), image, names[i]);

		if (file_exists(path))
			list = arena_list_add(a, list, path);
	}
	return list;
}

/* ---- the stopped machine, as symbols want it ---- */

/* By DWARF's numbers. */
static int read_register(void *user, int number, uint64_t *value)
{
	static const char *const riscv[] = {"zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "fp", "s1", "a0",
					    "a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
					    "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};
	struct hunt *h = user;
	char name[8];

	if (number < 0 || number > 31)
		return -1;
	if (h->arch == ARCH_RISCV64)
		snprintf(name, sizeof name, "%s", riscv[number]);
	else
		snprintf(name, sizeof name, number == 31 ? "sp" : "x%d", number);
	return gdb_register(&h->gdb, name, value, h->deadline_ms, NULL);
}

static int read_memory(void *user, uint64_t vaddr, void *bytes, size_t n)
{
	struct hunt *h = user;

	return gdb_read(&h->gdb, vaddr, bytes, n, h->deadline_ms, NULL);
}

static const char *const *explain(struct hunt *h, uint64_t pc)
{
	struct arena *a = &h->out->arena;
	struct symbols_machine m = {.pc = pc, .read_register = read_register, .read_memory = read_memory, .user = h};
	struct symbols_backtrace bt;

	if (!h->symbols)
		return arena_list_add(a, NULL, arena_printf(a, "0x%llx", (unsigned long long)pc));
	symbols_backtrace(h->symbols, NULL, &m, a, &bt);
	return symbols_backtrace_lines(&bt, a);
}

/* ---- what was found ---- */

static bool same_chain(const char *const *a, const char *const *b)
{
	/* Arguments tell one call from another: the function and its place are what stands before and behind them. */
	for (; *a && *b; a++, b++) {
		size_t name_a = strcspn(*a, "("), name_b = strcspn(*b, "(");
		const char *at_a = strstr(*a, ") at "), *at_b = strstr(*b, ") at ");

		if (name_a != name_b || strncmp(*a, *b, name_a) != 0 || strcmp(at_a ? at_a : "", at_b ? at_b : "") != 0)
			return false;
	}
	return !*a && !*b;
}

static struct culprit *culprit_of(struct hunt *h, uint64_t pc)
{
	const char *const *lines = explain(h, pc);
	struct culprits *out = h->out;

	for (size_t i = 0; i < out->count; i++)
		if (same_chain(out->items[i].lines, lines))
			return &out->items[i];
	out->items = arena_grow(&out->arena, out->items, &out->room, out->count + 1, sizeof *out->items);
	out->items[out->count] =
		(struct culprit){.pc = pc, .lines = lines, .found_ms = clock_ms() - h->begun_ms};
	return &out->items[out->count++];
}

static int take(struct hunt *h, size_t page, struct err *e)
{
	struct culprits *out = h->out;
	struct culprit *c;
	uint64_t pc;

	if (gdb_register(&h->gdb, "pc", &pc, h->deadline_ms, e) < 0)
		return -1;
	c = culprit_of(h, pc);
	c->pages = arena_grow(&out->arena, c->pages, &c->page_room, c->page_count + 1, sizeof *c->pages);
	c->pages[c->page_count++] = h->what->pages[page];
	out->found++;
	h->open[page] = false;
	/* QEMU stops in front of the store: without its watch it goes through. */
	return gdb_point(&h->gdb, false, GDB_POINT_WRITE, h->what->pages[page] + out->window, PAGE, h->deadline_ms, e);
}

/* ---- the boot ---- */

/* Until it stands still: 1; 0: it has ended, or there is no more time. */
static int run_on(struct hunt *h, struct err *e)
{
	if (gdb_go(&h->gdb, GDB_GO_CONTINUE, e) < 0)
		return -1;
	while (h->gdb.state != GDB_HALTED) {
		int rc = replay_wait(&h->replay, h->gdb.fd, h->deadline_ms, e);

		if (rc < 0)
			return -1;
		if (rc == 0)
			return 0;
		if (gdb_pump(&h->gdb, e) < 0)
			return h->gdb.state == GDB_GONE ? 0 : -1;
	}
	return 1;
}

static int follow_stores(struct hunt *h, struct err *e)
{
	while (h->out->found < h->out->watched) {
		size_t page = 0;
		int rc = run_on(h, e);

		if (rc < 0)
			return -1;
		if (rc == 0) {
			h->out->over = clock_ms() < h->deadline_ms;
			return 0;
		}
		while (page < h->out->watched && h->what->pages[page] + h->out->window != h->gdb.stop.address)
			page++;
		if (h->gdb.stop.kind != GDB_STOP_SIGNAL)
			h->out->over = 1;
		if (h->gdb.stop.kind != GDB_STOP_SIGNAL || page == h->out->watched || !h->open[page])
			return 0;
		if (take(h, page, e) < 0)
			return -1;
	}
	h->out->over = 1;
	return 0;
}

static int set_watches(struct hunt *h, struct err *e)
{
	struct culprits *out = h->out;

	out->watched = h->what->page_count < CULPRIT_PAGES ? h->what->page_count : CULPRIT_PAGES;
	h->open = arena_alloc(&out->arena, (out->watched + 1) * sizeof *h->open);
	for (size_t i = 0; i < out->watched; i++) {
		if (gdb_point(&h->gdb, true, GDB_POINT_WRITE, h->what->pages[i] + out->window, PAGE, h->deadline_ms, e) < 0)
			return -1;
		h->open[i] = true;
	}
	return 0;
}

/* Without the module, or without a file, addresses stay numbers. */
static void open_symbols(struct hunt *h)
{
	h->symbols = h->what->elfs && *h->what->elfs ? symbols_open(NULL) : NULL;
	for (const char *const *elf = h->what->elfs; h->symbols && *elf; elf++) {
		const char *slash = strrchr(*elf, '/');

		symbols_add(h->symbols, &(struct symbols_file){.path = *elf, .name = slash ? slash + 1 : *elf}, NULL);
	}
}

static int hunt(struct hunt *h, const struct recording *rec, const char *dir, struct err *e)
{
	struct replay_options options = {.boot = h->what->boot, .debug = true};
	int rc = replay_start(&h->replay, rec, dir, &options, e);

	if (rc < 0)
		return -1;
	open_symbols(h);
	rc = gdb_open(&h->gdb, h->replay.machine.gdb_fd, GDB_ATTACH_HALTS, h->deadline_ms, e);
	h->replay.machine.gdb_fd = -1; /* the client's now */
	if (rc == 0)
		rc = gdb_describe(&h->gdb, h->arch, h->deadline_ms, e);
	if (rc == 0)
		rc = set_watches(h, e);
	return rc == 0 ? follow_stores(h, e) : -1;
}

int culprit_find(struct culprits *out, const struct recording *rec, const char *dir, const struct culprit_hunt *what,
		 struct err *e)
{
	struct hunt h = {.out = out, .what = what, .gdb = {.fd = -1}, .begun_ms = clock_ms()};
	int rc;

	memset(out, 0, sizeof *out);
	arena_init(&out->arena);
	h.deadline_ms = h.begun_ms + what->budget_ms;
	h.arch = rec->arch && strcmp(rec->arch, "riscv64") == 0 ? ARCH_RISCV64 : ARCH_AARCH64;
	if (culprit_window(rec->arch, rec->entry, &out->window) < 0)
		return err_set(e, ERR_USAGE, "nobody knows at which addresses a kernel on %s, entered at %s, sees memory",
			       rec->arch ? rec->arch : "?", rec->entry ? rec->entry : "?");
	rc = hunt(&h, rec, dir, e);
	gdb_finish(&h.gdb);
	symbols_close(h.symbols);
	replay_finish(&h.replay);
	return rc;
}

void culprits_finish(struct culprits *c)
{
	arena_finish(&c->arena);
}
