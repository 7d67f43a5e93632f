/*
 * A warden: a small process between us and a command that starts processes of its own (a build, a shell script).
 *
 * The death signal of prctl(2) reaches only a direct child, so a make that dies with us would leave its compilers
 * behind. The warden gets that signal instead, adopts every orphan below it (PR_SET_CHILD_SUBREAPER) and ends all of
 * them, those too that made a process group or a session of their own. It does the same when the command itself has
 * ended, and then ends as the command did, so that its wait status is the command's.
 */
#ifndef RUNTEST_UTIL_WARDEN_H
#define RUNTEST_UTIL_WARDEN_H

#include <stddef.h>
#include <sys/types.h>

/* How long the command may take to end by itself after the warden was sent SIGTERM, SIGINT or SIGHUP. */
enum { WARDEN_GRACE_MS = 500 };

/* How long the warden itself gets to end everything, which takes it moments. Whoever ends it by force leaves behind what it
 * has not come to, so it gets enough for a machine that stalls. */
enum { WARDEN_PATIENCE_MS = 20000 };

/*
 * Called in a freshly forked child of `parent`. The caller turns into the warden, leader of a process group of its own
 * with no descriptor open but `keep`, and never returns; a further child returns 0 in that group, with all signals
 * blocked, and is to become the command. -1 with errno, in the caller, when there is no further process to be had.
 */
int warden_split(pid_t parent, const int *keep, size_t keep_count);

#endif
