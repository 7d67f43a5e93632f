/* The monitor's last words. */
#ifndef MONITOR_FAIL_H
#define MONITOR_FAIL_H

_Noreturn void fail(const char *why);

/* `error`: enum invocation_error of an invocation, which `what` names. Any but NO_ERROR is the end. */
void fail_on(int error, const char *what);

#endif
