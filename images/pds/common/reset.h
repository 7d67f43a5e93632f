/* A protection domain that restores its own writable memory when it is started again (SELF_RESET), or does not. */
#ifndef PDS_RESET_H
#define PDS_RESET_H

/* Copy .data from the read-only copy of it, clear .bss, and wait until the monitor has heard of it. */
void reset_own_data(void);

#endif
