/*
 * A run's folder: run.json and journal.jsonl, read back and written as every report; and what goes on with a journal
 * that was cut short.
 */
#include "fuzz.h"
#include "result/report.h"
#include "result/sample.h"
#include "scratch.h"

const unsigned fuzz_cost = 20;

enum { RUN, JOURNAL, PARTS };

static void write_all(const struct run_record *r)
{
	static FILE *nowhere;
	struct buf out = {0};

	nowhere = nowhere ? nowhere : fopen("/dev/null", "w");
	report_table(nowhere, r, true);
	report_failures(nowhere, r);
	report_junit(&out, r);
	report_json(&out, r);
	report_tap(&out, r);
	report_summary(&out, r);
	report_folded(&out, r, &(struct report_folding){.reader = REPORT_FOR_GITHUB, .token = "token", .root = "/home"});
	report_folded(&out, r, &(struct report_folding){.reader = REPORT_FOR_GITLAB});
	run_exit_status(r, false);
	run_elapsed_ms(r);
	buf_finish(&out);
}

static void go_on(void)
{
	struct journal *j = journal_reopen(scratch_folder(), NULL);
	struct run_record r;

	if (!j)
		return;
	if (journal_session_started(j, "pd-survives.patched.el2", NULL) < 0)
		abort();
	journal_close(j);
	/* what stands in it now can be read to its end, though it need not all mean something */
	if (run_record_read(&r, scratch_folder(), NULL) < 0 || r.torn || (r.damage && strstr(r.damage, "not a JSON object")))
		abort();
	run_record_finish(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct part p[PARTS];
	struct run_record r;
	struct err e = {0};

	scratch_parts(p, PARTS, bytes, n);
	scratch_file("run.json", p[RUN].bytes, p[RUN].n);
	scratch_file("journal.jsonl", p[JOURNAL].bytes, p[JOURNAL].n);
	if (run_record_read(&r, scratch_folder(), &e) == 0) {
		write_all(&r);
		go_on();
	} else if (!e.what[0] || !e.where[0]) {
		abort();
	}
	run_record_finish(&r);
	return 0;
}

static void read_into(struct buf *b, const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);

	if (file_read(path, b, NULL) < 0)
		abort();
	free(path);
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	struct buf b = {0}, much = {0};
	struct sample s;
	size_t begin;

	sample_setup(&s);
	sample_run(&s);
	read_into(&b, journal_dir(s.journal), "run.json");
	buf_adds(&b, SCRATCH_CUT);
	begin = b.len;
	read_into(&b, journal_dir(s.journal), "journal.jsonl");
	add(b.data, b.len);
	buf_add(&much, b.data, begin);
	while (much.len < 1 << 20)
		buf_add(&much, b.data + begin, b.len - begin);
	add(much.data, much.len);
	b.len = begin;
	buf_adds(&b, "{\"event\": \"started\", \"session\": \"pd-survives.patched.el2\", \"at\": \"2026-01-31T23:58:12.000Z\"}\n{\"event\": ");
	add(b.data, b.len);
	sample_teardown(&s);
	buf_finish(&b);
	buf_finish(&much);
}
