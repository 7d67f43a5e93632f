/* What became of a protection domain, as a fate and in words. */
#include <inttypes.h>

#include "replay/execution.h"
#include "replay/frame.h"

enum execution_fate execution_fate(const struct execution_pd *pd)
{
	if (!pd->entries)
		return FATE_NEVER;
	if (!pd->faults)
		return FATE_RAN;
	if (pd->back || pd->heir == HEIR_PD)
		return FATE_HANDLED;
	return pd->heir == HEIR_MONITOR ? FATE_FAULTED : FATE_UNCLEAR;
}

const char *execution_fate_name(enum execution_fate f)
{
	static const char *const names[] = {[FATE_NEVER] = "never",
					    [FATE_RAN] = "ran",
					    [FATE_HANDLED] = "handled",
					    [FATE_FAULTED] = "faulted",
					    [FATE_UNCLEAR] = "unclear"};

	return names[f];
}

static const char *heir_text(const struct execution_pd *pd, struct arena *a)
{
	switch (pd->heir) {
	case HEIR_MONITOR:
		return "the monitor ran next";
	case HEIR_PD:
		return arena_printf(a, "%s ran next", pd->heir_pd ? pd->heir_pd : "another protection domain");
	case HEIR_NOBODY:
		return "nobody ran after it";
	default:
		return "who ran next is not known";
	}
}

const char *execution_text(const struct execution_pd *pd, struct arena *a)
{
	const char *came, *fault;

	if (!pd->entries)
		return "never came to its entry in user mode";
	came = arena_printf(a, "came to its entry in user mode (frame 0x%" PRIx64 "%s)", pd->frame,
			    pd->copied ? ", told by its contents" : "");
	if (pd->entries > 1)
		came = arena_printf(a, "%s, %u times", came, pd->entries);
	if (!pd->faults)
		return arena_printf(a, "%s, and ran on", came);
	fault = pd->fault_pc == FRAME_ENTRY ? arena_printf(a, "%s at the entry itself", pd->fault)
						: arena_printf(a, "%s at 0x%" PRIx64, pd->fault, pd->fault_pc);
	return arena_printf(a, "%s, and faulted%s: %s (address 0x%" PRIx64 "); %s%s", came,
			    pd->faults > 1 ? arena_printf(a, " %u times, the last", pd->faults) : "", fault, pd->fault_address,
			    heir_text(pd, a), pd->back ? ", and it came back to its entry" : "");
}
