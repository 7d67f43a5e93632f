/* The monitor's last words. */
#ifndef MONITOR_FAIL_H
#define MONITOR_FAIL_H

_Noreturn void fail(const char *why);

#endif
