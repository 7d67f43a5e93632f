#include "slurm/conf.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "slurm/gres.h"
#include "slurm/submit.h"
#include "util/file.h"

/* ---- nodes ---- */

/* The name in "NAME WORD...", where it may be written as `slurmd -C` does: "NodeName=NAME WORD...". */
static const char *name_of(const char *node, struct arena *a)
{
	const char *from = strncasecmp(node, "NodeName=", 9) == 0 ? node + 9 : node;

	return arena_strndup(a, from, strcspn(from, " \t"));
}

/* What is behind the name; "" for a node that is not described. */
static const char *words_of(const struct conf_spec *spec, const char *node, struct arena *a)
{
	const char *words = "";

	for (const char *const *n = spec->nodes; n && *n; n++)
		if (strcmp(name_of(*n, a), node) == 0)
			words = *n + strcspn(*n, " \t");
	return words + strspn(words, " \t");
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *conf_nodes(const struct conf_spec *spec, struct arena *a)
{
	const char *const *with_boards = gres_nodes(spec->project, a);
	size_t n = 0, kept = 0;
	const char **all;

	for (const char *const *b = with_boards; *b; b++)
		n++;
	for (const char *const *b = spec->nodes; b && *b; b++)
		n++;
	all = arena_alloc(a, (n + 1) * sizeof *all);
	n = 0;
	for (; *with_boards; with_boards++)
		all[n++] = *with_boards;
	for (const char *const *b = spec->nodes; b && *b; b++)
		all[n++] = name_of(*b, a);
	qsort(all, n, sizeof *all, by_text);
	for (size_t i = 0; i < n; i++)
		if (!kept || strcmp(all[i], all[kept - 1]) != 0)
			all[kept++] = all[i];
	all[kept] = NULL;
	return all;
}

/* ---- slurm.conf ---- */

static void add_node(struct buf *out, const struct conf_spec *spec, const char *node, struct arena *a)
{
	const char *words = words_of(spec, node, a), *gres = gres_of_node(spec->project, node, a);

	buf_printf(out, "NodeName=%s", node);
	if (*words)
		buf_printf(out, " %s", words);
	if (*gres)
		buf_printf(out, " Gres=%s", gres);
	buf_adds(out, " State=UNKNOWN\n");
}

void conf_slurm(struct buf *out, const struct conf_spec *spec)
{
	const char *const *nodes;
	struct arena a;

	arena_init(&a);
	nodes = conf_nodes(spec, &a);
	buf_adds(out, "# Boards of the farm, for slurm.conf: `Include` this file. Written by `runtest farm config`.\n"
		      "GresTypes=" GRES_BOARD "," GRES_UNIT "\n"
		      "# Boards that a job which was killed has left on are switched off before and after every job.\n");
	buf_printf(out, "Prolog=%s/sweep.sh\nEpilog=%s/sweep.sh\n", spec->out, spec->out);
	buf_adds(out, "# A session that is told to end switches its board off, which takes time; and so may the prolog have to, before a\n"
		      "# job is on its node: one that is looked for too soon is taken for lost, and begun anew.\n"
		      "KillWait=120\nBatchStartTimeout=60\nJobRequeue=1\n");
	for (const char *const *n = nodes; *n; n++)
		add_node(out, spec, *n, &a);
	buf_printf(out, "PartitionName=%s Nodes=", spec->partition);
	for (const char *const *n = nodes; *n; n++)
		buf_printf(out, "%s%s", n == nodes ? "" : ",", *n);
	buf_adds(out, " Default=YES MaxTime=INFINITE State=UP\n");
	arena_finish(&a);
}

/* ---- gres.conf ---- */

static const char *board_file(const struct conf_spec *spec, const struct board_unit *u, struct arena *a)
{
	return arena_printf(a, "%s/boards/%s/%s", spec->out, u->node, u->name);
}

void conf_gres(struct buf *out, const struct conf_spec *spec)
{
	const struct board_unit *const *u;
	const char *const *nodes;
	struct arena a;

	arena_init(&a);
	buf_adds(out, "# Boards of the farm, for gres.conf. Written by `runtest farm config`. The order says which board a job was\n"
		      "# given: do not change it by hand.\n");
	for (nodes = gres_nodes(spec->project, &a); *nodes; nodes++) {
		for (u = gres_units(spec->project, *nodes, &a); *u; u++)
			buf_printf(out, "NodeName=%s Name=" GRES_BOARD " Type=%s File=%s\n", *nodes, (*u)->kind->name,
				   board_file(spec, *u, &a));
		for (u = gres_units(spec->project, *nodes, &a); *u; u++)
			buf_printf(out, "NodeName=%s Name=" GRES_UNIT " Type=%s Count=1\n", *nodes, (*u)->name);
	}
	arena_finish(&a);
}

/* ---- prolog and epilog ---- */

/* A failure of a prolog or an epilog takes the node out of service, with all its boards: it is told, and no more. */
void conf_sweep(struct buf *out, const struct conf_spec *spec)
{
	buf_adds(out, "#!/bin/sh\n# Prolog and epilog of the farm's nodes. Written by `runtest farm config`.\n");
	if (spec->state) {
		buf_adds(out, "RUNTEST_STATE=");
		submit_quote(out, spec->state);
		buf_adds(out, "\nexport RUNTEST_STATE\n");
	}
	buf_adds(out, "said=$(");
	submit_quote(out, spec->program);
	buf_adds(out, " --project ");
	submit_quote(out, spec->project->root);
	if (spec->lab) {
		buf_adds(out, " --lab ");
		submit_quote(out, spec->lab);
	}
	buf_adds(out, " farm sweep --node \"$SLURMD_NODENAME\" 2>&1 </dev/null) ||\n"
		      "\tlogger -t runtest \"boards of $SLURMD_NODENAME, job ${SLURM_JOB_ID-}: $said\" 2>/dev/null\nexit 0\n");
}

/* ---- writing ---- */

static int write_file(const struct conf_spec *spec, const char *name, void (*make)(struct buf *, const struct conf_spec *),
		      mode_t mode, struct err *e)
{
	char *path = xasprintf("%s/%s", spec->out, name);
	struct buf text;
	int rc;

	buf_init(&text);
	make(&text, spec);
	rc = file_write_atomic(path, text.data, text.len, false, e);
	if (rc == 0 && chmod(path, mode) < 0)
		rc = file_error(e, "set the mode of the file", path);
	buf_finish(&text);
	free(path);
	return rc;
}

static int write_boards(const struct conf_spec *spec, struct err *e)
{
	const char *const *nodes;
	struct arena a;
	int rc = 0;

	arena_init(&a);
	for (nodes = gres_nodes(spec->project, &a); rc == 0 && *nodes; nodes++) {
		rc = file_mkdirs(arena_printf(&a, "%s/boards/%s", spec->out, *nodes), e);
		for (const struct board_unit *const *u = gres_units(spec->project, *nodes, &a); rc == 0 && *u; u++)
			rc = file_write_atomic(board_file(spec, *u, &a), "", 0, false, e);
	}
	arena_finish(&a);
	return rc;
}

int conf_write(const struct conf_spec *spec, struct err *e)
{
	struct arena a;
	bool empty;

	arena_init(&a);
	empty = !*conf_nodes(spec, &a);
	arena_finish(&a);
	if (empty) {
		err_set(e, ERR_USAGE, "no board of the project hangs on a node");
		return err_hint(e, "say it in its unit file: `node: NAME`; a node for QEMU alone is named with --node (docs/slurm.md)");
	}
	return write_boards(spec, e) < 0 || write_file(spec, "slurm.conf", conf_slurm, 0644, e) < 0 ||
			       write_file(spec, "gres.conf", conf_gres, 0644, e) < 0 ||
			       write_file(spec, "sweep.sh", conf_sweep, 0755, e) < 0
		       ? -1
		       : 0;
}
