/*
 * Being woken when a file changes or a process ends: inotify(7) and pidfd_open(2), together with cancellation. Both are
 * only hints, which may come too often, and not at all where the system has no more to give (128 inotify instances for
 * one user by default): who waits looks for itself, and again after a while.
 */
#ifndef RUNTEST_FARM_WAKE_H
#define RUNTEST_FARM_WAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { WAKE_WATCHES_MOST = 512 };

struct wake {
	int fd; /* inotify; -1: there is none to be had */
	int watches[WAKE_WATCHES_MOST];
	size_t count;
};

/* The process keeps its inotify instance: closing one waits for all processors of the machine, for ten milliseconds and
 * more, which who has just been granted a board has no time for. One wake at a time. */
void wake_init(struct wake *w);
void wake_finish(struct wake *w);

/* Be woken when the file at that path is written, closed after it was open for writing, touched, removed or renamed.
 * False: that will not happen. */
bool wake_watch(struct wake *w, const char *path);

/* A descriptor that is readable when that process has ended; -1: none. */
int wake_process(pid_t pid);

/* Until one of those, one of `ends` (-1: none), a signal (cancel_fd) or the time on clock_ms(). What has woken is
 * forgotten; an end that was seen is closed and set to -1. */
void wake_wait(struct wake *w, int *ends, size_t n, int64_t deadline_ms);

/* Let so much time pass, and forget what would have woken meanwhile: changes come several at a time. */
void wake_settle(struct wake *w, int us);

#endif
