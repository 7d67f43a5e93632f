#include "result/model_json.h"

#include <stdlib.h>
#include <string.h>

/* ---- members that need more than a plain type ---- */

static json_t *write_outcome(const void *base, const struct field *f, bool sparse)
{
	(void)sparse;
	return json_string_nocheck(phase_outcome_name(*(const enum phase_outcome *)((const char *)base + f->at)));
}

static int read_outcome(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	enum phase_outcome *o = (enum phase_outcome *)(void *)((char *)base + f->at);

	(void)a;
	return json_is_string(v) ? phase_outcome_from_name(json_string_value(v), o) : -1;
}
static const struct field_type field_outcome = {"a phase's outcome", write_outcome, read_outcome, false};

/* Milliseconds since power-on; what never happened (negative) is null. */
static json_t *write_moment(const void *base, const struct field *f, bool sparse)
{
	int64_t ms = *(const int64_t *)(const void *)((const char *)base + f->at);

	(void)sparse;
	return ms < 0 ? json_null() : json_integer(ms);
}

static int read_moment(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	(void)a;
	*(int64_t *)(void *)((char *)base + f->at) = json_is_null(v) ? -1 : json_integer_value(v);
	return json_is_integer(v) || json_is_null(v) ? 0 : -1;
}
static const struct field_type field_moment = {"milliseconds or null", write_moment, read_moment, true};

/* A demand is spelled as the verdict that the software must come to: "pass", or "fail" for a control. */
static json_t *write_demand(const void *base, const struct field *f, bool sparse)
{
	bool control = *(const bool *)((const char *)base + f->at);

	(void)sparse;
	return json_string_nocheck(verdict_name(control ? VERDICT_FAIL : VERDICT_PASS));
}

static int read_demand(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	enum verdict want;

	(void)a;
	if (!json_is_string(v) || verdict_from_name(json_string_value(v), &want) < 0 ||
	    (want != VERDICT_PASS && want != VERDICT_FAIL))
		return -1;
	*(bool *)((char *)base + f->at) = want == VERDICT_FAIL;
	return 0;
}
static const struct field_type field_demand = {"\"pass\" or \"fail\"", write_demand, read_demand, false};

static json_t *write_case_outcome(const void *base, const struct field *f, bool sparse)
{
	(void)sparse;
	return json_string_nocheck(case_outcome_name(*(const enum case_outcome *)((const char *)base + f->at)));
}

static int read_case_outcome(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	enum case_outcome *o = (enum case_outcome *)(void *)((char *)base + f->at);

	(void)a;
	for (int i = 0; json_is_string(v) && i < CASE_OUTCOMES; i++) {
		*o = (enum case_outcome)i;
		if (strcmp(json_string_value(v), case_outcome_name(*o)) == 0)
			return 0;
	}
	return -1;
}
static const struct field_type field_case_outcome = {"a test's outcome", write_case_outcome, read_case_outcome, false};

/* "RUN/SESSION": a run's id has no slash in it. */
static json_t *write_session(const void *base, const struct field *f, bool sparse)
{
	const struct session_result *r = base;
	char *full = r->run ? xasprintf("%s/%s", r->run, r->name ? r->name : "") : NULL;
	json_t *v = fields_text(full ? full : r->name);

	(void)f;
	(void)sparse;
	free(full);
	return v;
}

static int read_session(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	struct session_result *r = base;
	const char *full = json_string_value(v), *slash = full ? strchr(full, '/') : NULL;

	(void)f;
	if (!full)
		return -1;
	r->run = slash ? arena_strndup(a, full, (size_t)(slash - full)) : NULL;
	r->name = arena_strdup(a, slash ? slash + 1 : full);
	return 0;
}
static const struct field_type field_session = {"a session's name", write_session, read_session, false};

/* A file of the session's folder; in JSON it is relative to the run's folder, where results.json stands. */
static json_t *write_file(const void *base, const struct field *f, bool sparse)
{
	const struct session_result *r = base;
	const char *file = *(const char *const *)(const void *)((const char *)base + f->at);
	char *path = file && r->dir && *r->dir ? xasprintf("%s/%s", r->dir, file) : NULL;
	json_t *v = fields_text(path ? path : file);

	(void)sparse;
	free(path);
	return v;
}

static int read_file(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	const struct session_result *r = base;
	const char *path = json_string_value(v);
	size_t n = r->dir ? strlen(r->dir) : 0;

	if (!path)
		return json_is_null(v) ? 0 : -1;
	if (n && strncmp(path, r->dir, n) == 0 && path[n] == '/')
		path += n + 1;
	*(const char **)(void *)((char *)base + f->at) = arena_strdup(a, path);
	return 0;
}
static const struct field_type field_file = {"a path or null", write_file, read_file, false};

/* Which witnesses spoke. */
static json_t *write_witnesses(const void *base, const struct field *f, bool sparse)
{
	const struct session_evidence *ev = base;
	json_t *list = json_array();

	(void)sparse;
	(void)f;
	if (ev->console_spoke)
		json_array_append_new(list, json_string_nocheck("console"));
	if (ev->memory_spoke)
		json_array_append_new(list, json_string_nocheck("memory"));
	if (ev->execution_spoke)
		json_array_append_new(list, json_string_nocheck("execution"));
	return list;
}

static int read_witnesses(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	struct session_evidence *ev = base;

	(void)f;
	(void)a;
	for (size_t i = 0; i < json_array_size(v); i++) {
		const char *name = json_string_value(json_array_get(v, i));

		if (!name)
			return -1;
		ev->console_spoke |= strcmp(name, "console") == 0;
		ev->memory_spoke |= strcmp(name, "memory") == 0;
		ev->execution_spoke |= strcmp(name, "execution") == 0;
	}
	return json_is_array(v) ? 0 : -1;
}
static const struct field_type field_witnesses = {"a list of witnesses", write_witnesses, read_witnesses, false};

/* An object that is null when its first text is not set. */
static json_t *write_optional(const void *base, const struct field *f, bool sparse)
{
	const char *first = *(const char *const *)(const void *)((const char *)base + f->also);

	return first ? field_object.write(base, f, sparse) : json_null();
}

static int read_optional(void *base, const struct field *f, const json_t *v, struct arena *a)
{
	return json_is_null(v) ? 0 : field_object.read(base, f, v, a);
}
static const struct field_type field_optional = {"an object or null", write_optional, read_optional, false};

/* ---- the tables: docs/results.md in the order in which it stands there ---- */

static const struct field expectation_table[] = {
	NEEDS(expectation, "verdict", control, demand),
	AT(expectation, "cause", cause, cause),
	AT(expectation, "where", where, text),
};
const struct field_list expectation_fields = FIELDS(expectation_table, struct expectation);

static const struct field phase_table[] = {
	NEEDS(phase_result, "name", name, text),
	NEEDS(phase_result, "outcome", outcome, outcome),
	AT(phase_result, "start_ms", start_ms, moment),
	AT(phase_result, "end_ms", end_ms, moment),
	AT(phase_result, "offset", offset, uint64),
};
static const struct field_list phase_fields = FIELDS(phase_table, struct phase_result);

static const struct field mark_table[] = {
	NEEDS(session_mark, "mark", mark, text),   AT(session_mark, "by", by, text),
	AT(session_mark, "boot", boot, count),     AT(session_mark, "at_ms", at_ms, moment),
	AT(session_mark, "offset", offset, uint64),
};
static const struct field_list mark_fields = FIELDS(mark_table, struct session_mark);

static const struct field case_table[] = {
	NEEDS(guest_case, "name", name, text),
	NEEDS(guest_case, "outcome", outcome, case_outcome),
	AT(guest_case, "number", number, int),
	AT(guest_case, "time_us", time_us, moment),
	AT(guest_case, "text", text, text),
	AT(guest_case, "at_ms", at_ms, moment),
	AT(guest_case, "offset", offset, uint64),
};
static const struct field_list case_fields = FIELDS(case_table, struct guest_case);

static const struct field tests_table[] = {
	AT(guest_tests, "format", format, text),
	AT(guest_tests, "from", from, text),
	AT(guest_tests, "where", where, text),
	AT(guest_tests, "planned", planned, moment),
	AT(guest_tests, "came", came, count),
	AT(guest_tests, "pass", count[CASE_PASS], count),
	AT(guest_tests, "fail", count[CASE_FAIL], count),
	AT(guest_tests, "skip", count[CASE_SKIP], count),
	AT(guest_tests, "todo", count[CASE_TODO], count),
	AT(guest_tests, "faults", faults, texts),
	MANY(guest_tests, "cases", cases, case_count, case_fields),
};
static const struct field_list tests_fields = FIELDS(tests_table, struct guest_tests);

static const struct field sighting_table[] = {
	AT(console_sighting, "pattern", pattern, text), AT(console_sighting, "where", where, text),
	AT(console_sighting, "text", text, text),       AT(console_sighting, "at_ms", at_ms, moment),
	AT(console_sighting, "offset", offset, uint64), AT(console_sighting, "cause", cause, cause),
};
static const struct field_list sighting_fields = FIELDS(sighting_table, struct console_sighting);

static const struct field awaited_table[] = {
	AT(session_evidence, "pattern", awaited, text),
	AT(session_evidence, "where", awaited_where, text),
};
static const struct field_list awaited_fields = FIELDS(awaited_table, struct session_evidence);

static const struct field console_table[] = {
	MANY(session_evidence, "seen", seen, seen_count, sighting_fields),
	AT(session_evidence, "seen_total", seen_total, count),
	MANY(session_evidence, "denied", denied, denied_count, sighting_fields),
	{.key = "awaited", .type = &field_optional, .also = offsetof(struct session_evidence, awaited),
	 .of = &awaited_fields},
	AT(session_evidence, "tail", tail, text),
};
static const struct field_list console_fields = FIELDS(console_table, struct session_evidence);

static const struct field span_table[] = {
	NEEDS(page_span, "class", class, text),
	NEEDS(page_span, "start", start, address),
	NEEDS(page_span, "end", end, address),
	AT(page_span, "names", names, texts),
	AT(page_span, "names_total", names_total, count),
};
static const struct field_list span_fields = FIELDS(span_table, struct page_span);

static const struct field counts_table[] = {
	AT(page_evidence, "intact", count[COUNT_INTACT], count),
	AT(page_evidence, "cleared", count[COUNT_CLEARED], count),
	AT(page_evidence, "partly-cleared", count[COUNT_PARTLY_CLEARED], count),
	AT(page_evidence, "changed", count[COUNT_CHANGED], count),
	AT(page_evidence, "blank", count[COUNT_BLANK], count),
	AT(page_evidence, "stale", count[COUNT_STALE], count),
	AT(page_evidence, "other-version", count[COUNT_OTHER_VERSION], count),
};
static const struct field_list counts_fields = FIELDS(counts_table, struct page_evidence);

static const struct field page_table[] = {
	AT(page_evidence, "moment", moment, text),
	AT(page_evidence, "look", look, count),
	AT(page_evidence, "stopped", stopped, text),
	AT(page_evidence, "at_ms", at_ms, moment),
	AT(page_evidence, "where", where, text),
	AT(page_evidence, "region", region, text),
	AT(page_evidence, "owner", owner, text),
	AT(page_evidence, "pd", pd, text),
	AT(page_evidence, "role", role, text),
	AT(page_evidence, "access", access, text),
	AT(page_evidence, "judged", judged, bool),
	AT(page_evidence, "demanded", demanded, bool),
	AT(page_evidence, "demand", demand, text),
	AT(page_evidence, "paddr", paddr, address),
	AT(page_evidence, "size", size, uint64),
	PART("counts", counts_fields),
	AT(page_evidence, "poisoned", poisoned, count),
	AT(page_evidence, "dirty", dirty, count),
	AT(page_evidence, "restored", restored, count),
	MANY(page_evidence, "ranges", spans, span_count, span_fields),
};
static const struct field_list page_fields = FIELDS(page_table, struct page_evidence);

static const struct field fact_table[] = {
	NEEDS(session_fact, "name", name, text),
	AT(session_fact, "value", value, text),
};
static const struct field_list fact_fields = FIELDS(fact_table, struct session_fact);

static const struct field moment_table[] = {
	AT(moment_evidence, "moment", moment, text),
	AT(moment_evidence, "looks", looks, count),
	AT(moment_evidence, "broken", broken, count),
	AT(moment_evidence, "worst_look", worst_look, count),
	AT(moment_evidence, "worst_pages", worst_pages, count),
	AT(moment_evidence, "first_ms", first_ms, moment),
	AT(moment_evidence, "last_ms", last_ms, moment),
};
static const struct field_list moment_fields = FIELDS(moment_table, struct moment_evidence);

static const struct field untyped_loss_table[] = {
	NEEDS(untyped_loss, "region", region, text),
	AT(untyped_loss, "owner", owner, text),
	AT(untyped_loss, "pd", pd, text),
	AT(untyped_loss, "pages", pages, count),
};
static const struct field_list untyped_loss_fields = FIELDS(untyped_loss_table, struct untyped_loss);

static const struct field untyped_table[] = {
	NEEDS(untyped_evidence, "start", start, address),
	NEEDS(untyped_evidence, "end", end, address),
	AT(untyped_evidence, "told_by", told_by, text),
	MANY(untyped_evidence, "lost", lost, lost_count, untyped_loss_fields),
};
static const struct field_list untyped_fields = FIELDS(untyped_table, struct untyped_evidence);

static const struct field execution_table[] = {
	AT(execution_evidence, "pd", pd, text),
	AT(execution_evidence, "fate", fate, text),
	AT(execution_evidence, "frame", frame, address),
	AT(execution_evidence, "entries", entries, count),
	AT(execution_evidence, "instruction", instruction, uint64),
	AT(execution_evidence, "text", text, text),
};
static const struct field_list execution_fields = FIELDS(execution_table, struct execution_evidence);

static const struct field culprit_table[] = {
	AT(culprit_evidence, "how", how, text),
	AT(culprit_evidence, "pc", pc, address),
	AT(culprit_evidence, "level", level, text),
	AT(culprit_evidence, "instruction", instruction, uint64),
	AT(culprit_evidence, "calls", calls, texts),
	AT(culprit_evidence, "pages", pages, count),
	AT(culprit_evidence, "first_page", first_page, address),
	AT(culprit_evidence, "found_ms", found_ms, int64),
};
static const struct field_list culprit_fields = FIELDS(culprit_table, struct culprit_evidence);

static const struct field evidence_table[] = {
	{.key = "witnesses", .type = &field_witnesses},
	AT(session_evidence, "ground", ground, text),
	PART("console", console_fields),
	AT(session_evidence, "timed_out", timed_out, text),
	MANY(session_evidence, "facts", facts, fact_count, fact_fields),
	MANY(session_evidence, "moments", moments, moment_count, moment_fields),
	MANY(session_evidence, "pages", pages, page_count, page_fields),
	MANY(session_evidence, "untypeds", untypeds, untyped_count, untyped_fields),
	MANY(session_evidence, "execution", execution, execution_count, execution_fields),
	MANY(session_evidence, "culprits", culprits, culprit_count, culprit_fields),
	AT(session_evidence, "notes", notes, texts),
};
static const struct field_list evidence_fields = FIELDS(evidence_table, struct session_evidence);

static const struct field parameter_table[] = {
	NEEDS(parameter_value, "name", name, text),
	NEEDS(parameter_value, "value", value, int64),
};
static const struct field_list parameter_fields = FIELDS(parameter_table, struct parameter_value);

static const struct field attempt_table[] = {
	NEEDS(attempt_summary, "number", number, int),
	NEEDS(attempt_summary, "verdict", verdict, verdict),
	AT(attempt_summary, "cause", cause, cause),
	AT(attempt_summary, "why", why, text),
	AT(attempt_summary, "unit", unit, text),
	AT(attempt_summary, "started", started, text),
	AT(attempt_summary, "duration_ms", duration_ms, int64),
	AT(attempt_summary, "dir", dir, text),
};
static const struct field_list attempt_fields = FIELDS(attempt_table, struct attempt_summary);

static const struct field quarantine_table[] = {
	AT(quarantine_note, "name", name, text),
	AT(quarantine_note, "reason", reason, text),
	AT(quarantine_note, "until", until, text),
	AT(quarantine_note, "where", where, text),
};
static const struct field_list quarantine_fields = FIELDS(quarantine_table, struct quarantine_note);

/* "dir" comes first: the others are read against it. */
static const struct field paths_table[] = {
	AT(session_result, "dir", dir, text),           AT(session_result, "console", console, file),
	AT(session_result, "index", index, file),       AT(session_result, "typed", typed, file),
	AT(session_result, "typed_index", typed_index, file), AT(session_result, "witness", witness, file),
	AT(session_result, "qemu_log", qemu_log, file), AT(session_result, "qemu_args", qemu_args, file),
	AT(session_result, "recording", recording, file), AT(session_result, "survival", survival, file),
	AT(session_result, "image", image, text),       AT(session_result, "image_sha256", image_sha256, text),
};
static const struct field_list paths_fields = FIELDS(paths_table, struct session_result);

static const struct field session_table[] = {
	{.key = "session", .type = &field_session, .required = true},
	AT(session_result, "scenario", scenario, text),
	AT(session_result, "variant", variant, text),
	AT(session_result, "board", board, text),
	AT(session_result, "unit", unit, text),
	AT(session_result, "arch", arch, text),
	AT(session_result, "config", config, text),
	AT(session_result, "repeat", repeat, int),
	MANY(session_result, "parameters", parameters, parameter_count, parameter_fields),
	NEEDS(session_result, "verdict", verdict, verdict),
	AT(session_result, "cause", cause, cause),
	AT(session_result, "why", why, text),
	AT(session_result, "part", part, text),
	INSIDE(session_result, "expected", expected, expectation_fields),
	AT(session_result, "not_run", not_run, text),
	{.key = "quarantine", .type = &field_optional, .at = offsetof(struct session_result, quarantine),
	 .also = offsetof(struct session_result, quarantine.name), .of = &quarantine_fields},
	AT(session_result, "attempts", attempts, int),
	MANY(session_result, "tried", tried, tried_count, attempt_fields),
	AT(session_result, "started", started, text),
	AT(session_result, "duration_ms", duration_ms, int64),
	AT(session_result, "boot_us", boot_us, int64), AT(session_result, "machine_us", machine_us, int64),
	AT(session_result, "unrecorded", unrecorded, text), AT(session_result, "unmapped", unmapped, text),
	MANY(session_result, "phases", phases, phase_count, phase_fields),
	MANY(session_result, "marks", marks, mark_count, mark_fields),
	MANY(session_result, "guest_tests", tests, tests_count, tests_fields),
	INSIDE(session_result, "evidence", evidence, evidence_fields),
	PART("paths", paths_fields),
};
static const struct field_list session_fields = FIELDS(session_table, struct session_result);

json_t *session_result_write(const struct session_result *r, bool sparse)
{
	return fields_write(&session_fields, r, sparse);
}

int session_result_read(struct session_result *r, const json_t *object, struct arena *a, struct err *e)
{
	if (fields_read(&session_fields, r, object, a, e) < 0)
		return -1;
	if (r->repeat < 1)
		r->repeat = 1; /* there is no other: nobody writes what is damaged here */
	return 0;
}
