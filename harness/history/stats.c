#include "history/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

static const double z95 = 1.959963984540054; /* of the normal distribution, two-sided */

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double middle(const double *sorted, size_t n)
{
	if (!n)
		return 0;
	return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

double stats_median(double *x, size_t n)
{
	if (n)
		qsort(x, n, sizeof *x, ascending);
	return middle(x, n);
}

/* ---- Mann-Whitney ---- */

/* A value of one of the two samples. */
struct ranked {
	double value;
	bool now;
};

static int by_value(const void *a, const void *b)
{
	return ascending(&((const struct ranked *)a)->value, &((const struct ranked *)b)->value);
}

static struct ranked *rank_all(const double *now, size_t n, const double *before, size_t m)
{
	struct ranked *all = xcalloc(n + m, sizeof *all);

	for (size_t i = 0; i < n; i++)
		all[i] = (struct ranked){now[i], true};
	for (size_t i = 0; i < m; i++)
		all[n + i] = (struct ranked){before[i], false};
	qsort(all, n + m, sizeof *all, by_value);
	return all;
}

/* U of `now` (pairs in which it is larger, ties half), and the sum of t^3 - t over groups of t equal values. */
static double count_u(const struct ranked *all, size_t total, size_t n, double *ties)
{
	double ranks = 0;

	*ties = 0;
	for (size_t i = 0, next; i < total; i = next) {
		double t, rank;

		for (next = i; next < total && all[next].value <= all[i].value; next++)
			;
		t = (double)(next - i);
		rank = (double)i + (t + 1) / 2;
		for (size_t k = i; k < next; k++)
			ranks += all[k].now ? rank : 0;
		*ties += t * t * t - t;
	}
	return ranks - (double)n * ((double)n + 1) / 2;
}

/* P(U >= u): the share of the ways to choose n of n + m places that have so many pairs of a chosen one above one that is
 * not. ways[j][s]: with j chosen so far there are so many ways to have s pairs. */
static double exact_p(size_t n, size_t m, double u)
{
	size_t most = n * m;
	double *ways = xcalloc((n + 1) * (most + 1), sizeof *ways);
	double all = 0, above = 0;

	ways[0] = 1;
	for (size_t place = 0; place < n + m; place++)
		for (size_t j = place < n ? place + 1 : n; j >= 1; j--) {
			size_t add = place - (j - 1); /* if this one is the j-th chosen: so many below it are not */

			if (add > m)
				continue;
			for (size_t s = 0; s + add <= most; s++)
				ways[j * (most + 1) + s + add] += ways[(j - 1) * (most + 1) + s];
		}
	for (size_t s = 0; s <= most; s++) {
		all += ways[n * (most + 1) + s];
		above += (double)s >= u ? ways[n * (most + 1) + s] : 0;
	}
	free(ways);
	return above / all;
}

static double normal_p(size_t n, size_t m, double u, double ties)
{
	double nm = (double)n * (double)m, total = (double)(n + m);
	double variance = nm / 12 * (total + 1 - ties / (total * (total - 1)));

	if (variance <= 0) /* all are equal */
		return 1;
	return 0.5 * erfc((u - nm / 2 - 0.5) / sqrt(variance) / sqrt(2));
}

double stats_larger(const double *now, size_t n, const double *before, size_t m)
{
	struct ranked *all;
	double u, ties, p;

	if (!n || !m)
		return 1;
	all = rank_all(now, n, before, m);
	u = count_u(all, n + m, n, &ties);
	free(all);
	p = normal_p(n, m, u, ties);
	/* Counting is dear; nobody asks what exactly is far from significant. */
	return ties <= 0 && n + m <= STATS_EXACT && p < 0.25 ? exact_p(n, m, u) : p;
}

double stats_least_p(size_t n, size_t m)
{
	double ways = 1;

	for (size_t i = 1; i <= n; i++)
		ways *= (double)(m + i) / (double)i;
	return n && m ? 1 / ways : 1;
}

/* ---- Hodges-Lehmann ---- */

struct stats_interval stats_shift(const double *now, size_t n, const double *before, size_t m)
{
	struct stats_interval s = {0, 0, 0};
	double *d = xcalloc(n * m + 1, sizeof *d);
	double nm = (double)n * (double)m, low = nm / 2 - z95 * sqrt(nm * (double)(n + m + 1) / 12);
	size_t k = low > 0 ? (size_t)low : 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < m; j++)
			d[i * m + j] = now[i] - before[j];
	if (n && m) {
		s.mid = stats_median(d, n * m);
		s.low = d[k];
		s.high = d[n * m - 1 - k];
	}
	free(d);
	return s;
}

/* ---- rates ---- */

double stats_sign(size_t k, size_t n)
{
	double sum = 0;

	for (size_t i = k; i <= n; i++)
		sum += exp(lgamma((double)n + 1) - lgamma((double)i + 1) - lgamma((double)(n - i) + 1) - (double)n * log(2));
	return sum < 1 ? sum : 1;
}

struct stats_interval stats_rate(size_t k, size_t n)
{
	double p = n ? (double)k / (double)n : 0, size = (double)n, zz = z95 * z95;
	double centre, half;

	if (!n)
		return (struct stats_interval){0, 0, 1};
	centre = (p + zz / (2 * size)) / (1 + zz / size);
	half = z95 * sqrt(p * (1 - p) / size + zz / (4 * size * size)) / (1 + zz / size);
	return (struct stats_interval){k ? centre - half : 0, p, k < n ? centre + half : 1};
}

/* ---- many tests ---- */

void stats_discoveries(const double *p, size_t n, double q, bool *counts)
{
	double *sorted = xcalloc(n + 1, sizeof *sorted), limit = -1;

	memcpy(sorted, p, n * sizeof *p);
	if (n)
		qsort(sorted, n, sizeof *sorted, ascending);
	for (size_t i = 0; i < n; i++)
		if (sorted[i] <= q * (double)(i + 1) / (double)n)
			limit = sorted[i];
	for (size_t i = 0; i < n; i++)
		counts[i] = p[i] <= limit;
	free(sorted);
}
