/* A run for the tests of the result room: a folder below /tmp, a plan, and sessions with evidence of all sorts. */
#ifndef RUNTEST_TESTS_RESULT_SAMPLE_H
#define RUNTEST_TESTS_RESULT_SAMPLE_H

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "result/journal.h"
#include "util/file.h"

#define SAMPLE_RUN "20260131-235812-4f2a"
#define SAMPLE_STARTED "2026-01-31T23:58:12.000Z"

static const char *const sample_command[] = {"./runtest", "run", "pd-survives", NULL};

static const struct run_settings sample_settings = {
	.run = SAMPLE_RUN,
	.started = SAMPLE_STARTED,
	.version = "0.1.0",
	.project = "/home/ada/boot & <test>",
	.command = sample_command,
	.jobs = 2,
	.qemu_version = "7.2.19",
};

/* One session of the sample run: what is planned, and what comes of it. */
struct sample_session {
	struct planned plan;
	enum verdict verdict;
	enum cause cause;
	const char *why;
};

#define SAMPLE_PLAN(name_, variant_, board_, control_, cause_) \
	{.name = name_, .scenario = "pd-survives", .variant = variant_, .board = board_, .unit = board_, \
	 .arch = "aarch64", .config = "debug", .repeat = 1, .expected = {control_, cause_, "scenarios/pd-survives.yaml:12"}}

static const struct sample_session sample_sessions[] = {
	{SAMPLE_PLAN("pd-survives.patched.el2", "patched", "qemu_virt_aarch64", false, CAUSE_NONE), VERDICT_PASS,
	 CAUSE_NONE, "every demand was met"},
	{SAMPLE_PLAN("pd-survives.unpatched.el2", "unpatched", "qemu_virt_aarch64", true, CAUSE_PD_CODE_CLEARED),
	 VERDICT_EXPECTED_FAIL, CAUSE_PD_CODE_CLEARED, "the code of hello was cleared, as it must be"},
	{SAMPLE_PLAN("pd-survives.patched.el1", "patched", "qemu_virt_aarch64_el1", false, CAUSE_NONE), VERDICT_FAIL,
	 CAUSE_PD_CODE_CLEARED, "the code of hello was cleared"},
	{SAMPLE_PLAN("pd-survives.unpatched.el1", "unpatched", "qemu_virt_aarch64_el1", true, CAUSE_PD_CODE_CLEARED),
	 VERDICT_VACUOUS, CAUSE_NONE, "the control passed"},
	{SAMPLE_PLAN("pd-survives.patched-bootclear.el2", "patched-bootclear", "qemu_virt_aarch64", false, CAUSE_NONE),
	 VERDICT_TIMEOUT, CAUSE_NONE, "phase protection-domains took longer than 5s"},
	{SAMPLE_PLAN("pd-survives.patched-bootclear.el1", "patched-bootclear", "qemu_virt_aarch64_el1", false,
		     CAUSE_NONE),
	 VERDICT_INFRA, CAUSE_NONE, "QEMU did not start: no such file"},
};
enum { SAMPLE_COUNT = sizeof sample_sessions / sizeof sample_sessions[0] };

struct sample {
	char results[64]; /* a fresh folder */
	struct planned plan[SAMPLE_COUNT];
	struct journal *journal;
};

static inline void sample_setup(struct sample *s)
{
	struct err e = {0};

	snprintf(s->results, sizeof s->results, "/tmp/runtest-result-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(s->results));
	for (size_t i = 0; i < SAMPLE_COUNT; i++)
		s->plan[i] = sample_sessions[i].plan;
	s->journal = journal_create(s->results, &sample_settings, s->plan, SAMPLE_COUNT, &e);
	ck_assert_msg(s->journal, "%s", e.what);
}

static inline void sample_teardown(struct sample *s)
{
	journal_close(s->journal);
	ck_assert_int_eq(file_remove_tree(s->results, NULL), 0);
}

static inline struct page_evidence sample_look(const char *moment, int64_t at_ms, const char *pd, uint64_t paddr,
					       unsigned intact, unsigned cleared)
{
	return (struct page_evidence){
		.moment = moment, .stopped = "guest", .at_ms = at_ms, .where = "scenarios/pd-survives.yaml:28",
		.region = pd, .owner = "pd", .pd = pd, .access = "rx", .judged = true, .demanded = true, .paddr = paddr,
		.size = (intact + cleared) * 4096ull, .count = {[COUNT_INTACT] = intact, [COUNT_CLEARED] = cleared},
	};
}

/* Two looks at two PDs; at the second one, all is cleared or all is well. */
static inline void sample_culprit(struct session_result *r)
{
	static const char *const calls[] = {"memzero(p=0x806024bf00, size=0x100) at images/kernel/src/untyped.c:46 [inlined]",
					    "reset_untyped(untyped=0x80bffc04a0) at images/kernel/src/untyped.c:71", NULL};
	static struct culprit_evidence culprit = {"window", 0x8060001a88, "EL2", 0, calls, 6, 0x6024b000, 97};

	r->evidence.culprits = &culprit;
	r->evidence.culprit_count = 1;
}

static inline void sample_untyped(struct session_result *r)
{
	static const struct untyped_loss lost[] = {
		{"hello-0", "pd", "hello", 2}, {"checksum-0", "pd", "checksum", 4}, {"table", "table", NULL, 1},
		{"hello-1", "pd", "hello", 3}};
	static struct untyped_evidence untyped = {0x60248000, 0x60250000, "alignment", lost, 4};

	r->evidence.untypeds = &untyped;
	r->evidence.untyped_count = 1;
}

static inline void sample_marks(struct session_result *r)
{
	static struct session_mark marks[] = {
		{"loader", "loader", 1, 8, 0}, {"kernel-up", "kernel", 1, 40, 812}, {"loader", "loader", 2, 48, 900},
		{"kernel-up", "kernel", 2, 52, 1100}};

	r->marks = marks;
	r->mark_count = 4;
}

static inline void sample_pages(struct session_result *r, bool cleared)
{
	static const char *const names[] = {"_start", "notified", NULL};
	struct page_evidence *p = arena_alloc(&r->arena, 5 * sizeof *p);
	struct page_span *span = arena_alloc(&r->arena, 2 * sizeof *span);
	unsigned bad = cleared;

	p[0] = sample_look("kernel-up", 41, "hello", 0x6024b000, 2, 0);
	p[1] = sample_look("kernel-up", 41, "checksum", 0x6024d000, 4, 0);
	p[2] = sample_look("pd-started", 55, "hello", 0x6024b000, bad ? 0 : 2, bad ? 2 : 0);
	p[3] = sample_look("pd-started", 55, "checksum", 0x6024d000, bad ? 0 : 4, bad ? 4 : 0);
	p[4] = sample_look("pd-started", 55, "hello", 0x60251000, 1, 0);
	p[4].access = "rw";
	p[4].judged = p[4].demanded = false;
	for (unsigned i = 0; bad && i < 2; i++) {
		span[i] = (struct page_span){"cleared", p[2 + i].paddr, p[2 + i].paddr + p[2 + i].size, i ? NULL : names, i ? 0 : 9};
		p[2 + i].spans = &span[i];
		p[2 + i].span_count = 1;
	}
	r->evidence.pages = p;
	r->evidence.page_count = 5;
	if (bad) {
		sample_culprit(r);
		sample_untyped(r);
		sample_marks(r);
	}
	r->evidence.memory_spoke = true;
}

static inline void sample_console(struct session_result *r, bool denied, bool awaited)
{
	static const struct console_sighting kernel = {
		.pattern = "Booting all finished, dropped to user space", .where = "scenarios/pd-survives.yaml:26",
		.text = "Booting all finished, dropped to user space", .at_ms = 40, .offset = 812,
	};
	static const struct console_sighting fault = {
		.pattern = "MON\\|ERROR: faulting PD: ", .where = "scenarios/pd-survives.yaml:8",
		.text = "MON|ERROR: faulting PD: ", .at_ms = 54, .offset = 1200, .cause = CAUSE_PD_FAULT,
	};

	r->evidence.console_spoke = true;
	r->evidence.seen = arena_alloc(&r->arena, sizeof kernel);
	*r->evidence.seen = kernel;
	r->evidence.seen_count = 1;
	if (denied) {
		r->evidence.denied = arena_alloc(&r->arena, sizeof fault);
		*r->evidence.denied = fault;
		r->evidence.denied_count = 1;
	}
	if (awaited) {
		r->evidence.awaited = "PD\\|hello: start .*ro-crc32=(?<crc>[0-9a-f]{8})$";
		r->evidence.awaited_where = "scenarios/pd-survives.yaml:33";
	}
	if (denied || awaited)
		r->evidence.tail = "Booting all finished, dropped to user space\r\n"
				   "\033[31mMON|ERROR\033[0m: <&> \"\xff\"\r\n";
}

static inline void sample_phases(struct session_result *r, enum phase_outcome last)
{
	static const struct phase_result phases[] = {
		{"load", PHASE_DONE, 0, 38, 0},
		{"kernel", PHASE_DONE, 38, 42, 507},
		{"protection-domains", PHASE_DONE, 42, 71, 773},
	};

	r->phases = arena_alloc(&r->arena, sizeof phases);
	memcpy(r->phases, phases, sizeof phases);
	r->phase_count = sizeof phases / sizeof phases[0];
	r->phases[2].outcome = last;
	if (last == PHASE_TIMEOUT)
		r->phases[2].end_ms = 5042;
}

/* Guest tests with every outcome; some fail, or all is well. */
static inline void sample_guest_tests(struct session_result *r, bool failed)
{
	static const struct guest_case cases[] = {
		{"mem/copies", CASE_PASS, 1, 1500, NULL, 50, 900},
		{"mem/is \"<zero>\"", CASE_FAIL, 2, -1, "0x12 at 7\nin bss\n", 51, 930},
		{"net", CASE_SKIP, 3, -1, "no network\n", 52, 960},
		{"clock", CASE_TODO, 4, -1, NULL, 53, 990},
		{"net", CASE_PASS, 5, 0, NULL, 54, 1010},
	};
	static const char *const faults[] = {"the plan is 1..6, and 5 results came, missing: 6", NULL};
	struct guest_tests *t = arena_alloc(&r->arena, sizeof *t);
	struct guest_case *own = arena_alloc(&r->arena, sizeof cases);

	memcpy(own, cases, sizeof cases);
	*t = (struct guest_tests){.format = "tap", .from = "selftest", .where = "scenarios/guest-tests.yaml:20",
				  .planned = failed ? 6 : 5, .came = 5, .count = {2, 1, 1, 1},
				  .faults = failed ? faults : NULL, .cases = own, .case_count = 5};
	if (!failed) {
		own[1].outcome = CASE_PASS;
		t->count[CASE_FAIL] = 0;
		t->count[CASE_PASS] = 3;
	}
	r->tests = t;
	r->tests_count = 1;
}

/* The full result of the sample's session i; finish it. */
static inline void sample_result(struct session_result *r, size_t i)
{
	static const char *const notes[] = {"the console fell silent 15ms after power-on", NULL};
	const struct sample_session *s = &sample_sessions[i];
	bool cleared = s->cause == CAUSE_PD_CODE_CLEARED, late = s->verdict == VERDICT_TIMEOUT;

	session_result_init(r);
	r->run = SAMPLE_RUN;
	r->name = s->plan.name;
	r->scenario = s->plan.scenario;
	r->variant = s->plan.variant;
	r->board = s->plan.board;
	r->unit = s->plan.unit;
	r->arch = s->plan.arch;
	r->config = s->plan.config;
	r->expected = s->plan.expected;
	r->verdict = s->verdict;
	r->cause = s->cause;
	r->why = s->why;
	r->attempts = 1;
	r->started = "2026-01-31T23:58:12.100Z";
	r->duration_ms = late ? 5081 : 79 + (int64_t)i;
	r->boot_us = r->duration_ms * 1000 - 300;
	r->machine_us = r->boot_us - 100;
	r->dir = arena_printf(&r->arena, "%s/1", r->name);
	if (s->verdict == VERDICT_INFRA) {
		r->part = "console";
		r->unmapped = "this board has no memory witness";
		return;
	}
	r->console = "console.log";
	r->index = "console.idx";
	r->typed = "typed.log";
	r->typed_index = "typed.idx";
	r->witness = "witness.json";
	r->survival = "survival.jsonl";
	r->image = "/home/ada/.cache/runtest/patched/loader.img";
	r->image_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
	r->evidence.ground = "console and memory agree";
	sample_phases(r, late ? PHASE_TIMEOUT : cleared ? PHASE_FAILED : PHASE_DONE);
	sample_console(r, cleared, late);
	sample_pages(r, cleared);
	if (late)
		r->evidence.notes = notes;
}

static inline void sample_end(struct journal *j, size_t i)
{
	struct session_result r;
	struct err e = {0};
	char *json;

	sample_result(&r, i);
	json = session_result_to_json(&r);
	ck_assert_msg(journal_session_ended(j, json, &e) == 0, "%s", e.what);
	free(json);
	session_result_finish(&r);
}

/* All sessions run and the run ends. */
static inline void sample_run(struct sample *s)
{
	struct err e = {0};

	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		ck_assert_int_eq(journal_session_started(s->journal, s->plan[i].name, &e), 0);
		sample_end(s->journal, i);
	}
	ck_assert_int_eq(journal_run_ended(s->journal, 1, &e), 0);
}

static inline void sample_read(struct run_record *r, const char *run_dir)
{
	struct err e = {0};

	ck_assert_msg(run_record_read(r, run_dir, &e) == 0, "%s: %s", e.where, e.what);
}

#endif
