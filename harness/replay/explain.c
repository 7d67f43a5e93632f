#include "replay/explain.h"

#include <stdio.h>
#include <string.h>

#include "gdb/target.h"

static struct symbols *open_known(const char *const *elfs)
{
	struct symbols *s = elfs && *elfs ? symbols_open(NULL) : NULL;

	for (const char *const *elf = elfs; s && *elf; elf++) {
		const char *slash = strrchr(*elf, '/');

		symbols_add(s, &(struct symbols_file){.path = *elf, .name = slash ? slash + 1 : *elf}, NULL);
	}
	return s;
}

static struct symbols *open_pds(const struct image_files *with)
{
	struct symbols *s = symbols_open(NULL);

	for (size_t i = 0; s && i < with->elf_count; i++)
		if (with->elfs[i].owner == REGION_PD)
			symbols_add(s, &(struct symbols_file){.path = with->elfs[i].path, .name = with->elfs[i].name}, NULL);
	return s;
}

void explainer_open(struct explainer *x, const char *const *elfs, const struct boot_image *image,
		    const struct image_files *with)
{
	*x = (struct explainer){.known = open_known(elfs), .image = image};
	if (image)
		x->pds = open_pds(with);
}

void explainer_close(struct explainer *x)
{
	symbols_close(x->known);
	symbols_close(x->pds);
	*x = (struct explainer){0};
}

/* The protection domain whose code the processor executes at pc, or NULL. */
static const char *pd_at(const struct explainer *x, struct probe *p, uint64_t pc)
{
	uint64_t paddr;

	if (!x->pds || probe_physical(p, pc, &paddr, NULL) != 0)
		return NULL;
	for (size_t i = 0; i < x->image->region_count; i++) {
		const struct region *r = &x->image->regions[i];

		if (r->owner == REGION_PD && paddr >= r->paddr && paddr - r->paddr < r->size)
			return r->pd;
	}
	return NULL;
}

/* By DWARF's numbers. */
static int read_register(void *user, int number, uint64_t *value)
{
	static const char *const riscv[] = {"zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "fp", "s1", "a0",
					    "a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
					    "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};
	struct probe *p = user;
	char name[8];

	if (number < 0 || number > 31)
		return -1;
	if (p->arch == ARCH_RISCV64)
		snprintf(name, sizeof name, "%s", riscv[number]);
	else
		snprintf(name, sizeof name, number == 31 ? "sp" : "x%d", number);
	return gdb_register(&p->gdb, name, value, p->deadline_ms, NULL);
}

static int read_memory(void *user, uint64_t vaddr, void *bytes, size_t n)
{
	struct probe *p = user;

	return gdb_read(&p->gdb, vaddr, bytes, n, p->deadline_ms, NULL);
}

const char *const *explain(struct explainer *x, struct probe *p, uint64_t pc, struct arena *a)
{
	struct symbols_machine m = {.pc = pc, .read_register = read_register, .read_memory = read_memory, .user = p};
	const char *pd = pd_at(x, p, pc);
	struct symbols *s = pd ? x->pds : x->known;
	struct symbols_backtrace bt;

	if (!s)
		return arena_list_add(a, NULL, arena_printf(a, "0x%llx", (unsigned long long)pc));
	symbols_backtrace(s, pd, &m, a, &bt);
	return symbols_backtrace_lines(&bt, a);
}

bool explain_same_chain(const char *const *a, const char *const *b)
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
