#include "sched/capacity.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/file.h"
#include "util/mem.h"

Suite *capacity_test(void);

static char root[64];

static void make_root(void)
{
	snprintf(root, sizeof root, "/tmp/capacity-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
}

static void remove_root(void)
{
	file_remove_tree(root, NULL);
}

/* A file of the pretended machine. */
static void put(const char *path, const char *text)
{
	char *full = xasprintf("%s%s", root, path), *folder = xstrdup(full);

	*strrchr(folder, '/') = '\0';
	ck_assert_int_eq(file_mkdirs(folder, NULL), 0);
	ck_assert_int_eq(file_write_atomic(full, text, strlen(text), false, NULL), 0);
	free(folder);
	free(full);
}

static const char meminfo[] = "MemTotal:       4096000 kB\nMemFree:         100000 kB\nMemAvailable:   2048000 kB\n";

START_TEST(without_control_groups_the_machine_counts)
{
	put("/proc/meminfo", meminfo);
	ck_assert_int_eq(capacity_cores_below(root, 6), 6);
	ck_assert_uint_eq(capacity_memory_below(root), UINT64_C(2048000) << 10);
}
END_TEST

START_TEST(nothing_known_is_no_limit)
{
	ck_assert_int_eq(capacity_cores_below(root, 0), 1);
	ck_assert_uint_eq(capacity_memory_below(root), UINT64_MAX);
}
END_TEST

START_TEST(the_least_of_all_groups_above_counts)
{
	put("/proc/meminfo", meminfo);
	put("/proc/self/cgroup", "0::/farm.slice/job\n");
	put("/sys/fs/cgroup/farm.slice/cpu.max", "350000 100000\n");
	put("/sys/fs/cgroup/farm.slice/job/cpu.max", "max 100000\n");
	put("/sys/fs/cgroup/farm.slice/memory.max", "1000000\n");
	put("/sys/fs/cgroup/farm.slice/memory.current", "800000\n");
	put("/sys/fs/cgroup/farm.slice/memory.stat", "anon 700000\ninactive_file 100000\nactive_file 1\n");
	put("/sys/fs/cgroup/farm.slice/job/memory.max", "max\n");
	put("/sys/fs/cgroup/farm.slice/job/memory.current", "5\n");
	ck_assert_int_eq(capacity_cores_below(root, 16), 4);
	ck_assert_int_eq(capacity_cores_below(root, 2), 2);
	ck_assert_uint_eq(capacity_memory_below(root), 300000);
	put("/sys/fs/cgroup/farm.slice/job/cpu.max", "20000 100000\n");
	ck_assert_int_eq(capacity_cores_below(root, 16), 1);
	put("/sys/fs/cgroup/farm.slice/memory.current", "1200000\n");
	ck_assert_uint_eq(capacity_memory_below(root), 0);
}
END_TEST

START_TEST(the_older_hierarchies_count_too)
{
	put("/proc/meminfo", meminfo);
	put("/proc/self/cgroup", "4:memory:/job\n3:cpuset:/\n2:cpuacct,cpu:/job\n0::/\n");
	put("/sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "200000\n");
	put("/sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
	put("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
	put("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
	put("/sys/fs/cgroup/memory/job/memory.limit_in_bytes", "9223372036854771712\n");
	put("/sys/fs/cgroup/memory/job/memory.usage_in_bytes", "4096\n");
	put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "100000\n");
	put("/sys/fs/cgroup/memory/memory.usage_in_bytes", "40000\n");
	put("/sys/fs/cgroup/memory/memory.stat", "inactive_file 1\ntotal_inactive_file 10000\n");
	ck_assert_int_eq(capacity_cores_below(root, 16), 2);
	ck_assert_uint_eq(capacity_memory_below(root), 70000);
}
END_TEST

START_TEST(this_machine_has_something)
{
	ck_assert_int_ge(capacity_cores(), 1);
	ck_assert_uint_gt(capacity_memory(), 0);
}
END_TEST

Suite *capacity_test(void)
{
	Suite *s = suite_create("capacity");
	TCase *t = tcase_create("capacity");

	tcase_add_checked_fixture(t, make_root, remove_root);
	tcase_add_test(t, without_control_groups_the_machine_counts);
	tcase_add_test(t, nothing_known_is_no_limit);
	tcase_add_test(t, the_least_of_all_groups_above_counts);
	tcase_add_test(t, the_older_hierarchies_count_too);
	tcase_add_test(t, this_machine_has_something);
	suite_add_tcase(s, t);
	return s;
}
