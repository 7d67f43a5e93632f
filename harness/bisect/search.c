#include "bisect/search.h"

const char *mark_name(enum mark m)
{
	static const char *const names[] = {"?", "good", "bad", "skipped"};

	return names[m];
}

enum mark search_judge(const struct outcome *boots, size_t count, struct outcome reference, bool final)
{
	size_t differ = 0;

	for (size_t i = 0; i < count; i++)
		differ += boots[i].verdict != reference.verdict || boots[i].cause != reference.cause;
	if (!differ)
		return MARK_GOOD;
	if (differ == count)
		return MARK_BAD;
	if (!final)
		return MARK_NONE;
	return differ > 1 ? MARK_BAD : MARK_GOOD;
}

size_t search_next(const char *const *suspects, size_t count, bool (*is_untestable)(void *ctx, const char *commit),
		   void *ctx)
{
	size_t passed = 0, first = count;

	for (size_t i = 0; i < count; i++) {
		if (is_untestable(ctx, suspects[i])) {
			passed++;
			continue;
		}
		if (first == count)
			first = i;
		if (i >= passed * passed)
			return i;
	}
	return first;
}
