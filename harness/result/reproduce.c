#include "result/reproduce.h"

#include <inttypes.h>
#include <string.h>

#include "result/evidence.h"
#include "util/buf.h"

/* A word of a command line as a shell reads it back. */
static void add_word(struct buf *out, const char *option, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,";

	buf_printf(out, " %s%s", option, *option ? " " : "");
	if (*word && strspn(word, plain) == strlen(word)) {
		buf_adds(out, word);
		return;
	}
	buf_addc(out, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			buf_adds(out, "'\\''");
		else
			buf_addc(out, *word);
	}
	buf_addc(out, '\'');
}

static void keep(struct reproduce *p, const char *what, const char *purpose, const struct buf *line, struct arena *a)
{
	p->commands[p->count++] = (struct reproduce_command){what, purpose, arena_strndup(a, line->data, line->len)};
}

/* What commands call the run: its folder's name, which may be another than its id. */
static const char *name_of(const struct run_record *r)
{
	const char *slash = strrchr(r->dir, '/');

	return slash ? slash + 1 : r->dir;
}

/* Where a command finds the run when it is not below the project: its folder of results. */
static void add_results(struct buf *line, const struct run_record *r, struct arena *a)
{
	const char *slash = strrchr(r->dir, '/');
	const char *folder = slash ? arena_strndup(a, r->dir, (size_t)(slash - r->dir)) : r->dir;

	if (strcmp(folder, arena_printf(a, "%s/results", r->settings.project ? r->settings.project : "")) != 0)
		add_word(line, "--results", folder);
}

/* The value of a global option that the run was begun with, or NULL. */
static const char *global_option(const struct run_record *r, const char *option)
{
	size_t n = strlen(option);

	for (const char *const *word = r->settings.command; word && *word; word++) {
		if (strncmp(*word, option, n) != 0)
			continue;
		if ((*word)[n] == '=')
			return *word + n + 1;
		if (!(*word)[n])
			return word[1];
	}
	return NULL;
}

/* "runtest", told where the project and the lab are when the run had to be told, too. */
static void begin(struct buf *line, const struct run_record *r)
{
	const char *lab = global_option(r, "--lab");

	buf_adds(line, "runtest");
	if (global_option(r, "--project") && r->settings.project)
		add_word(line, "--project", r->settings.project);
	if (lab)
		add_word(line, "--lab", lab);
}

/* "runtest COMMAND RUN/SESSION" */
static void add_on_session(struct reproduce *p, const char *what, const char *purpose, const char *command,
			   const struct run_record *r, const struct session_result *s, struct arena *a)
{
	struct buf line;

	buf_init(&line);
	begin(&line, r);
	buf_printf(&line, " %s", command);
	add_word(&line, "", arena_printf(a, "%s/%s", name_of(r), s->name));
	add_results(&line, r, a);
	keep(p, what, purpose, &line, a);
	buf_finish(&line);
}

static void add_image(struct buf *line, const struct run_record *r, const struct session_result *s)
{
	add_word(line, "--image", r->settings.image);
	if (r->settings.image_report)
		add_word(line, "--report", r->settings.image_report);
	for (const char *const *elf = r->settings.image_elfs; elf && *elf; elf++)
		add_word(line, "--elf", *elf);
	if (s->expected.control)
		add_word(line, "--expect", cause_name(s->expected.cause));
}

/* What needs nothing but the project: for a desk that has not the run's results. */
static void add_anywhere(struct reproduce *p, const struct run_record *r, const struct session_result *s, struct arena *a)
{
	struct buf line;

	buf_init(&line);
	begin(&line, r);
	buf_adds(&line, " run");
	add_word(&line, "", s->scenario);
	if (r->settings.mutants)
		buf_adds(&line, " --mutants");
	if (r->settings.image)
		add_image(&line, r, s);
	else
		add_word(&line, "--variant", s->variant);
	add_word(&line, "--board", s->unit);
	add_word(&line, "--config", s->config);
	for (const char *const *set = r->settings.set; set && *set; set++)
		add_word(&line, "--set", *set);
	if (r->settings.timeout_ms > 0)
		buf_printf(&line, " --timeout %" PRId64 "ms", r->settings.timeout_ms);
	keep(p, "anywhere", "where the run's results are not at hand", &line, a);
	buf_finish(&line);
}

void reproduce_find(struct reproduce *p, const struct run_record *r, const struct session_result *s, struct arena *a)
{
	bool made_up = strchr(s->variant, '@') != NULL; /* by `ab` or `bisect`: no variant of the project */

	p->count = 0;
	if (!made_up)
		add_on_session(p, "again", "the same session: board, parameters, image", "run --only", r, s, a);
	if (s->recording)
		add_on_session(p, "replay", "the same boot, instruction for instruction", "replay", r, s, a);
	if (s->recording && evidence_first_fault(&s->evidence))
		add_on_session(p, "culprit", "who wrote to the lost pages, with arguments", "culprit", r, s, a);
	if (s->survival)
		add_on_session(p, "map", "what became of every page, over time", "map", r, s, a);
	if (!made_up)
		add_anywhere(p, r, s, a);
}

void reproduce_tell(struct buf *out, const struct run_record *r, const struct session_result *s,
		    void (*add)(struct buf *out, const char *what, const char *line))
{
	struct reproduce p;
	struct arena a;

	arena_init(&a);
	reproduce_find(&p, r, s, &a);
	for (size_t i = 0; i < p.count; i++)
		add(out, p.commands[i].what, p.commands[i].line);
	arena_finish(&a);
}
