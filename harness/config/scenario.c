#include "config/scenario.h"

#include <string.h>

#include "config/description.h"
#include "config/kind_glob.h"
#include "config/project.h"
#include "config/read.h"
#include "config/scalar.h"
#include "config/scenario_check.h"
#include "image/update.h"
#include "util/names.h"

const struct scenario *scenario_for_any_image(const struct scenario *s, struct arena *a)
{
	struct scenario *other;
	struct phase *phase;
	struct step *step;

	if (!s->any_image)
		return s;
	other = arena_alloc(a, sizeof *other);
	phase = arena_alloc(a, 2 * sizeof *phase);
	step = arena_alloc(a, 2 * sizeof *step);
	*step = (struct step){.kind = STEP_SETTLE, .settle_ms = s->any_image->settle_ms, .line = s->line};
	*phase = (struct phase){.name = "image", .deadline_ms = s->any_image->deadline_ms, .steps = step, .step_count = 1,
				.line = s->line};
	if (!phase->deadline_ms)
		phase->deadline_ms = s->deadline_ms;
	*other = *s;
	other->phases = phase;
	other->phase_count = 1;
	other->answers = ANSWERS_MARKERS;
	return other;
}

bool scenario_is_for(const struct scenario *s, const char *kind)
{
	return !s->boards || !s->boards[0] || names_match(s->boards, kind);
}

const struct parameter *scenario_parameter(const struct scenario *s, const char *name)
{
	for (size_t i = 0; i < s->parameter_count; i++)
		if (s->parameters[i].name && strcmp(s->parameters[i].name, name) == 0)
			return &s->parameters[i];
	return NULL;
}

/* ---- causes and denied texts ---- */

static const char *cause_word(int i)
{
	return i + 1 < CAUSE_COUNT ? cause_name((enum cause)(i + 1)) : NULL;
}

const struct schema schema_cause = {
	.name = "cause",
	.expected = "a cause of failure",
	.doc = "docs/verdicts.md lists them and explains each.",
	.size = sizeof(enum cause),
	.parse = scalar_parse_word,
	.word_at = cause_word,
	.first = 1,
};

static const struct schema_key deny_keys[] = {
	{"text", "what must not come", &scalar_regex, .at = offsetof(struct deny, text), .required = true},
	{"cause", "the cause of failure that the console then suspects", &schema_cause, .at = offsetof(struct deny, cause),
	 .fallback = "unexpected-output"},
	{0},
};

static const struct schema deny = {
	.shape = SCHEMA_RECORD,
	.name = "denied text",
	.expected = "a mapping with text",
	.size = sizeof(struct deny),
	.keys = deny_keys,
};

static const struct schema unless = {
	.shape = SCHEMA_RECORD,
	.name = "forestalling text",
	.expected = "a mapping with text",
	.doc = "What shows, if it comes before the text that is waited for, that this will not come any more.",
	.size = sizeof(struct deny),
	.keys = deny_keys,
};

static const struct schema denies = {
	.shape = SCHEMA_LIST, .expected = "a list of denied texts", .size = sizeof(struct deny *), .item = &deny};

/* ---- looks at memory ---- */

static const char *const stop_words[] = {
	[WITNESS_STOP_MACHINE] = "machine", [WITNESS_STOP_GUEST] = "guest", NULL};

static const struct schema stop = {
	.name = "word",
	.expected = "machine or guest",
	.size = sizeof(enum witness_stop),
	.parse = scalar_parse_word,
	.words = stop_words,
};

static const char *const demand_words[] = {
	[DEMAND_REPORT] = "report", [DEMAND_INTACT] = "intact", [DEMAND_FRESH] = "fresh", NULL};

const char *witness_demand_name(enum witness_demand d)
{
	return demand_words[d];
}

static const struct schema demand = {
	.name = "word",
	.expected = "report, intact or fresh",
	.size = sizeof(enum witness_demand),
	.parse = scalar_parse_word,
	.words = demand_words,
};

/* In the order of the WITNESS_* bits. */
static const char *const owner_words[] = {"pd", "table", "monitor", "kernel", "pd-run", "pd-pristine", NULL};

static const struct schema owner = {
	.name = "word",
	.expected = "pd, table, monitor, kernel, pd-run or pd-pristine",
	.size = sizeof(int),
	.parse = scalar_parse_word,
	.words = owner_words,
};

static const struct schema owners = {
	.shape = SCHEMA_SET,
	.expected = "a list of region owners (pd, table, monitor, kernel, pd-run, pd-pristine)",
	.size = sizeof(unsigned),
	.item = &owner,
	.least = 1,
};

static void parse_moment(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	if (strcmp(n->text, "end") != 0) {
		scalar_name.parse(r, s, n, out);
		return;
	}
	reader_refuse_text(r, n, "the moment \"end\" is the last look's");
	reader_hint(r, "write \"at: end\" under \"finally\", or call this moment otherwise");
}

static const struct schema moment = {
	.name = "name",
	.expected = "the name of a moment (lower-case letters, digits, - and _; a letter first), not \"end\"",
	.size = sizeof(char *),
	.parse = parse_moment,
	.pattern = "^(?!end$)[a-z][a-z0-9_-]{0,63}$",
};

/* The same in every look. */
#define REGIONS_KEY \
	{"regions", "whose regions are looked at: pd: where the images of protection domains wait; pd-run: where they run; " \
		    "pd-pristine: what restarts copy from", &owners, .at = offsetof(struct witness_spec, regions), \
	 .required = true}
#define DEMAND_KEY \
	{"demand", "intact: every page judged must be as the image has it; fresh: after a restart, every page of pd-run, " \
		   "writable ones too; report: only look", \
	 &demand, .at = offsetof(struct witness_spec, demand), .required = true}

static const struct schema_key witness_keys[] = {
	{"after", "name of the moment; with \"stop: guest\" the NAME of the guest's HOLD|NAME",
	 &moment, .at = offsetof(struct witness_spec, moment), .required = true},
	{"stop", "guest: it holds by itself and waits for a byte (an exact moment); machine: stopped by the harness",
	 &stop, .at = offsetof(struct witness_spec, stop), .fallback = "machine"},
	REGIONS_KEY,
	DEMAND_KEY,
	{"of", "look at this protection domain only; one of the variants' artefacts names it", &scalar_line,
	 .at = offsetof(struct witness_spec, of)},
	{"at", .elsewhere = "\"at: end\" stands under \"finally\" only; a step looks \"after\" a moment"},
	{0},
};

static const struct schema witness = {
	.shape = SCHEMA_RECORD,
	.name = "witness",
	.expected = "a mapping with after, regions and demand",
	.doc = "A look at guest memory, held page by page against the image.",
	.size = sizeof(struct witness_spec),
	.keys = witness_keys,
	.line_at = offsetof(struct witness_spec, line),
};

static const char *const end_words[] = {"end", NULL};

static const struct schema end_moment = {
	.name = "word",
	.expected = "end",
	.size = sizeof(char *),
	.parse = scalar_parse_word_text,
	.words = end_words,
};

static const struct schema_key last_look_keys[] = {
	{"at", "the moment", &end_moment, .at = offsetof(struct witness_spec, moment), .required = true},
	REGIONS_KEY,
	DEMAND_KEY,
	{"after", .elsewhere = "\"after: MOMENT\" belongs in a step of a phase; at last one looks \"at: end\""},
	{"stop", .elsewhere = "at the end it is always the machine that is stopped"},
	{0},
};

static const struct schema last_look = {
	.shape = SCHEMA_RECORD,
	.name = "last witness",
	.expected = "a mapping with at, regions and demand",
	.size = sizeof(struct witness_spec),
	.keys = last_look_keys,
	.line_at = offsetof(struct witness_spec, line),
};

static const struct schema_key finally_keys[] = {
	{"witness", "look at memory when the session is over, however it ended", &last_look, .required = true},
	{0},
};

static const struct schema finally_item = {
	.shape = SCHEMA_RECORD,
	.name = "last step",
	.expected = "a mapping with witness",
	.size = sizeof(struct witness_spec),
	.keys = finally_keys,
};

static const struct schema finally_list = {
	.shape = SCHEMA_LIST,
	.expected = "a list of last steps",
	.size = sizeof(struct witness_spec *),
	.item = &finally_item,
};

/* ---- steps ---- */

static const char *const compare_words[] = {"ro-crc32", "build-id", "half-of-ram", NULL};

static const struct schema compare_with = {
	.name = "word",
	.expected = "ro-crc32, build-id or half-of-ram",
	.size = sizeof(enum compare_with),
	.parse = scalar_parse_word,
	.words = compare_words,
	.first = COMPARE_RO_CRC32,
};

static const char *const beside_with[] = {"with", NULL};

static const struct schema_key compare_keys[] = {
	{"capture", "the capture group of the expected text that holds the number", &scalar_identifier,
	 .at = offsetof(struct step_compare, capture), .required = true},
	{"with", "ro-crc32: CRC-32 over the read-only segments in the image that runs; build-id: GNU build id of its ELF; "
		 "half-of-ram: granted or refused, as the layout allows one block of that size; a refusal that the layout "
		 "explains is the cause allocation-refused",
	 &compare_with, .at = offsetof(struct step_compare, with)},
	{"of", "the protection domain; one of the variants' artefacts names it", &scalar_line,
	 .at = offsetof(struct step_compare, of), .beside = beside_with},
	{"is", "instead of with and of: the text that it must be; ${NAME} in it is a variable", &scalar_line,
	 .at = offsetof(struct step_compare, is)},
	{"cause", "the cause of failure that the console suspects when it is another", &schema_cause,
	 .at = offsetof(struct step_compare, cause), .fallback = "missing-output"},
	{0},
};

static const struct schema compare = {
	.shape = SCHEMA_RECORD,
	.name = "comparison",
	.expected = "a mapping with capture, and with or is",
	.doc = "A number that the board printed, held against what the image says, or what must come.",
	.size = sizeof(struct step_compare),
	.keys = compare_keys,
	.check = scenario_check_compare,
};

/* Bytes, NULs and all: the length counts. The whole step is the slot. */
static void parse_send(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	struct step *step = out;

	if (!n->text_len) {
		reader_refuse(r, s, n);
		return;
	}
	step->send = arena_strndup(r->arena, n->text, n->text_len);
	step->send_len = n->text_len;
}

static const struct schema send_text = {
	.name = "bytes",
	.expected = "a text to send",
	.doc = "In double quotes YAML knows escapes: \"\\n\", \"\\x03\". ${NAME} is a variable.",
	.parse = parse_send,
};

static const char *const reset_words[] = {[RESET_WARM] = "warm", NULL};

static const struct schema reset = {
	.name = "word",
	.expected = "warm",
	.size = sizeof(enum reset_kind),
	.parse = scalar_parse_word,
	.words = reset_words,
};

static const char *const power_words[] = {[POWER_CYCLE] = "cycle", NULL};

static const struct schema power = {
	.name = "word",
	.expected = "cycle",
	.size = sizeof(enum power_kind),
	.parse = scalar_parse_word,
	.words = power_words,
};

/* ---- steps over and over ---- */

static const struct schema steps;

static const struct schema_key repeat_keys[] = {
	{"times", "how often", &schema_amount, .at = offsetof(struct step_repeat, times), .required = true},
	{"as", "the variable that counts: ${NAME} in the texts of these steps", &scalar_name,
	 .at = offsetof(struct step_repeat, as)},
	{"from", "the variable's first value", &schema_amount, .at = offsetof(struct step_repeat, from), .fallback = "1"},
	{"steps", "what is done each time, in this order", &steps, .at = offsetof(struct step_repeat, steps),
	 .count_at = offsetof(struct step_repeat, step_count), .required = true,
	 .again = "#/properties/phases/items/properties/steps"},
	{0},
};

static const struct schema repeat = {
	.shape = SCHEMA_RECORD,
	.name = "repetition",
	.expected = "a mapping with times and steps",
	.size = sizeof(struct step_repeat),
	.keys = repeat_keys,
};

/* ---- updates ---- */

static const char *alteration_word(int i)
{
	return i < ALTER_COUNT ? alteration_name((enum alteration)i) : NULL;
}

static const struct schema alteration = {
	.name = "alteration",
	.expected = "an alteration",
	.doc = "whole: as it is. truncated, wrong-checksum, too-large, wrong-entry: with that one thing wrong.",
	.size = sizeof(int),
	.parse = scalar_parse_word,
	.word_at = alteration_word,
};

static const char *const beside_command[] = {"command", NULL};

static const struct schema_key file_keys[] = {
	{"file", "name of the update, among the artefacts of every variant", &scalar_name,
	 .at = offsetof(struct step_file, file), .required = true},
	{"alter", "what is done to it first", &alteration, .at = offsetof(struct step_file, alter), .fallback = "whole"},
	{"bytes", "of a truncated file, how many are left; of one too large, how many are added; 0: half, or a MiB",
	 &schema_amount, .at = offsetof(struct step_file, bytes)},
	{"command", "text to type before; ${size} in it is how many bytes will come", &scalar_command,
	 .at = offsetof(struct step_file, command)},
	{"prompt", "wait for this text between the command and the file", &scalar_regex,
	 .at = offsetof(struct step_file, prompt), .beside = beside_command},
	{0},
};

static const struct schema send_file = {
	.shape = SCHEMA_RECORD,
	.name = "sent file",
	.expected = "a mapping with file",
	.size = sizeof(struct step_file),
	.keys = file_keys,
};

static const struct schema_key holds_keys[] = {
	{"pd", "the protection domain; one of the variants' artefacts names it", &scalar_line,
	 .at = offsetof(struct step_holds, pd), .required = true},
	{"image", "name of the update, or boot: the image that came with the boot image", &scalar_name,
	 .at = offsetof(struct step_holds, image), .required = true},
	{0},
};

static const struct schema holds = {
	.shape = SCHEMA_RECORD,
	.name = "held image",
	.expected = "a mapping with pd and image",
	.doc = "From here on this is the image that the memory in which it runs, and what it prints, are held against.",
	.size = sizeof(struct step_holds),
	.keys = holds_keys,
};

/* ---- a step ---- */

static const struct schema groups = {
	.shape = SCHEMA_LIST, .expected = "a list of capture groups", .size = sizeof(char **), .item = &scalar_identifier,
	.least = 1};

static const char *const beside_reset[] = {"reset", NULL};
static const char *const beside_awaiting[] = {"expect", "witness", "script",    "cases",
						"reset",  "power",   "send-file", NULL};
static const char *const beside_expect[] = {"expect", NULL};
static const char *const beside_text[] = {"expect", "witness", NULL};

static const struct schema_key step_keys[] = {
	{"expect", "wait for this text", &scalar_regex, .at = offsetof(struct step, expect), .choice = true,
	 .chosen = STEP_EXPECT},
	{"send", "type this text", &send_text, .choice = true, .chosen = STEP_SEND},
	{"deny", "from here on this text must not come", &deny, .at = offsetof(struct step, deny), .choice = true,
	 .chosen = STEP_DENY},
	{"wait", "let time pass; the console stays watched", &scalar_duration, .at = offsetof(struct step, wait_ms),
	 .choice = true, .chosen = STEP_WAIT},
	{"settle", "wait until every protection domain has come to its entry, and then for so long; by the phase's deadline it "
		   "is over in any case", &scalar_duration, .at = offsetof(struct step, settle_ms), .choice = true,
	 .chosen = STEP_SETTLE},
	{"witness", "look at memory", &witness, .at = offsetof(struct step, witness), .choice = true,
	 .chosen = STEP_WITNESS},
	{"script", "hand the console to this expect(1) script", &scalar_file, .at = offsetof(struct step, script),
	 .choice = true, .chosen = STEP_SCRIPT},
	{"cases", "read test results that the guest prints", &schema_cases, .at = offsetof(struct step, cases), .choice = true,
	 .chosen = STEP_CASES},
	{"reset", "warm: reset the board, power and RAM kept, and load it again", &reset,
	 .at = offsetof(struct step, reset), .choice = true, .chosen = STEP_RESET},
	{"power", "cycle: off and on, RAM is lost, and load it again", &power, .at = offsetof(struct step, power),
	 .choice = true, .chosen = STEP_POWER},
	{"poison", "fill these regions of the image, and the place that it is loaded to, before the reset", &owners,
	 .at = offsetof(struct step, poison), .beside = beside_reset},
	{"repeat", "do these steps over and over", &repeat, .at = offsetof(struct step, repeat), .choice = true,
	 .chosen = STEP_REPEAT},
	{"send-file", "send an update file", &send_file, .at = offsetof(struct step, file), .choice = true,
	 .chosen = STEP_SEND_FILE},
	{"holds", "say which image a protection domain must run from here on", &holds, .at = offsetof(struct step, holds),
	 .choice = true, .chosen = STEP_HOLDS},
	{"within", "a deadline of this step's own, shorter than the phase's", &scalar_duration,
	 .at = offsetof(struct step, within_ms), .beside = beside_awaiting},
	{"unless", "a text that ends the session when it comes first", &unless, .at = offsetof(struct step, unless),
	 .beside = beside_text},
	{"compare", "hold a captured number against the image", &compare, .at = offsetof(struct step, compare),
	 .beside = beside_expect},
	{"keep", "note what these groups captured as facts of the session, each under its group's name", &groups,
	 .at = offsetof(struct step, keep), .beside = beside_expect},
	{0},
};

static const struct schema step = {
	.shape = SCHEMA_RECORD,
	.name = "step",
	.expected = "a mapping such as \"expect: TEXT\"",
	.doc = "Exactly one action, and what may stand beside it.",
	.size = sizeof(struct step),
	.keys = step_keys,
	.line_at = offsetof(struct step, line),
	.choice = true,
	.choice_at = offsetof(struct step, kind),
	.check = scenario_check_step,
};

static const struct schema steps = {
	.shape = SCHEMA_LIST, .expected = "a list of steps", .size = sizeof(struct step *), .item = &step, .least = 1};

/* ---- phases ---- */

static const struct schema_key phase_keys[] = {
	{"phase", "name of the phase, once in a scenario", &scalar_name, .at = offsetof(struct phase, name),
	 .required = true},
	{"deadline", "how long it may take, from its beginning", &scalar_duration,
	 .at = offsetof(struct phase, deadline_ms), .required = true},
	{"steps", "what is done, in this order", &steps, .at = offsetof(struct phase, steps),
	 .count_at = offsetof(struct phase, step_count), .required = true},
	{0},
};

static const struct schema phase = {
	.shape = SCHEMA_RECORD,
	.name = "phase",
	.expected = "a mapping with phase, deadline and steps",
	.size = sizeof(struct phase),
	.keys = phase_keys,
	.line_at = offsetof(struct phase, line),
	.check = scenario_check_phase,
};

static const struct schema phases = {
	.shape = SCHEMA_LIST,
	.expected = "a list of phases",
	.size = sizeof(struct phase *),
	.item = &phase,
	.least = 1,
};

/* ---- what is demanded of the variants ---- */

static void parse_variant(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	const struct variant *v = project_variant(r->project, n->text);

	if (v)
		*(const char **)out = v->name;
	if (v || !r->project->variant_count) /* without any, the mistake is in images/variants.yaml */
		return;
	reader_refuse(r, s, n);
	reader_hint_nearest(r, n->text, project_variant_names(r->project),
			    "variants are described in images/variants.yaml");
}

static const struct schema variant_reference = {
	.name = "variant",
	.expected = "the name of a variant",
	.size = sizeof(char *),
	.parse = parse_variant,
	.pattern = "^[a-z][a-z0-9_-]{0,63}$",
};

static const char *const pass_words[] = {"pass", NULL};

/* A word that leaves the expectation as it is: not a control. */
static void parse_pass(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	(void)r, (void)s, (void)n;
	*(struct expectation *)out = (struct expectation){.control = false, .cause = CAUSE_NONE};
}

static const struct schema pass = {
	.name = "word",
	.expected = "pass",
	.size = sizeof(struct expectation),
	.parse = parse_pass,
	.words = pass_words,
};

static void check_control(struct reader *r, void *record)
{
	(void)r;
	((struct expectation *)record)->control = true;
}

static const struct schema_key control_keys[] = {
	{"fails-with", "the one cause it must fail with", &schema_cause, .at = offsetof(struct expectation, cause),
	 .required = true},
	{0},
};

static const struct schema control = {
	.shape = SCHEMA_RECORD,
	.name = "control",
	.expected = "a mapping with fails-with",
	.doc = "A negative control: a variant that must fail, which shows that the scenario can tell.",
	.size = sizeof(struct expectation),
	.keys = control_keys,
	.check = check_control,
};

const struct schema schema_want = {
	.shape = SCHEMA_EITHER,
	.expected = "\"pass\" or \"{fails-with: CAUSE}\"",
	.size = sizeof(struct expectation),
	.word = &pass,
	.record = &control,
};

static const struct schema demands = {
	.shape = SCHEMA_NAMED,
	.expected = "a mapping from variants to what is demanded of them",
	.size = sizeof(struct variant_demand *),
	.key = &variant_reference,
	.item = &schema_want,
	.least = 1,
	.element_size = sizeof(struct variant_demand),
	.key_at = offsetof(struct variant_demand, variant),
	.value_at = offsetof(struct variant_demand, want),
	.element_line_at = offsetof(struct variant_demand, line),
};

/* ---- a scenario ---- */

static const struct schema causes = {
	.shape = SCHEMA_SET, .expected = "a list of causes of failure", .size = sizeof(unsigned), .item = &schema_cause};

static const char *const answers_words[] = {[ANSWERS_STEPS] = "steps", [ANSWERS_MARKERS] = "markers", NULL};

static const struct schema answers = {
	.name = "word",
	.expected = "steps or markers",
	.size = sizeof(enum answers),
	.parse = scalar_parse_word,
	.words = answers_words,
};

static const char *const line_test_words[] = {[LINE_TEST_IN_DOUBT] = "in-doubt", [LINE_TEST_ALWAYS] = "always", NULL};

static const struct schema line_tests = {
	.name = "word",
	.expected = "in-doubt or always",
	.size = sizeof(enum line_test_when),
	.parse = scalar_parse_word,
	.words = line_test_words,
};

static const struct schema tags = {
	.shape = SCHEMA_LIST, .expected = "a list of names", .size = sizeof(char **), .item = &scalar_name};

static const struct schema_key any_image_keys[] = {
	{"settle", "how long it is still watched once every protection domain has come to its entry", &scalar_duration,
	 .at = offsetof(struct any_image, settle_ms), .required = true},
	{"deadline", "the session ends by then in any case; that of --timeout or the scenario's without it", &scalar_duration,
	 .at = offsetof(struct any_image, deadline_ms)},
	{0},
};

static const struct schema any_image = {
	.shape = SCHEMA_RECORD,
	.name = "any image",
	.expected = "a mapping with settle",
	.doc = "What is done instead of the phases with an image that was given by --image: marker tables, memory and execution "
	       "judge it.",
	.size = sizeof(struct any_image),
	.keys = any_image_keys,
};

static const struct schema retry_count = {
	.name = "number",
	.expected = "a number from 0 to 9",
	.size = sizeof(int),
	.parse = scalar_parse_integer,
	.number = true,
	.max = 9,
};

static const struct schema_key retries_keys[] = {
	{"fail", "how often after a failure, and after a control that came to anything but its cause", &retry_count,
	 .at = offsetof(struct scenario_retries, fail)},
	{"timeout", "how often after a time-out that nothing explains", &retry_count,
	 .at = offsetof(struct scenario_retries, timeout)},
	{0},
};

static const struct schema retries = {
	.shape = SCHEMA_RECORD,
	.name = "retries",
	.expected = "a mapping with fail or timeout",
	.doc = "How often a session may be tried again when the software seems to be at fault. One that is as demanded then is "
	       "flaky, which is no pass. After a broken lab, --retries counts.",
	.size = sizeof(struct scenario_retries),
	.keys = retries_keys,
};

static const struct schema_key scenario_keys[] = {
	{"scenario", "name of the scenario; the file is named after it", &scalar_own_name,
	 .at = offsetof(struct scenario, name), .required = true},
	{"about", "what it shows, in one line", &scalar_line, .at = offsetof(struct scenario, about), .required = true},
	{"tags", "words to choose scenarios by", &tags, .at = offsetof(struct scenario, tags)},
	{"boards", "board kinds that it is for; without it every kind that need not be named", &schema_kind_globs,
	 .at = offsetof(struct scenario, boards)},
	{"deadline", "how long a whole session may take", &scalar_duration,
	 .at = offsetof(struct scenario, deadline_ms), .required = true},
	{"parameters", "numbers that can be set when it is run", &schema_parameters,
	 .at = offsetof(struct scenario, parameters), .count_at = offsetof(struct scenario, parameter_count)},
	{"deny", "texts that must never come, from the first byte on", &denies, .at = offsetof(struct scenario, denies),
	 .count_at = offsetof(struct scenario, deny_count)},
	{"markers", "marker tables besides those of the board kind", &schema_marker_references,
	 .at = offsetof(struct scenario, markers)},
	{"allow-markers", "causes whose markers do not end the session: what they show is meant to happen here", &causes,
	 .at = offsetof(struct scenario, allowed_causes)},
	{"answers", "markers: where software waits for a byte, the marker tables say what is typed; steps (by default): only "
		    "steps type", &answers, .at = offsetof(struct scenario, answers), .fallback = "steps"},
	{"line-test", "always: in the end the serial line of hardware is tested, by typing at its U-Boot; in-doubt (by default): only "
		      "where the console alone accuses. A line that damages characters is infra", &line_tests,
	 .at = offsetof(struct scenario, line_test), .fallback = "in-doubt"},
	{"boot-deadline", "how long each boot may take, from power-on to the mark that ends it", &scalar_duration,
	 .at = offsetof(struct scenario, boot_deadline_ms)},
	{"retries", "how often it is tried again when the software seems to be at fault; without it never", &retries,
	 .at = offsetof(struct scenario, retries)},
	{"phases", "the way through the session, one after the other", &phases, .at = offsetof(struct scenario, phases),
	 .count_at = offsetof(struct scenario, phase_count), .required = true},
	{"finally", "looks at memory when the session is over, however it ended", &finally_list,
	 .at = offsetof(struct scenario, finally), .count_at = offsetof(struct scenario, finally_count)},
	{"any-image", "what is done instead of the phases with an image that no variant describes; without it: the phases",
	 &any_image, .at = offsetof(struct scenario, any_image), .boxed = true},
	{"variants", "the variants it runs with, and what is demanded of each", &demands,
	 .at = offsetof(struct scenario, variants), .count_at = offsetof(struct scenario, variant_count),
	 .required = true},
	{0},
};

const struct schema schema_scenario = {
	.shape = SCHEMA_RECORD,
	.name = "scenario",
	.expected = "a mapping that begins with \"scenario: NAME\"",
	.size = sizeof(struct scenario),
	.keys = scenario_keys,
	.line_at = offsetof(struct scenario, line),
	.file_at = offsetof(struct scenario, file),
	.check = scenario_check,
};
