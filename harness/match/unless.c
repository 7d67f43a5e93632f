#include "match/unless.h"

#include "util/mem.h"

/* Where both could begin at the same place the expected text has come. */
char *unless_pattern(const char *expected, const char *unless)
{
	return xasprintf("(?:%s)|(?<" UNLESS_GROUP ">%s)", expected, unless);
}
