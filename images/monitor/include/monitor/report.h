/* What the monitor says of a PD's fault. */
#ifndef MONITOR_REPORT_H
#define MONITOR_REPORT_H

#include "monitor/pd.h"
#include "user/syscall.h"

void report_fault(const struct pd *pd, const struct message_in *m);

#endif
