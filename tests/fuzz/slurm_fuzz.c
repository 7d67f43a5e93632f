/*
 * What Slurm's commands print, and what nodes journal: whatever it is, lines are taken or passed over, ranges run upwards,
 * and reading ends. The first byte chooses.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "slurm/client.h"
#include "slurm/gres.h"
#include "slurm/part.h"
#include "slurm/state.h"

const unsigned fuzz_cost = 2;

static void read_tasks(const char *list)
{
	struct slurm_range r;

	while (tasks_next(&list, &r))
		if (r.from < 0 || r.to < r.from || r.step < 1)
			abort();
}

static void read_lines(const char *text, size_t n, struct arena *a,
		       bool (*next)(const char *, size_t, size_t *, struct slurm_line *, struct arena *))
{
	struct slurm_line l = {0};
	size_t at = 0, last = 0;

	for (; next(text, n, &at, &l, a); last = at) {
		if (at <= last || at > n || l.job <= 0 || !l.tasks || !l.state.name || !l.state.node || !l.state.reason)
			abort();
		read_tasks(l.tasks);
	}
}

static void read_part(const char *text, size_t n, struct arena *a)
{
	const struct part_event *end;
	struct part p;

	part_read(&p, text, n, a);
	for (size_t i = 0; i < p.count; i++) {
		end = part_run_end(&p.runs[i]);
		if (p.runs[i].restart < 0 || (end && (!end->ended || !end->result || end->attempt < 0)))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena a;
	char *text;

	if (!n)
		return 0;
	arena_init(&a);
	text = arena_strndup(&a, (const char *)bytes + 1, n - 1);
	switch (bytes[0] % 4) {
	case 0:
		read_lines(text, n - 1, &a, squeue_next);
		break;
	case 1:
		read_lines(text, n - 1, &a, sacct_next);
		break;
	case 2:
		read_part(text, n - 1, &a);
		break;
	default:
		client_is_unreachable(text);
		if (gres_index(text, "rock") < -1 || sbatch_job(text, n - 1) < 0 || config_number(text, n - 1, "MaxArraySize") < -1)
			abort();
	}
	arena_finish(&a);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char *const seeds[] = {
		"0" "1|0|RUNNING|lab1|None\n2|N/A|CANCELLED||Resources\n3|1-4,7,10-20:2%5|PENDING||BeginTime\n",
		"1" "12_3|CANCELLED by 1000|lab1\n12_[4-9]|PENDING|None assigned\n",
		"2" "{\"event\":\"part-begun\",\"writer\":{\"job\":\"1_2\",\"restart\":1,\"node\":\"lab1\"}}\n"
		"{\"event\":\"session-started\",\"session\":\"s\"}\n"
		"{\"event\":\"session-ended\",\"result\":{\"session\":\"R/s\",\"verdict\":\"pass\",\"attempts\":1}}\n",
		"3" "     Nodes=lab1 CPU_IDs=0 Mem=0 GRES=board:rock:1(IDX:2),unit:r(CNT:1)\nMaxArraySize = 1001\n4711;farm\n",
	};

	for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++)
		add(seeds[i], strlen(seeds[i]));
}
