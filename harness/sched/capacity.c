#include "sched/capacity.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/file.h"
#include "util/mem.h"

/* A hierarchy of control groups: where it is mounted, and the words of its line in /proc/self/cgroup. */
struct hierarchy {
	const char *mount;      /* below /sys/fs/cgroup */
	const char *controller; /* "": the unified one */
};

static const struct hierarchy unified = {"", ""}, hybrid = {"/unified", ""}, old_cpu = {"/cpu", "cpu"},
			      old_memory = {"/memory", "memory"};

/* The file's text, malloc'd; NULL where it cannot be read. */
static char *text_of(const char *path)
{
	struct buf text;
	char *copy = NULL;

	buf_init(&text);
	if (file_read(path, &text, NULL) == 0)
		copy = xasprintf("%.*s", (int)text.len, text.len ? text.data : "");
	buf_finish(&text);
	return copy;
}

/* Is the controller one of the comma-separated ones, up to the colon? */
static bool names(const char *list, const char *controller)
{
	size_t n = strlen(controller);

	for (;; list += strcspn(list, ",:") + 1) {
		size_t word = strcspn(list, ",:");

		if (word == n && strncmp(list, controller, n) == 0)
			return true;
		if (list[word] != ',')
			return false;
	}
}

/* "/a/b", this process's group in the hierarchy, malloc'd; NULL: it is in none. */
static char *group_of(const char *root, const struct hierarchy *h)
{
	char *path = xasprintf("%s/proc/self/cgroup", root), *text = text_of(path), *rest = NULL, *group = NULL;

	for (char *line = text ? strtok_r(text, "\n", &rest) : NULL; line && !group; line = strtok_r(NULL, "\n", &rest)) {
		char *list = strchr(line, ':'), *at = list ? strchr(list + 1, ':') : NULL;

		if (at && names(list + 1, h->controller))
			group = xstrdup(at + 1);
	}
	free(text);
	free(path);
	return group;
}

/* What a group allows, as a number of which the least counts; UINT64_MAX: it sets no limit. */
typedef uint64_t limit_of(const char *folder);

/* The least of what the group and all above it allow. */
static uint64_t least_of(const char *root, const struct hierarchy *h, limit_of *limit)
{
	char *group = group_of(root, h);
	uint64_t least = UINT64_MAX;

	for (char *end = group ? group + strlen(group) : NULL; end; end = strrchr(group, '/')) {
		char *folder;
		uint64_t n;

		*end = '\0';
		folder = xasprintf("%s/sys/fs/cgroup%s%s", root, h->mount, group);
		n = limit(folder);
		free(folder);
		if (n < least)
			least = n;
	}
	free(group);
	return least;
}

/* The number at the beginning of FOLDER/NAME; UINT64_MAX: none, "max", or -1. */
static uint64_t number_in(const char *folder, const char *name, uint64_t *second)
{
	char *path = xasprintf("%s/%s", folder, name), *text = text_of(path), *end;
	uint64_t n = UINT64_MAX;

	if (text && *text >= '0' && *text <= '9') {
		n = strtoull(text, &end, 10);
		if (second)
			*second = strtoull(end, NULL, 10);
	}
	free(text);
	free(path);
	return n;
}

/* The number behind "\nWORD " in FOLDER/NAME; 0: there is none. */
static uint64_t number_behind(const char *folder, const char *name, const char *word)
{
	char *path = xasprintf("%s/%s", folder, name), *text = text_of(path), *sought = xasprintf("\n%s ", word);
	size_t n = strlen(word);
	const char *at = !text ? NULL : strncmp(text, word, n) == 0 && text[n] == ' ' ? text : strstr(text, sought);
	uint64_t value = at ? strtoull(at + strcspn(at, " "), NULL, 10) : 0;

	free(sought);
	free(text);
	free(path);
	return value;
}

/* ---- processors ---- */

static uint64_t rounded(uint64_t quota, uint64_t period)
{
	return quota == UINT64_MAX || !period ? UINT64_MAX : (quota + period / 2) / period;
}

static uint64_t cores_of_group(const char *folder)
{
	uint64_t period = 0, quota = number_in(folder, "cpu.max", &period);

	return rounded(quota, period);
}

static uint64_t cores_of_old_group(const char *folder)
{
	return rounded(number_in(folder, "cpu.cfs_quota_us", NULL), number_in(folder, "cpu.cfs_period_us", NULL));
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

int capacity_cores_below(const char *root, int affinity)
{
	uint64_t n = affinity > 0 ? (uint64_t)affinity : 1;

	n = least(n, least_of(root, &unified, cores_of_group));
	n = least(n, least_of(root, &hybrid, cores_of_group));
	n = least(n, least_of(root, &old_cpu, cores_of_old_group));
	return n ? (int)n : 1;
}

/* As many processors as this process may run on. */
static int affinity(void)
{
	/* More than any machine has: a set that is too small for the machine's is refused. */
	enum { MOST = 1 << 16 };
	cpu_set_t *set = CPU_ALLOC(MOST);
	int n = (int)sysconf(_SC_NPROCESSORS_ONLN);

	if (set && sched_getaffinity(0, CPU_ALLOC_SIZE(MOST), set) == 0)
		n = CPU_COUNT_S(CPU_ALLOC_SIZE(MOST), set);
	CPU_FREE(set);
	return n;
}

int capacity_cores(void)
{
	return capacity_cores_below("", affinity());
}

/* ---- memory ---- */

/* What is left below the limit; pages of files that nobody uses are as good as free. */
static uint64_t left(uint64_t limit, uint64_t used, uint64_t idle)
{
	if (limit == UINT64_MAX || used == UINT64_MAX)
		return UINT64_MAX;
	used = used > idle ? used - idle : 0;
	return limit > used ? limit - used : 0;
}

static uint64_t memory_of_group(const char *folder)
{
	return left(number_in(folder, "memory.max", NULL), number_in(folder, "memory.current", NULL),
		    number_behind(folder, "memory.stat", "inactive_file"));
}

static uint64_t memory_of_old_group(const char *folder)
{
	return left(number_in(folder, "memory.limit_in_bytes", NULL), number_in(folder, "memory.usage_in_bytes", NULL),
		    number_behind(folder, "memory.stat", "total_inactive_file"));
}

static uint64_t memory_of_machine(const char *root)
{
	char *folder = xasprintf("%s/proc", root);
	uint64_t kib = number_behind(folder, "meminfo", "MemAvailable:");

	free(folder);
	return kib ? kib << 10 : UINT64_MAX;
}

uint64_t capacity_memory_below(const char *root)
{
	uint64_t n = memory_of_machine(root);

	n = least(n, least_of(root, &unified, memory_of_group));
	n = least(n, least_of(root, &hybrid, memory_of_group));
	return least(n, least_of(root, &old_memory, memory_of_old_group));
}

uint64_t capacity_memory(void)
{
	return capacity_memory_below("");
}
