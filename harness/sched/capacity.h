/*
 * What this machine offers to the processes of a run: processors and memory, by what holds for this process. Both are
 * the least of what the machine has, what the process may use of it, and what its control groups allow (the unified
 * hierarchy and the older one, each with all groups above).
 *
 * Sources: sched_getaffinity(2), proc(5) (MemAvailable in /proc/meminfo), cgroups(7), and the kernel's documents
 * admin-guide/cgroup-v2.rst (cpu.max, memory.max, memory.current) and cgroup-v1/{memory,../scheduler/sched-bwc}.rst.
 */
#ifndef RUNTEST_SCHED_CAPACITY_H
#define RUNTEST_SCHED_CAPACITY_H

#include <stdint.h>

/* Processors that may be kept busy all the time: at least 1. A share of one counts as one from a half on. */
int capacity_cores(void);

/* Bytes that processes may still take before anything has to be swapped out or killed; UINT64_MAX: nobody can tell. */
uint64_t capacity_memory(void);

/* The same, with the files of a machine whose root is `root` instead of this one's (`affinity`: what sched_getaffinity
 * says there). For tests. */
int capacity_cores_below(const char *root, int affinity);
uint64_t capacity_memory_below(const char *root);

#endif
