/*
 * Quarantine: sessions whose failures are known, and do not fail a run until a day that somebody has named. Entries are
 * files of scenarios/quarantine/; all strings live in the project's arena.
 */
#ifndef RUNTEST_CONFIG_QUARANTINE_H
#define RUNTEST_CONFIG_QUARANTINE_H

#include <stdbool.h>
#include <stddef.h>

struct project;

struct quarantine {
	const char *name;
	const char *const *sessions; /* globs of SESSION without its repeat; NULL-terminated */
	const char *reason;
	const char *until; /* "2026-01-31": the last day on which it holds (UTC) */
	const char *issue; /* a URL; or NULL */
	const char *file;  /* relative to the project's folder */
	int line;
};

enum { QUARANTINE_DAY = 11 }; /* "2026-01-31" and the NUL */

/* Today, in UTC, into day[QUARANTINE_DAY]; returns day. */
char *quarantine_today(char *day);

/* Does it mean this session, with its repeat or without? */
bool quarantine_covers(const struct quarantine *q, const char *session);

/* Is its last day over? */
bool quarantine_expired(const struct quarantine *q, const char *today);

/* Days that it will hold, the last one included; 0 when it is expired. */
int quarantine_days_left(const struct quarantine *q, const char *today);

/*
 * The entry that covers the session (SESSION, with its repeat or without), or NULL: of several one that still holds,
 * with the latest last day. One for which quarantine_expired() is true does not excuse the session: it fails the run.
 */
const struct quarantine *project_quarantine(const struct project *p, const char *session, const char *today);

/* "scenarios/quarantine/X.yaml:4: ..." what is wrong with an expired entry and what to do, malloc'd. */
char *quarantine_complaint(const struct quarantine *q, const char *session);

/* Every session that the project can plan, without repeats, is shown to `visit` until it returns true. Returns whether
 * it did. Sessions of mutants, of images built elsewhere and of virtual labs are not among them. */
bool project_sessions(const struct project *p, bool (*visit)(void *ctx, const char *session), void *ctx);

#endif
