#include "session/judge.h"

#include <stdbool.h>
#include <stddef.h>

#define ANY (~0u)

#define ENDED(e) (1u << (e))
#define CAUSE_BIT(c) (1u << (c))

/*
 * Causes that the console can only suspect: the PD misbehaves, and memory may say why. Everything else on the console
 * (a kernel panic, a damaged image) is a cause of its own, and came before any PD could be at fault.
 */
#define SUSPICIONS                                                                                                   \
	(CAUSE_BIT(CAUSE_PD_FAULT) | CAUSE_BIT(CAUSE_PD_NOT_STARTED) | CAUSE_BIT(CAUSE_MONITOR_FAULT) |                \
	 CAUSE_BIT(CAUSE_UNTYPED_MISMATCH) |                                                                         \
	 CAUSE_BIT(CAUSE_PD_CODE_CHANGED) | CAUSE_BIT(CAUSE_MISSING_OUTPUT) | CAUSE_BIT(CAUSE_UNEXPECTED_OUTPUT) |      \
	 CAUSE_BIT(CAUSE_INVOCATION_TABLE_CLEARED) | CAUSE_BIT(CAUSE_STALE_IMAGE) | CAUSE_BIT(CAUSE_PARTIAL_RELOAD) |   \
	 CAUSE_BIT(CAUSE_WRONG_VERSION) | CAUSE_BIT(CAUSE_MIXED_IMAGE) | CAUSE_BIT(CAUSE_NO_RESTART) |               \
	 CAUSE_BIT(CAUSE_GUEST_TEST_FAILED))

#define KERNEL_FAILED (CAUSE_BIT(CAUSE_KERNEL_FAULT) | CAUSE_BIT(CAUSE_KERNEL_PANIC))

enum from { FIXED, CONSOLE };

struct rule {
	unsigned endings;  /* set of ENDED(...); ANY */
	unsigned suspects; /* set of CAUSE_BIT(...) the console cause must be in; ANY */
	unsigned memory;   /* at least one of these; ANY */
	enum verdict verdict;
	enum from from;
	enum cause cause;
	const char *ground;
};

#define CONSOLE_FAILED (ENDED(END_DENIED) | ENDED(END_MISMATCH) | ENDED(END_TESTS_FAILED))

static const struct rule rules[] = {
	{ENDED(END_CANCELLED), ANY, ANY, VERDICT_CANCELLED, FIXED, CAUSE_NONE, "stopped from outside"},
	{ENDED(END_INFRA), ANY, ANY, VERDICT_INFRA, FIXED, CAUSE_NONE, "the lab broke; nothing is said of the software"},

	/* A kernel that fails on an image that was wrong before it ran is not to blame. */
	{CONSOLE_FAILED, KERNEL_FAILED, MEMORY_NOT_LOADED, VERDICT_FAIL, FIXED, CAUSE_IMAGE_NOT_LOADED,
	 "the kernel failed, and memory holds pages that nothing wrote since the harness had filled them"},
	{CONSOLE_FAILED, KERNEL_FAILED, MEMORY_LOADED_WRONG, VERDICT_FAIL, FIXED, CAUSE_IMAGE_CORRUPT,
	 "the kernel failed, and memory was other than the image before it had run"},

	/* The console names a cause that no PD can have had a part in. */
	{CONSOLE_FAILED, ~SUSPICIONS, ANY, VERDICT_FAIL, CONSOLE, CAUSE_NONE, "the console names the cause"},

	/* Memory knows why. */
	{CONSOLE_FAILED, CAUSE_BIT(CAUSE_INVOCATION_TABLE_CLEARED), MEMORY_TABLE_CLEARED, VERDICT_FAIL, FIXED,
	 CAUSE_INVOCATION_TABLE_CLEARED, "the console shows a null invocation, and memory the cleared table"},
	{ANY, ANY, MEMORY_NOT_LOADED, VERDICT_FAIL, FIXED, CAUSE_IMAGE_NOT_LOADED,
	 "memory holds pages that nothing wrote since the harness had filled them"},
	{ANY, ANY, MEMORY_LOADED_WRONG, VERDICT_FAIL, FIXED, CAUSE_IMAGE_CORRUPT,
	 "memory was other than the image before the kernel had run"},
	{ANY, ANY, MEMORY_REMAINDER, VERDICT_FAIL, FIXED, CAUSE_INCOMPLETE_CLEAR,
	 "memory shows all of it cleared but for the first bytes of an untyped"},
	{CONSOLE_FAILED | ENDED(END_TIMEOUT) | ENDED(END_GUEST_OFF) | ENDED(END_SCRIPT_FAILED), ANY, MEMORY_CODE_CLEARED,
	 VERDICT_FAIL, FIXED, CAUSE_PD_CODE_CLEARED, "console and memory agree: the PD did not run, its code is gone"},
	{ANY, ANY, MEMORY_CODE_CLEARED, VERDICT_FAIL, FIXED, CAUSE_PD_CODE_CLEARED,
	 "memory shows cleared code although the console looks well: the witnesses contradict each other"},
	{ANY, ANY, MEMORY_TABLE_CLEARED, VERDICT_FAIL, FIXED, CAUSE_INVOCATION_TABLE_CLEARED,
	 "memory shows the invocation table cleared"},
	{ANY, ANY, MEMORY_DATA_CLEARED, VERDICT_FAIL, FIXED, CAUSE_PD_DATA_CLEARED,
	 "memory shows read-only data cleared, code intact"},
	{ANY, ANY, MEMORY_SYSTEM_WRONG, VERDICT_FAIL, FIXED, CAUSE_IMAGE_CORRUPT,
	 "memory shows the kernel, the monitor or the invocation table other than the image has them"},
	{ANY, ANY, MEMORY_MIXED, VERDICT_FAIL, FIXED, CAUSE_MIXED_IMAGE,
	 "memory shows pages of the image that is to run beside pages of another version"},
	{ANY, ANY, MEMORY_OTHER_VERSION, VERDICT_FAIL, FIXED, CAUSE_WRONG_VERSION,
	 "memory shows another version of the image than the one that is to run"},
	{ANY, ANY, MEMORY_CHANGED, VERDICT_FAIL, FIXED, CAUSE_PD_CODE_CHANGED,
	 "memory shows pages that are neither the image's nor zero"},
	{ANY, ANY, MEMORY_STALE, VERDICT_FAIL, FIXED, CAUSE_STALE_IMAGE,
	 "memory shows that a restart left everything as the protection domain had changed it"},
	{ANY, ANY, MEMORY_PARTIAL, VERDICT_FAIL, FIXED, CAUSE_PARTIAL_RELOAD,
	 "memory shows that a restart brought back a part of the image only"},

	/* Memory has nothing to say against it: the console's word stands, unless memory contradicts it. */
	{CONSOLE_FAILED, CAUSE_BIT(CAUSE_INVOCATION_TABLE_CLEARED), MEMORY_TABLE_STANDS, VERDICT_FAIL, FIXED,
	 CAUSE_MONITOR_FAULT, "the console shows a null invocation, but memory the whole invocation table: the monitor's own fault"},
	{CONSOLE_FAILED, CAUSE_BIT(CAUSE_UNTYPED_MISMATCH), MEMORY_INTACT, VERDICT_FAIL, FIXED, CAUSE_UNTYPED_MISMATCH,
	 "the monitor found other untypeds than the image was made for and halted; memory is intact, and no protection domain ran"},
	{CONSOLE_FAILED, CAUSE_BIT(CAUSE_PD_FAULT), MEMORY_INTACT, VERDICT_FAIL, FIXED, CAUSE_PD_FAULT,
	 "the console shows a protection domain's fault, and memory its code as the image has it: its own fault"},
	{CONSOLE_FAILED, CAUSE_BIT(CAUSE_PD_NOT_STARTED), MEMORY_INTACT, VERDICT_FAIL, FIXED, CAUSE_PD_NOT_STARTED,
	 "nothing on the console shows that a protection domain ran, and memory its code as the image has it"},
	{CONSOLE_FAILED, CAUSE_BIT(CAUSE_MONITOR_FAULT), MEMORY_INTACT, VERDICT_FAIL, FIXED, CAUSE_MONITOR_FAULT,
	 "the console shows that the initial task failed; memory shows no other cause"},
	{CONSOLE_FAILED, ANY, ANY, VERDICT_FAIL, CONSOLE, CAUSE_NONE, "the console names the cause; memory shows no other"},
	{ENDED(END_SCRIPT_FAILED), ANY, ANY, VERDICT_FAIL, FIXED, CAUSE_MISSING_OUTPUT, "the expect script gave up"},
	{ENDED(END_GUEST_OFF), ANY, ANY, VERDICT_FAIL, FIXED, CAUSE_MISSING_OUTPUT,
	 "the software ended the machine before every demand was met"},
	{ENDED(END_TIMEOUT), ANY, ANY, VERDICT_TIMEOUT, FIXED, CAUSE_NONE, "a deadline passed, and no cause was found"},
};

/* Every step done: passing takes the second witness too, where there is one. */
static const struct rule complete[] = {
	{ENDED(END_COMPLETE), ANY, MEMORY_ABSENT, VERDICT_PASS, FIXED, CAUSE_NONE,
	 "console alone: this board offers no memory witness"},
	{ENDED(END_COMPLETE), ANY, MEMORY_HEARSAY, VERDICT_INFRA, FIXED, CAUSE_NONE,
	 "this board's RAM can be seen after a reset only, which acquits nobody, and no protection domain said its own checksum"},
	{ENDED(END_COMPLETE), ANY, MEMORY_UNSEEN, VERDICT_INFRA, FIXED, CAUSE_NONE,
	 "a demanded look at memory did not take place"},
	{ENDED(END_COMPLETE), ANY, MEMORY_EMPTY, VERDICT_FAIL, FIXED, CAUSE_IMAGE_CORRUPT,
	 "the image promises no page of a protection domain that memory could be held against"},
	{ENDED(END_COMPLETE), ANY, MEMORY_WAS_CLEAN, VERDICT_VACUOUS, FIXED, CAUSE_NONE,
	 "nothing was dirty before a restart, so that it is as the image has it afterwards proves nothing"},
	{ENDED(END_COMPLETE), ANY, MEMORY_INTACT, VERDICT_PASS, FIXED, CAUSE_NONE, "console and memory agree"},
};

/* The same where every protection domain has summed up its own code while it ran, and came to what the image has. */
static const struct rule checksummed[] = {
	{ENDED(END_COMPLETE), ANY, MEMORY_ABSENT, VERDICT_PASS, FIXED, CAUSE_NONE,
	 "console and the protection domains' own checksums: this board offers no memory witness"},
	{ENDED(END_COMPLETE), ANY, MEMORY_HEARSAY, VERDICT_PASS, FIXED, CAUSE_NONE,
	 "console and the protection domains' own checksums: this board's RAM can be seen after a reset only, which acquits nobody"},
};

/*
 * Every protection domain was to run, and the session had no text to wait for: then execution stands for the console. Only
 * where memory shows nothing wrong.
 */
struct settled_rule {
	unsigned execution, memory; /* at least one of these each; ANY */
	bool booted;                /* only where the console showed the boot's end */
	enum verdict verdict;
	enum cause cause;
	const char *ground;
};

static const struct settled_rule settled[] = {
	{EXECUTION_FAULTED, ANY, false, VERDICT_FAIL, CAUSE_PD_FAULT,
	 "execution shows that a protection domain faulted, and only the monitor took notice; memory shows its code as the image has it"},
	{EXECUTION_EARLY, ANY, false, VERDICT_INFRA, CAUSE_NONE,
	 "the session was ended before every protection domain had come to its entry: code there was translated more than once"},
	{EXECUTION_NEVER, ANY, false, VERDICT_FAIL, CAUSE_PD_NOT_STARTED,
	 "execution shows that a protection domain's entry was never reached; memory is as the image has it, which proves nothing"},
	{ANY, MEMORY_UNSEEN, false, VERDICT_INFRA, CAUSE_NONE, "a demanded look at memory did not take place"},
	{EXECUTION_UNCLEAR, ANY, false, VERDICT_INFRA, CAUSE_NONE,
	 "a protection domain faulted, and who took care of that is not known: --elf monitor=FILE may tell"},
	{ANY, MEMORY_DOUBTFUL, false, VERDICT_INFRA, CAUSE_NONE,
	 "pages were cleared of which nobody knows whether their owner may write there: --elf NAME=FILE tells"},
	{ANY, MEMORY_EMPTY, false, VERDICT_FAIL, CAUSE_IMAGE_CORRUPT,
	 "the image promises no page of a protection domain that memory could be held against"},
	{EXECUTION_RAN, MEMORY_INTACT, false, VERDICT_PASS, CAUSE_NONE,
	 "memory and execution agree, and the console does not object"},
	{EXECUTION_RAN, MEMORY_ABSENT, false, VERDICT_PASS, CAUSE_NONE, "execution alone: this board offers no memory witness"},
	{EXECUTION_ABSENT, MEMORY_INTACT, true, VERDICT_PASS, CAUSE_NONE,
	 "console and memory agree: the boot came to its end; execution could not be seen"},
	{EXECUTION_ABSENT, MEMORY_ABSENT | MEMORY_HEARSAY, true, VERDICT_PASS, CAUSE_NONE,
	 "console alone: the boot came to its end; neither memory nor execution could be seen while the system ran"},
	{EXECUTION_ABSENT, ANY, false, VERDICT_INFRA, CAUSE_NONE,
	 "nothing shows that a protection domain ran: execution could not be seen, nor did the console show the boot's end"},
};

static bool fits(const struct rule *r, const struct observations *seen)
{
	return (r->endings & ENDED(seen->ending)) && (r->suspects & CAUSE_BIT(seen->console_cause)) &&
	       (r->memory == ANY || (r->memory & seen->memory));
}

static const struct rule *first_fit(const struct rule *list, size_t count, const struct observations *seen)
{
	for (size_t i = 0; i < count; i++)
		if (fits(&list[i], seen))
			return &list[i];
	return NULL;
}

static bool has(unsigned wanted, unsigned seen)
{
	return wanted == ANY || (wanted & seen);
}

static struct judgement judge_settled(const struct observations *seen)
{
	for (size_t i = 0; i < sizeof settled / sizeof settled[0]; i++) {
		const struct settled_rule *r = &settled[i];

		if (has(r->execution, seen->execution) && has(r->memory, seen->memory) && (!r->booted || seen->booted))
			return (struct judgement){r->verdict, r->cause, r->ground};
	}
	return (struct judgement){VERDICT_INFRA, CAUSE_NONE, "the memory witness was silent"};
}

/* A silent console contradicts nobody where execution has seen the fault. */
static const char *ground_of(const struct rule *r, const struct observations *seen)
{
	if ((seen->memory & MEMORY_HEARSAY) && r->memory != ANY && !(r->memory & MEMORY_HEARSAY))
		return "the console shows a failure, and what U-Boot found in RAM after a reset explains it";
	if (r->cause == CAUSE_PD_CODE_CLEARED && seen->ending == END_COMPLETE && (seen->execution & EXECUTION_FAULTED))
		return "memory and execution agree: the protection domain faulted, its code is gone";
	return r->ground;
}

struct judgement judge(const struct observations *seen)
{
	const struct rule *r = first_fit(rules, sizeof rules / sizeof rules[0], seen);

	if (!r && seen->ending == END_COMPLETE && (seen->execution & ~(unsigned)EXECUTION_UNASKED))
		return judge_settled(seen);
	if (!r && seen->checksummed)
		r = first_fit(checksummed, sizeof checksummed / sizeof checksummed[0], seen);
	if (!r)
		r = first_fit(complete, sizeof complete / sizeof complete[0], seen);
	if (r)
		return (struct judgement){r->verdict, r->from == CONSOLE ? seen->console_cause : r->cause, ground_of(r, seen)};
	/* Complete, yet memory said nothing at all: no ground to pass on. */
	return (struct judgement){VERDICT_INFRA, CAUSE_NONE, "the memory witness was silent"};
}
