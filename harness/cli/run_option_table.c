/* Every word of `runtest run`, in the order of its help. */
#include "cli/run_options.h"

#include <string.h>

#include "cli/elfoption.h"

const char run_options_about[] = "SCENARIO is a name or a glob ('*' in quotes: all of them).\n";

const char run_options_statuses[] =
	"Exit status: 0 all as demanded; 1 a verdict is not ok, or everything was skipped; 2 usage or configuration;\n"
	"3 the lab or the file system (docs/troubleshooting.md, by message); 4 no board within --wait, or no time within\n"
	"--max-time; 5 flaky, with --flaky-exit; 130 and 143 cancelled.\n";

static int take_expectation(const struct command *c, void *into, struct arena *a, const char *value)
{
	struct expectation *want = &((struct run_options *)into)->want.image_want;

	(void)a;
	want->control = true;
	if (cause_from_name(value, &want->cause) == 0 && want->cause != CAUSE_NONE)
		return 0;
	return command_usage_error(c, "--expect takes a cause such as pd-code-cleared, not '%s'; docs/verdicts.md has them",
				   value);
}

static int take_elf(const struct command *c, void *into, struct arena *a, const char *value)
{
	struct foreign_files *given = &((struct run_options *)into)->given;
	struct image_elf elf;

	given->elfs = arena_list_add(a, given->elfs, value);
	return elf_option_take(c, value, a, &elf);
}

static int take_shard(const struct command *c, void *into, struct arena *a, const char *value)
{
	(void)a;
	if (plan_shard_read(value, &((struct run_options *)into)->part.shard) == 0)
		return 0;
	return command_usage_error(c, "--shard takes I/N, such as 1/4 for the first of four shares, not '%s'", value);
}

/* The name of a folder that is seen, and no other word for a run. */
static int take_run_id(const struct command *c, void *into, struct arena *a, const char *value)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	size_t n = strlen(value);

	(void)a;
	if (!n || n > 64 || strspn(value, allowed) != n || value[0] == '.' || value[0] == '-' || strcmp(value, "latest") == 0)
		return command_usage_error(c, "--run-id takes up to 64 letters, digits, _, . and -, not '%s'", value);
	((struct run_options *)into)->run_id = value;
	return 0;
}

static int take_colour(const struct command *c, void *into, struct arena *a, const char *value)
{
	(void)into;
	(void)a;
	return command_set_colour(c, value);
}

#define AT(field) .at = offsetof(struct run_options, field)
#define HEADING(text) {.kind = OPTION_HEADING, .help = (text)}
#define FLAG(word, field, text) {.kind = OPTION_FLAG, .name = (word), AT(field), .help = (text)}
#define TEXT(word, val, field, text) {.kind = OPTION_TEXT, .name = (word), .value = (val), AT(field), .help = (text)}
#define ONCE(word, val, field, text) {.kind = OPTION_ONCE, .name = (word), .value = (val), AT(field), .help = (text)}
#define TEXTS(word, val, field, text) {.kind = OPTION_TEXTS, .name = (word), .value = (val), AT(field), .help = (text)}
#define COUNT(word, least_, most_, field, text)                                                                    \
	{.kind = OPTION_COUNT, .name = (word), .value = "N", AT(field), .least = (least_), .most = (most_), .help = (text)}
#define TIME(word, least_, field, text)                                                                             \
	{.kind = OPTION_TIME, .name = (word), .value = "TIME", AT(field), .least = (least_), .help = (text)}
#define OWN(word, val, function, text)                                                                             \
	{.kind = OPTION_OWN, .name = (word), .value = (val), .take = (function), .help = (text)}

static const struct option_row rows[] = {
	HEADING("What is run:"),
	TEXTS("board", "GLOB", want.boards,
	      "boards, by unit, or by kind: any unit of it will do (repeatable). Without it: every QEMU\n"
	      "board; hardware is used only when it is named"),
	TEXT("lab", "ID", lab, "whose lab-... boards, where several labs run (`make lab`)"),
	TEXTS("variant", "GLOB", want.variants, "variants (repeatable); without it: all that the scenario has a demand for"),
	TEXTS("config", "NAME", want.configs,
	      "Microkit configuration (debug, release, benchmark, smp-debug, ...; repeatable); without it:\n"
	      "the first of each variant"),
	FLAG("mutants", want.mutants, "the mutants of images/mutants.yaml instead of the variants: each must be caught"),
	FLAG("no-controls", want.no_controls, "leave out the negative controls"),
	FLAG("only-qemu", want.only_qemu, "no hardware, whatever --board says"),
	COUNT("repeat", 1, 1000000, want.repeat, "every session N times"),
	TEXTS("tag", "GLOB", want.tags, "scenarios that have such a tag (repeatable); of all, where none is named"),
	TEXTS("only", "SESSION", want.only,
	      "this session, by its name or a glob (repeatable); RUN/SESSION: one of an earlier run, with\n"
	      "its board, parameters and image"),
	ONCE("only-failed", "RUN", part.failed_of, "the sessions of that run that were not as demanded, as they were run there"),
	FLAG("single", part.single, "one session, the first that must pass: to bring something up"),
	OWN("shard", "I/N", take_shard, "share I of N, each about as long: all of them together are the plan"),
	TEXTS("set", "NAME=N", want.set, "a scenario's parameter (repeatable); `list scenarios` shows them"),
	FLAG("dry-run", dry_run, "print the plan in the order in which it would be run; build and boot nothing"),
	HEADING("\nAn image that somebody else built:"),
	ONCE("image", "FILE", given.image, "is run instead of variants; needs --board"),
	TEXT("report", "FILE", given.report, "the report.txt that was written with the image"),
	OWN("elf", "NAME=FILE", take_elf,
	    "an ELF that went into the image (repeatable): NAME is kernel, monitor or a protection domain"),
	OWN("expect", "CAUSE", take_expectation, "the image must fail, and with this cause; without it: it must pass"),
	HEADING("\nHow it is run:"),
	COUNT("jobs", 1, 1024, jobs,
	      "sessions at a time; without it: one on each board, and as many QEMU machines as processors\n"
	      "and memory carry"),
	FLAG("fail-fast", fail_fast, "after the first verdict that is not ok nothing is begun any more; what runs goes on"),
	FLAG("keep-going", keep_going, "all of it, come what may, as without --fail-fast"),
	TIME("max-time", 1, max_time_ms,
	     "nothing is begun that is not expected to be over by then, counted from the beginning of this\n"
	     "command; what still runs a tenth of it later is told to end"),
	COUNT("retries", 0, 9, retries,
	      "how often a session is tried again after the lab broke (1); the scenario says so for failures"),
	FLAG("any-health", any_health,
	     "boards that were set aside, too; what sessions come to counts neither for nor against a board"),
	TIME("wait", 0, wait_ms, "how long a session waits for a board that somebody else has; without it: for ever"),
	TIME("timeout", 1, timeout_ms, "limit of a whole session (30s, 2m) instead of the scenario's own"),
	FLAG("culprit", culprit, "who wiped lost pages, in sessions that were to lose them, too"),
	FLAG("no-record", no_record, "do not record the boots of QEMU machines: they cannot be replayed then"),
	FLAG("no-map", no_map, "do not sample memory while sessions run: there is no survival map then"),
	HEADING("\nWhat is kept and told:"),
	TEXT("results", "DIR", results, "where runs are kept (results/ in the project's folder)"),
	OWN("run-id", "ID", take_run_id, "what the run's folder is called; without it: by the time and four random digits"),
	TEXT("resume", "RUN", resume, "go on with a run that was cut short: what has its verdict keeps it"),
	FLAG("allow-skipped", allow_skipped, "exit 0 even when every session was skipped"),
	FLAG("flaky-exit", flaky_exit, "exit 5 when a session was as demanded only when it was tried again"),
	{.kind = OPTION_FLAG, .letter = 'v', .name = "verbose", AT(verbose),
	 .help = "consoles and builds on stderr as they come, each line behind its session's name"},
	{.kind = OPTION_FLAG, .letter = 'q', .name = "quiet", AT(quiet),
	 .help = "nothing while it runs: no live view, no line for each session; only the report"},
	OWN("color", "WHEN", take_colour, "auto (where it writes to a terminal, and NO_COLOR is not set), always or never"),
};

const struct option_table run_option_table = {rows, sizeof rows / sizeof rows[0]};
