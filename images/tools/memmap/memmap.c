/*
 * Device tree -> C header with the ranges of RAM and of reserved memory, and nothing else: what else a machine's
 * device tree says (random seeds above all) must not change the kernel. When windows START-END are given (ascending),
 * the kernel is told of the RAM in these only. --reserve adds what the device tree keeps quiet about. The packer looks
 * the children of /reserved-memory up by name.
 */
#include <libfdt.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "../common.h"

#define MAX_WINDOWS 8

struct window {
	uint64_t start, end;
};

static const struct window everything = {0, UINT64_MAX};

struct tree {
	const char *path;
	void *fdt;
	struct window windows[MAX_WINDOWS]; /* for RAM only */
	int window_count;
	struct window extra[MAX_WINDOWS]; /* reserved, and not in the device tree */
	int extra_count;
};

static void *read_file(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	char *data = NULL;
	size_t room = 0, n;

	if (!f)
		die("memmap: %s cannot be opened: is RUNTEST_DTB the device tree of the board's machine?", path);
	*size = 0;
	do {
		room = room ? room * 2 : 1 << 16;
		data = need(realloc(data, room));
		n = fread(data + *size, 1, room - *size, f);
		*size += n;
	} while (*size == room);
	if (ferror(f))
		die("memmap: %s cannot be read", path);
	fclose(f);
	return data;
}

static uint64_t cells(const fdt32_t **at, int count)
{
	uint64_t value = 0;

	for (; count > 0; count--)
		value = value << 32 | fdt32_to_cpu(*(*at)++);
	return value;
}

static void print_range(uint64_t start, uint64_t end)
{
	if (start < end)
		printf(" \\\n\t{0x%llx, 0x%llx},", (unsigned long long)start, (unsigned long long)end);
}

/* A node's `reg`: pairs of address and size, in cells as its parent says. */
struct reg {
	const fdt32_t *at;
	int address, size; /* cells */
	int count;         /* pairs that follow */
};

static struct reg reg_of(const struct tree *t, int parent, int node)
{
	int length = 0;
	struct reg r = {
		.at = fdt_getprop(t->fdt, node, "reg", &length),
		.address = fdt_address_cells(t->fdt, parent),
		.size = fdt_size_cells(t->fdt, parent),
	};
	int step = (r.address + r.size) * (int)sizeof *r.at;

	if (!r.at)
		return r;
	if (r.address < 1 || r.address > 2 || r.size < 1 || r.size > 2 || length % step)
		die("memmap: %s: node %s: `reg` does not fit its parent's #address-cells and #size-cells", t->path,
		    fdt_get_name(t->fdt, node, NULL));
	r.count = length / step;
	return r;
}

static struct window next_reg(struct reg *r)
{
	uint64_t start = cells(&r->at, r->address);

	r->count--;
	return (struct window){start, start + cells(&r->at, r->size)};
}

/* What of the node's memory lies in the window. */
static void print_reg(const struct tree *t, int parent, int node, const struct window *w)
{
	struct reg r = reg_of(t, parent, node);

	while (r.count) {
		struct window m = next_reg(&r);

		print_range(m.start > w->start ? m.start : w->start, m.end < w->end ? m.end : w->end);
	}
}

static bool is_memory(const struct tree *t, int node)
{
	int length = 0;
	const char *type = fdt_getprop(t->fdt, node, "device_type", &length);

	return type && length == (int)sizeof "memory" && memcmp(type, "memory", sizeof "memory") == 0;
}

static void print_ram(const struct tree *t)
{
	int node;
	bool any = false;

	printf("#define MEMMAP_RAM");
	fdt_for_each_subnode(node, t->fdt, 0) {
		if (!is_memory(t, node))
			continue;
		for (int i = 0; i < t->window_count; i++)
			print_reg(t, 0, node, &t->windows[i]);
		any = true;
	}
	if (!any)
		die("memmap: %s: no node has device_type = \"memory\"", t->path);
	printf("\n\n");
}

static void print_reserved(const struct tree *t)
{
	int parent = fdt_path_offset(t->fdt, "/reserved-memory"), node;

	printf("#define MEMMAP_RESERVED");
	for (int i = 0; i < t->extra_count; i++)
		print_range(t->extra[i].start, t->extra[i].end);
	for (int i = 0; i < fdt_num_mem_rsv(t->fdt); i++) {
		uint64_t start, size;

		if (fdt_get_mem_rsv(t->fdt, i, &start, &size) == 0)
			print_range(start, start + size);
	}
	if (parent >= 0) {
		fdt_for_each_subnode(node, t->fdt, parent)
			print_reg(t, parent, node, &everything);
	}
	printf("\n\n");
}

/* The first range of each child of /reserved-memory, under the node's name without its address. */
static void print_named(const struct tree *t)
{
	int parent = fdt_path_offset(t->fdt, "/reserved-memory"), node;

	printf("#define MEMMAP_NAMED");
	if (parent >= 0) {
		fdt_for_each_subnode(node, t->fdt, parent) {
			const char *name = fdt_get_name(t->fdt, node, NULL);
			struct reg r = reg_of(t, parent, node);
			struct window m;

			if (!r.count)
				continue;
			m = next_reg(&r);
			printf(" \\\n\t{\"%.*s\", {0x%llx, 0x%llx}},", (int)strcspn(name, "@"), name,
			       (unsigned long long)m.start, (unsigned long long)m.end);
		}
	}
	printf("\n");
}

static struct window read_window(const char *text)
{
	struct window w = {0};
	char *end;

	w.start = strtoull(text, &end, 0);
	if (*end == '-')
		w.end = strtoull(end + 1, &end, 0);
	if (*end || w.start >= w.end)
		die("memmap: %s: expected START-END, as in 0x60000000-0x80000000", text);
	return w;
}

static void add_window(struct window *list, int *count, const char *text)
{
	if (*count == MAX_WINDOWS)
		die("memmap: %s: more than %d of its kind", text, MAX_WINDOWS);
	list[(*count)++] = read_window(text);
}

static void read_arguments(struct tree *t, char **arg)
{
	static const char reserve[] = "--reserve=";

	for (; *arg && strncmp(*arg, reserve, strlen(reserve)) == 0; arg++)
		add_window(t->extra, &t->extra_count, *arg + strlen(reserve));
	if (!*arg)
		die("usage: memmap [--reserve=START-END]... DTB [START-END]... > HEADER");
	t->path = *arg++;
	for (; *arg; arg++)
		add_window(t->windows, &t->window_count, *arg);
	if (!t->window_count)
		t->windows[t->window_count++] = everything;
}

int main(int argc, char **argv)
{
	struct tree t = {.window_count = 0};
	size_t size;

	read_arguments(&t, argv + (argc > 0));
	t.fdt = read_file(t.path, &size);
	if (size < sizeof(struct fdt_header) || fdt_check_full(t.fdt, size) != 0)
		die("memmap: %s is not a sound device tree blob", t.path);
	printf("/* Generated by tools/memmap. */\n");
	print_ram(&t);
	print_reserved(&t);
	print_named(&t);
	free(t.fdt);
	return fflush(stdout) || ferror(stdout);
}
