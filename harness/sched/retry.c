#include "sched/retry.h"

struct retry_budget retry_budget_of(unsigned each, size_t sessions)
{
	enum { FEW = 5, PART = 10 };

	return (struct retry_budget){.each = each, .left = FEW + (unsigned)(sessions / PART)};
}

static void count(struct tries *t, enum verdict verdict)
{
	unsigned char *counter = verdict == VERDICT_INFRA ? &t->infra : verdict == VERDICT_TIMEOUT ? &t->timeout : &t->fail;

	if (*counter < 255)
		++*counter;
	if (verdict_fails_run(verdict))
		t->blame = (unsigned char)verdict;
}

bool retry_wanted(struct retry_budget *budget, struct tries *t, const struct scenario_retries *allowed,
		  enum verdict verdict)
{
	bool wanted = false;

	if (verdict == VERDICT_INFRA)
		wanted = t->infra < budget->each && budget->left;
	else if (verdict == VERDICT_TIMEOUT)
		wanted = t->timeout < allowed->timeout;
	else if (verdict == VERDICT_FAIL || verdict == VERDICT_VACUOUS)
		wanted = t->fail < allowed->fail;
	if (!wanted)
		return false;
	if (verdict == VERDICT_INFRA)
		budget->left--;
	count(t, verdict);
	return true;
}

void tries_recall(struct tries *t, const struct attempt_summary *tried, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (tried[i].verdict == VERDICT_INFRA || verdict_fails_run(tried[i].verdict))
			count(t, tried[i].verdict);
}

enum verdict tries_verdict(const struct tries *t, enum verdict last)
{
	return verdict_after((enum verdict)t->blame, last);
}
