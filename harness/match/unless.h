/* A text that is expected together with one that forestalls it: one pattern, which finds whichever comes first. */
#ifndef RUNTEST_MATCH_UNLESS_H
#define RUNTEST_MATCH_UNLESS_H

/* The group that is set when it was the forestalling text that came. */
#define UNLESS_GROUP "runtest_unless"

/* Groups of both keep their names. malloc'd. It may be no regular expression although both are: watch_check_regex. */
char *unless_pattern(const char *expected, const char *unless);

#endif
