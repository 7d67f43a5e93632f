#include "slurm/state.h"

#include <stdlib.h>
#include <string.h>

/* JOB STATE CODES of squeue(1) and sacct(1), 22.05. */
static const struct {
	const char *name;
	enum slurm_stage stage;
	enum slurm_end end;
} states[] = {
	{"BOOT_FAIL", STAGE_ENDED, ENDED_OTHER},
	{"CANCELLED", STAGE_ENDED, ENDED_CANCELLED},
	{"COMPLETED", STAGE_ENDED, ENDED_COMPLETED},
	{"COMPLETING", STAGE_ENDING, ENDED_NONE},
	{"CONFIGURING", STAGE_RUNNING, ENDED_NONE},
	{"DEADLINE", STAGE_ENDED, ENDED_OTHER},
	{"FAILED", STAGE_ENDED, ENDED_FAILED},
	{"NODE_FAIL", STAGE_ENDED, ENDED_NODE_FAIL},
	{"OUT_OF_MEMORY", STAGE_ENDED, ENDED_OTHER},
	{"PENDING", STAGE_WAITING, ENDED_NONE},
	{"PREEMPTED", STAGE_ENDED, ENDED_PREEMPTED},
	{"REQUEUED", STAGE_WAITING, ENDED_NONE},
	{"REQUEUE_FED", STAGE_WAITING, ENDED_NONE},
	{"REQUEUE_HOLD", STAGE_WAITING, ENDED_NONE},
	{"RESIZING", STAGE_RUNNING, ENDED_NONE},
	{"RESV_DEL_HOLD", STAGE_WAITING, ENDED_NONE},
	{"REVOKED", STAGE_ENDED, ENDED_OTHER},
	{"RUNNING", STAGE_RUNNING, ENDED_NONE},
	{"SIGNALING", STAGE_RUNNING, ENDED_NONE},
	{"SPECIAL_EXIT", STAGE_WAITING, ENDED_NONE},
	{"STAGE_OUT", STAGE_ENDING, ENDED_NONE},
	{"STOPPED", STAGE_RUNNING, ENDED_NONE},
	{"SUSPENDED", STAGE_RUNNING, ENDED_NONE},
	{"TIMEOUT", STAGE_ENDED, ENDED_TIMEOUT},
};

struct slurm_state slurm_state_of(const char *name)
{
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
		if (strcmp(states[i].name, name) == 0)
			return (struct slurm_state){states[i].stage, states[i].end, states[i].name, "", ""};
	return (struct slurm_state){STAGE_RUNNING, ENDED_NONE, name, "", ""};
}

/* A whole number that ends where the text does, or at `stop`; -1: it is none. */
static int64_t number(const char *text, char stop)
{
	char *end;
	long long n = text[0] >= '0' && text[0] <= '9' ? strtoll(text, &end, 10) : -1;

	return n >= 0 && (!*end || *end == stop) ? n : -1;
}

/* sbatch(1), --array. Behind "%" stands how many may run at once. */
bool tasks_next(const char **list, struct slurm_range *r)
{
	const char *at = *list + strspn(*list, "[,");
	char *end;

	if (*at < '0' || *at > '9')
		return false;
	r->from = r->to = strtol(at, &end, 10);
	r->step = 1;
	if (*end == '-')
		r->to = strtol(end + 1, &end, 10);
	if (*end == ':')
		r->step = strtol(end + 1, &end, 10);
	*list = end;
	return r->from >= 0 && r->to >= r->from && r->step > 0;
}

/* The next line, in the arena, without its end; NULL: there is none. */
static char *next_line(const char *text, size_t n, size_t *at, struct arena *a)
{
	const char *from = text + *at, *newline;
	size_t len;

	if (*at >= n)
		return NULL;
	newline = memchr(from, '\n', n - *at);
	len = newline ? (size_t)(newline - from) : n - *at;
	*at += len + (newline != NULL);
	return arena_strndup(a, from, len);
}

/* Cut a line at bars into exactly `count` fields; the last one may contain some. */
static bool cut(char *line, char **fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		fields[i] = line;
		if (i + 1 == count)
			break;
		line = strchr(line, '|');
		if (!line)
			return false;
		*line++ = '\0';
	}
	return true;
}

bool squeue_next(const char *text, size_t n, size_t *at, struct slurm_line *line, struct arena *a)
{
	enum { JOB, TASK, STATE, NODE, REASON, FIELDS };
	char *text_of[FIELDS], *l;

	while ((l = next_line(text, n, at, a))) {
		if (!cut(l, text_of, FIELDS) || number(text_of[JOB], 0) <= 0)
			continue;
		line->job = number(text_of[JOB], 0);
		line->tasks = strcmp(text_of[TASK], "N/A") == 0 ? "" : text_of[TASK];
		line->state = slurm_state_of(text_of[STATE]);
		line->state.node = text_of[NODE];
		line->state.reason = text_of[REASON];
		return true;
	}
	return false;
}

/* "12_3|CANCELLED by 1000|lab1", "12_[4-9]|PENDING|None assigned" */
bool sacct_next(const char *text, size_t n, size_t *at, struct slurm_line *line, struct arena *a)
{
	enum { JOB, STATE, NODE, FIELDS };
	char *text_of[FIELDS], *l, *task;

	while ((l = next_line(text, n, at, a))) {
		if (!cut(l, text_of, FIELDS) || number(text_of[JOB], '_') <= 0)
			continue;
		task = strchr(text_of[JOB], '_');
		line->job = number(text_of[JOB], '_');
		line->tasks = task ? task + 1 : "";
		text_of[STATE][strcspn(text_of[STATE], " ")] = '\0';
		line->state = slurm_state_of(text_of[STATE]);
		line->state.node = strcmp(text_of[NODE], "None assigned") == 0 ? "" : text_of[NODE];
		return true;
	}
	return false;
}

int64_t sbatch_job(const char *text, size_t n)
{
	struct arena a;
	int64_t job = 0;
	size_t at = 0;
	char *l;

	arena_init(&a);
	while ((l = next_line(text, n, &at, &a)))
		if (number(l, ';') > 0)
			job = number(l, ';');
	arena_finish(&a);
	return job;
}

long config_number(const char *text, size_t n, const char *name)
{
	size_t at = 0, len = strlen(name);
	struct arena a;
	long value = -1;
	char *l;

	arena_init(&a);
	while (value < 0 && (l = next_line(text, n, &at, &a))) {
		if (strncmp(l, name, len) != 0 || (l[len] != ' ' && l[len] != '='))
			continue;
		l += len + strspn(l + len, " ");
		if (*l == '=')
			value = (long)number(l + 1 + strspn(l + 1, " "), ' ');
	}
	arena_finish(&a);
	return value;
}
