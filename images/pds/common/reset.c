#include "reset.h"

#if SELF_RESET
#include "abi/word.h"
#include "lib/string.h"
#include "user/syscall.h"

extern char data_start[], data_end[], bss_start[], bss_end[]; /* pd.ld */
extern const char reset_start[];

/* Between the copy and the monitor's answer nothing may be written but the stack. */
void reset_own_data(void)
{
	memcpy(data_start, reset_start, (size_t)(data_end - data_start));
	memset(bss_start, 0, (size_t)(bss_end - bss_start));
	sys_notify_handler(WORD_RESET);
}
#else
void reset_own_data(void)
{
}
#endif
