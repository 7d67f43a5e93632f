#include "slurm/gres.h"

#include <stdlib.h>
#include <string.h>

#include "util/buf.h"

/* A machine of QEMU hangs on no host: it is made where the session runs. */
static const char *node_of(const struct board_unit *u)
{
	return u->kind->qemu ? NULL : u->node;
}

static int by_kind_and_name(const void *a, const void *b)
{
	const struct board_unit *x = *(const struct board_unit *const *)a, *y = *(const struct board_unit *const *)b;
	int kinds = strcmp(x->kind->name, y->kind->name);

	return kinds ? kinds : strcmp(x->name, y->name);
}

const struct board_unit *const *gres_units(const struct project *p, const char *node, struct arena *a)
{
	const struct board_unit **units = arena_alloc(a, (p->unit_count + 1) * sizeof *units);
	size_t n = 0;

	for (size_t i = 0; i < p->unit_count; i++)
		if (node_of(&p->units[i]) && strcmp(node_of(&p->units[i]), node) == 0)
			units[n++] = &p->units[i];
	qsort(units, n, sizeof(struct board_unit *), by_kind_and_name);
	return units;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *gres_nodes(const struct project *p, struct arena *a)
{
	const char **nodes = arena_alloc(a, (p->unit_count + 1) * sizeof *nodes);
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < p->unit_count; i++)
		if (node_of(&p->units[i]))
			nodes[n++] = node_of(&p->units[i]);
	qsort(nodes, n, sizeof *nodes, by_text);
	for (size_t i = 0; i < n; i++)
		if (!kept || strcmp(nodes[i], nodes[kept - 1]) != 0)
			nodes[kept++] = nodes[i];
	nodes[kept] = NULL;
	return nodes;
}

const char *gres_of_node(const struct project *p, const char *node, struct arena *a)
{
	const struct board_unit *const *units = gres_units(p, node, a);
	const char *text;
	struct buf b;
	size_t n;

	buf_init(&b);
	for (size_t i = 0; units[i]; i += n) {
		for (n = 1; units[i + n] && units[i + n]->kind == units[i]->kind; n++)
			;
		buf_printf(&b, "%s" GRES_BOARD ":%s:%zu", i ? "," : "", units[i]->kind->name, n);
	}
	for (size_t i = 0; units[i]; i++)
		buf_printf(&b, "," GRES_UNIT ":%s:1", units[i]->name);
	text = arena_strdup(a, b.data ? b.data : "");
	buf_finish(&b);
	return text;
}

/* "     Nodes=lab1 CPU_IDs=0 Mem=0 GRES=board:odroidc4:1(IDX:2),unit:odroid-1(CNT:1)" */
int gres_index(const char *shown, const char *kind)
{
	const char *at = shown, *end;
	char *behind;
	long index;
	size_t n = strlen(kind);

	while ((at = strstr(at, GRES_BOARD ":"))) {
		at += strlen(GRES_BOARD ":");
		end = at + strcspn(at, "\n,");
		if (strncmp(at, kind, n) != 0 || at[n] != ':')
			continue;
		at = strstr(at, "(IDX:");
		if (!at || at > end) {
			at = end;
			continue;
		}
		index = strtol(at + 5, &behind, 10);
		if (behind > at + 5 && *behind == ')' && index >= 0 && index < 4096)
			return (int)index;
	}
	return -1;
}
