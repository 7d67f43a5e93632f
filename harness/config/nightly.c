#include "config/nightly.h"

#include <stddef.h>
#include <string.h>

#include "config/description.h"
#include "config/read.h"
#include "config/scalar.h"

/* ---- words, numbers, lists ---- */

static const struct schema glob = {
	.name = "glob",
	.expected = "a name or a pattern such as qemu_*",
	.size = sizeof(char *),
	.parse = scalar_parse_glob,
	.pattern = "^[a-z0-9_*?\\[\\]!-]+$",
};

static const struct schema globs = {
	.shape = SCHEMA_LIST, .expected = "a list of names or patterns", .size = sizeof(char **), .item = &glob, .least = 1};

static const struct schema some_number = {
	.name = "number",
	.expected = "a number from 1 to 1000000",
	.size = sizeof(int),
	.parse = scalar_parse_integer,
	.number = true,
	.min = 1,
	.max = 1000000,
};

static const struct schema value_number = {
	.name = "number",
	.expected = "a number from 0 to 1000000",
	.size = sizeof(int),
	.parse = scalar_parse_integer,
	.number = true,
	.min = 0,
	.max = PARAMETER_MAX,
};

static const struct schema few = {
	.name = "number",
	.expected = "a number from 0 to 9",
	.size = sizeof(int),
	.parse = scalar_parse_integer,
	.number = true,
	.min = 0,
	.max = 9,
};

static const struct schema tries = {
	.name = "number",
	.expected = "a number from 1 to 20",
	.size = sizeof(int),
	.parse = scalar_parse_integer,
	.number = true,
	.min = 1,
	.max = 20,
};

static const struct schema parameters = {
	.shape = SCHEMA_NAMED,
	.expected = "a mapping from scenarios' parameters to numbers",
	.size = sizeof(struct nightly_parameter *),
	.key = &scalar_name,
	.item = &value_number,
	.least = 1,
	.element_size = sizeof(struct nightly_parameter),
	.key_at = offsetof(struct nightly_parameter, name),
	.value_at = offsetof(struct nightly_parameter, value),
	.element_line_at = offsetof(struct nightly_parameter, line),
};

/* ---- who is told ---- */

/* What goes into a header as it is must not be able to make another one: RFC 5321's dot-string and domain, no more. */
static bool is_address(const char *text, size_t n)
{
	static const char local[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+/=?^_`{|}~.-";
	static const char domain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
	size_t before = strspn(text, local);

	return n <= 254 && strlen(text) == n && before && text[0] != '-' && text[before] == '@' && text[before + 1] &&
	       strspn(text + before + 1, domain) == n - before - 1;
}

static void parse_address(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	if (!n->text_len || !is_address(n->text, n->text_len))
		reader_refuse(r, s, n);
	else
		*(const char **)out = arena_strndup(r->arena, n->text, n->text_len);
}

static const struct schema address = {
	.name = "mail address",
	.expected = "a mail address such as boards@example.org",
	.size = sizeof(char *),
	.parse = parse_address,
	.pattern = "^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.][A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]*@[A-Za-z0-9.-]+$",
};

static const struct schema addresses = {
	.shape = SCHEMA_LIST, .expected = "a list of mail addresses", .size = sizeof(char **), .item = &address, .least = 1};

static const char *const body_words[] = {[WEBHOOK_TEXT] = "text", [WEBHOOK_JSON] = "json", NULL};
static const struct schema body = {
	.name = "word",
	.expected = "text or json",
	.size = sizeof(enum webhook_body),
	.parse = scalar_parse_word,
	.words = body_words,
};

static const struct schema_key webhook_keys[] = {
	{"url", "where the address is to which it is posted: in most services it is a secret by itself", &schema_secret,
	 .at = offsetof(struct webhook, url), .required = true},
	{"body", "text: {\"text\": ...}, as Slack, Mattermost and bridges to Matrix take it; json: all of it, for programs", &body,
	 .at = offsetof(struct webhook, body), .fallback = "text"},
	{"ca", "https only: file with the certificates to trust; the system's without it", &scalar_file,
	 .at = offsetof(struct webhook, ca)},
	{"login", "who we are there", &schema_http_login, .at = offsetof(struct webhook, login), .boxed = true},
	{0},
};

static const struct schema webhook = {
	.shape = SCHEMA_RECORD,
	.name = "webhook",
	.expected = "a mapping with url",
	.size = sizeof(struct webhook),
	.keys = webhook_keys,
};

static const struct schema_key mail_keys[] = {
	{"to", "who gets it", &addresses, .at = offsetof(struct mail, to), .required = true},
	{"from", "whose name it bears; without it: of the user who runs it", &address, .at = offsetof(struct mail, from)},
	{"program", "the program that takes it, with -t -oi", &scalar_line, .at = offsetof(struct mail, program),
	 .fallback = "/usr/sbin/sendmail"},
	{0},
};

static const struct schema mail = {
	.shape = SCHEMA_RECORD,
	.name = "mail",
	.expected = "a mapping with to",
	.size = sizeof(struct mail),
	.keys = mail_keys,
};

static const char *const when_words[] = {
	[TELL_CHANGE] = "change", [TELL_FAILURE] = "failure", [TELL_ALWAYS] = "always", NULL};
static const struct schema when = {
	.name = "word",
	.expected = "change, failure or always",
	.size = sizeof(enum tell_when),
	.parse = scalar_parse_word,
	.words = when_words,
};

static const struct schema_key recipient_keys[] = {
	{"when", "change: when anything is other than when it was told last; failure: when the night was not well; always", &when,
	 .at = offsetof(struct recipient, when), .fallback = "change"},
	{"webhook", "by a request to a web server", &webhook, .at = offsetof(struct recipient, webhook), .boxed = true,
	 .choice = true, .chosen = TELL_WEBHOOK},
	{"mail", "by mail", &mail, .at = offsetof(struct recipient, mail), .boxed = true, .choice = true, .chosen = TELL_MAIL},
	{"tries", "how often it is tried", &tries, .at = offsetof(struct recipient, tries), .fallback = "4"},
	{"pause", "before the second try; each further one waits twice as long", &scalar_duration,
	 .at = offsetof(struct recipient, pause_ms), .fallback = "10s"},
	{"deadline", "how long each try may take", &scalar_duration, .at = offsetof(struct recipient, deadline_ms),
	 .fallback = "30s"},
	{0},
};

static const struct schema recipient = {
	.shape = SCHEMA_RECORD,
	.name = "recipient",
	.expected = "a mapping with webhook or mail",
	.size = sizeof(struct recipient),
	.keys = recipient_keys,
	.choice = true,
	.choice_at = offsetof(struct recipient, by),
};

static const struct schema recipients = {
	.shape = SCHEMA_NAMED,
	.expected = "a mapping from names to recipients",
	.size = sizeof(struct recipient *),
	.key = &scalar_name,
	.item = &recipient,
	.least = 1,
	.element_size = sizeof(struct recipient),
	.key_at = offsetof(struct recipient, name),
	.value_at = 0,
	.element_line_at = offsetof(struct recipient, line),
};

/* ---- what is run ---- */

static const char *const where_words[] = {[NIGHTLY_LOCAL] = "local", [NIGHTLY_SLURM] = "slurm", NULL};
static const struct schema where = {
	.name = "word",
	.expected = "local or slurm",
	.size = sizeof(enum nightly_where),
	.parse = scalar_parse_word,
	.words = where_words,
};

enum of_what { OF_VARIANTS, OF_MUTANTS };
static const char *const of_words[] = {[OF_VARIANTS] = "variants", [OF_MUTANTS] = "mutants", NULL};
static const struct schema of = {
	.name = "word",
	.expected = "variants or mutants",
	.size = sizeof(int),
	.parse = scalar_parse_word,
	.words = of_words,
};

/* Every glob means something. Boards of a virtual lab are there only while it runs. */
static void check_globs(struct reader *r, const void *field, const char *const *list, const char *what, struct names names)
{
	for (; list && *list; list++) {
		if (names_have(names, *list) || strncmp(*list, LAB_UNIT_PREFIX, strlen(LAB_UNIT_PREFIX)) == 0)
			continue;
		reader_mistake(r, field, "no %s is called \"%s\"", what, *list);
		reader_hint_nearest(r, *list, names, NULL);
	}
}

static void check_job(struct reader *r, void *record)
{
	const struct nightly_job *j = record;

	if (!reader_has(r, &j->scenarios) && !reader_has(r, &j->tags))
		reader_mistake(r, j, "job: expected scenarios or tags: what is to be run?");
	check_globs(r, &j->scenarios, j->scenarios, "scenario", project_scenario_names(r->project));
	check_globs(r, &j->boards, j->boards, "board", project_board_names(r->project));
	if (!j->mutants)
		check_globs(r, &j->variants, j->variants, "variant", project_variant_names(r->project));
}

static const struct schema_key job_keys[] = {
	{"job", "what it is called in messages", &scalar_name, .at = offsetof(struct nightly_job, name), .required = true},
	{"where", "local: on this machine; slurm: through `runtest submit`", &where, .at = offsetof(struct nightly_job, where),
	 .fallback = "local"},
	{"scenarios", "scenarios by name or pattern", &globs, .at = offsetof(struct nightly_job, scenarios)},
	{"tags", "scenarios by their tags", &globs, .at = offsetof(struct nightly_job, tags)},
	{"of", "what is run: the variants, or the mutants, which must be caught", &of, .at = offsetof(struct nightly_job, mutants),
	 .fallback = "variants"},
	{"variants", "variants (or mutants) by name or pattern; all without it", &globs, .at = offsetof(struct nightly_job, variants)},
	{"boards", "boards by unit or kind; every QEMU board without it", &globs, .at = offsetof(struct nightly_job, boards)},
	{"configs", "Microkit configurations; the first of each variant without it", &scalar_names,
	 .at = offsetof(struct nightly_job, configs)},
	{"set", "parameters of the scenarios", &parameters, .at = offsetof(struct nightly_job, set),
	 .count_at = offsetof(struct nightly_job, set_count)},
	{"repeat", "every session so many times", &some_number, .at = offsetof(struct nightly_job, repeat), .fallback = "1"},
	{"retries", "how often a session is tried again that ended infra", &few, .at = offsetof(struct nightly_job, retries),
	 .boxed = true},
	{"wait", "how long a session waits for a board that somebody has; as long as it takes without it", &scalar_duration,
	 .at = offsetof(struct nightly_job, wait_ms)},
	{"jobs", "sessions at a time", &some_number, .at = offsetof(struct nightly_job, jobs)},
	{"budget", "how long it may take; without it: a share of the night's", &scalar_duration,
	 .at = offsetof(struct nightly_job, budget_ms)},
	{0},
};

static const struct schema job = {
	.shape = SCHEMA_RECORD,
	.name = "job",
	.expected = "a mapping with job, and scenarios or tags",
	.doc = "One `runtest run` (or `runtest submit`), and one run in the results.",
	.size = sizeof(struct nightly_job),
	.keys = job_keys,
	.line_at = offsetof(struct nightly_job, line),
	.check = check_job,
};

static const struct schema jobs = {
	.shape = SCHEMA_LIST, .expected = "a list of jobs", .size = sizeof(struct nightly_job *), .item = &job, .least = 1};

/* ---- what is kept ---- */

static const struct schema days = {
	.name = "number",
	.expected = "a number from 1 to 36500",
	.size = sizeof(int),
	.parse = scalar_parse_integer,
	.number = true,
	.min = 1,
	.max = 36500,
};

static void check_keep(struct reader *r, void *record)
{
	const struct nightly_keep *k = record;

	if (!reader_has(r, &k->days) && !reader_has(r, &k->runs) && !reader_has(r, &k->size))
		reader_mistake(r, record, "keep: expected days, runs or size");
}

static const struct schema_key keep_keys[] = {
	{"days", "older runs go", &days, .at = offsetof(struct nightly_keep, days)},
	{"runs", "so many of the newest stay", &some_number, .at = offsetof(struct nightly_keep, runs)},
	{"size", "what all together may take; the oldest go first", &scalar_size, .at = offsetof(struct nightly_keep, size)},
	{0},
};

static const struct schema keep = {
	.shape = SCHEMA_RECORD,
	.name = "retention",
	.expected = "a mapping with days, runs or size",
	.doc = "What `runtest gc` is told when the jobs are done. The last failing run of anything stays in any case.",
	.size = sizeof(struct nightly_keep),
	.keys = keep_keys,
	.check = check_keep,
};

/* ---- the file ---- */

enum gate { GATE_NONE, GATE_HEALTH };
static const char *const gate_words[] = {[GATE_NONE] = "none", [GATE_HEALTH] = "health", NULL};
static const struct schema gate = {
	.name = "word",
	.expected = "health or none",
	.size = sizeof(int),
	.parse = scalar_parse_word,
	.words = gate_words,
};

static void check_nightly(struct reader *r, void *record)
{
	const struct nightly *n = record;
	int64_t sum = 0;

	for (size_t i = 0; i < n->job_count; i++) {
		sum += n->jobs[i].budget_ms;
		for (size_t k = 0; k < i; k++)
			if (n->jobs[i].name && n->jobs[k].name && strcmp(n->jobs[i].name, n->jobs[k].name) == 0)
				reader_mistake(r, &n->jobs[i].name, "job: there are two called \"%s\"", n->jobs[i].name);
	}
	if (n->budget_ms && sum > n->budget_ms)
		reader_mistake(r, &n->budget_ms, "budget: the jobs' own budgets come to more than that");
}

static const struct schema_key nightly_keys[] = {
	{"nightly", "its name; the file is named after it", &scalar_own_name, .at = offsetof(struct nightly, name), .required = true},
	{"about", "what it is for, in one line", &scalar_line, .at = offsetof(struct nightly, about)},
	{"gate", "health: ask each board that a job names whether it is well, and leave out those that are not", &gate,
	 .at = offsetof(struct nightly, gate), .fallback = "none"},
	{"budget", "how long all jobs together may take; what one leaves is the next ones'", &scalar_duration,
	 .at = offsetof(struct nightly, budget_ms)},
	{"jobs", "what is run, one after the other", &jobs, .at = offsetof(struct nightly, jobs),
	 .count_at = offsetof(struct nightly, job_count), .required = true},
	{"keep", "what is kept of older results; everything without it", &keep, .at = offsetof(struct nightly, keep), .boxed = true},
	{"tell", "who is told", &recipients, .at = offsetof(struct nightly, tell), .count_at = offsetof(struct nightly, tell_count)},
	{0},
};

const struct schema schema_nightly = {
	.shape = SCHEMA_RECORD,
	.name = "nightly",
	.expected = "a mapping that begins with \"nightly: NAME\"",
	.size = sizeof(struct nightly),
	.keys = nightly_keys,
	.line_at = offsetof(struct nightly, line),
	.file_at = offsetof(struct nightly, file),
	.check = check_nightly,
};

int nightly_load(struct nightly *n, struct project *p, const char *file, struct err_list *errors)
{
	memset(n, 0, sizeof *n);
	return project_load_file(p, &schema_nightly, file, n, errors);
}
