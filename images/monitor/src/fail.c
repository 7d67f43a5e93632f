#include "monitor/fail.h"

#include <stdint.h>

#include "abi/syscall.h"
#include "lib/print.h"

static const char *const error_names[] = {
	[INVALID_ARGUMENT] = "seL4_InvalidArgument", [INVALID_CAPABILITY] = "seL4_InvalidCapability",
	[ILLEGAL_OPERATION] = "seL4_IllegalOperation", [RANGE_ERROR] = "seL4_RangeError",
	[ALIGNMENT_ERROR] = "seL4_AlignmentError", [FAILED_LOOKUP] = "seL4_FailedLookup",
	[TRUNCATED_MESSAGE] = "seL4_TruncatedMessage", [DELETE_FIRST] = "seL4_DeleteFirst",
	[REVOKE_FIRST] = "seL4_RevokeFirst", [NOT_ENOUGH_MEMORY] = "seL4_NotEnoughMemory",
};

_Noreturn void fail(const char *why)
{
	print("FAIL: %s\n", why);
	for (;;)
		;
}

void fail_on(int error, const char *what)
{
	unsigned known = error > 0 && error <= NOT_ENOUGH_MEMORY ? (unsigned)error : INVALID_ARGUMENT;

	if (!error)
		return;
	print("ERROR: 0x%016lx %s  invocation: %s\n", (uint64_t)error, error_names[known], what);
	fail("invocation error");
}
