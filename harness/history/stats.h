/* The statistics behind "slower than before" and "flaky": docs/history.md says why these. Pure. */
#ifndef RUNTEST_HISTORY_STATS_H
#define RUNTEST_HISTORY_STATS_H

#include <stdbool.h>
#include <stddef.h>

/* The array is sorted by it. 0 of nothing. */
double stats_median(double *x, size_t n);

/*
 * Mann-Whitney: how likely would `now` be this much larger than `before` if both came from the same source? One-sided;
 * exact without ties, up to STATS_EXACT values together and where it may be significant, else the normal approximation with its corrections for ties
 * and continuity (Mann and Whitney, Ann. Math. Stat. 18, 1947). 1 when either is empty.
 */
enum { STATS_EXACT = 60 };
double stats_larger(const double *now, size_t n, const double *before, size_t m);

/* The least that stats_larger() can come to with so many values: with too few of them nothing is ever significant. */
double stats_least_p(size_t n, size_t m);

struct stats_interval {
	double low, mid, high;
};

/* Hodges-Lehmann: by how much `now` is larger (the median of all differences), and where that lies with 95 %. */
struct stats_interval stats_shift(const double *now, size_t n, const double *before, size_t m);

/* How likely is it that of n fair coins at least k fall heads? */
double stats_sign(size_t k, size_t n);

/* The rate k of n, and where it lies with 95 % (Wilson, JASA 22, 1927). */
struct stats_interval stats_rate(size_t k, size_t n);

/*
 * Benjamini-Hochberg: which of many tests count, so that of those that do at most the share q is expected to be false
 * alarms (J. R. Stat. Soc. B 57, 1995). counts[i] is set for p[i].
 */
void stats_discoveries(const double *p, size_t n, double q, bool *counts);

#endif
