/*
 * What other users of the same boards leave: who holds a unit, who left one on, who has reserved it, who waits.
 * Whatever is in the files, the kernel's word stands, a mark counts, a lease has an end, and what is printed of it is
 * one harmless line. The first byte chooses.
 */
#include <stdlib.h>
#include <string.h>

#include "farm/health.h"
#include "farm/lease.h"
#include "farm/powered.h"
#include "farm/queue.h"
#include "farm/state.h"
#include "fuzz.h"
#include "scratch.h"
#include "util/utf8.h"

const unsigned fuzz_cost = 2;

static void check_line(char *text)
{
	if (!utf8_valid(text, strlen(text)))
		abort();
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p < 0x20 && *p != '\t')
			abort();
	free(text);
}

static void read_holder(void)
{
	struct lock_holder h;

	for (pid_t pid = 0; pid < 2; pid++) {
		holder_read(&h, "unit", pid);
		if (h.pid != pid || !h.user || (h.known && (!h.what || !h.since)))
			abort();
		check_line(holder_text(&h));
		holder_finish(&h);
	}
}

static void read_mark(void)
{
	struct powered p;

	if (powered_by("unit", &p, NULL) != 1 || !p.by || !p.user || p.pid < 0)
		abort();
	check_line(powered_text(&p));
	powered_finish(&p);
}

/* Then another session tells of itself: whatever was there, there is a record now, and it counts from what it had. */
static void read_health(void)
{
	struct health_record before, after;

	if (unit_health_read("unit", &before, NULL) < 0 || unit_health_note("unit", true, "x", NULL, 0, NULL) < 0 ||
	    unit_health_read("unit", &after, NULL) < 0 || after.damaged)
		abort();
	if (before.damaged && (before.state != HEALTH_UNKNOWN || after.infra_in_a_row != 1))
		abort();
	if (after.infra_in_a_row < before.infra_in_a_row || (after.state == HEALTH_SET_ASIDE && !after.why))
		abort();
	check_line(health_text(&before));
	check_line(health_text(&after));
	health_finish(&before);
	health_finish(&after);
}

static void read_lease(void)
{
	struct lease l;

	if (lease_read("unit", &l, NULL) != 1)
		return;
	if (!l.user || !l.why || !l.token || l.ends_ms > l.until_ms || lease_admits(&l, &(struct lease_pass){"x,", NULL}))
		abort();
	check_line(lease_text(&l));
	lease_finish(&l);
}

/* Nobody has a lock over a place of it, whatever stands there: and we come to our turn. */
static void read_queue(void)
{
	static const struct lock_purpose fuzzing = {.what = "fuzzing"};
	struct queue_entry *list;
	struct ticket t;
	struct arena a;
	size_t n;

	arena_init(&a);
	if (queue_list("unit", &a, &list, &n, NULL) < 0 || n || !queue_is_empty("unit", false) ||
	    ticket_draw(&t, "unit", &fuzzing, 1, NULL) < 0 || !ticket_is_turn(&t, false) || ticket_ahead(&t))
		abort();
	ticket_give_up(&t);
	arena_finish(&a);
}

static const struct {
	const char *file;
	void (*read)(void);
} kinds[] = {{"units/unit.powered", read_mark}, {"units/unit.holder", read_holder}, {"units/unit.lease", read_lease},
	     {"units/unit.queue", read_queue}, {"units/unit.health", read_health}};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	size_t kind = n ? bytes[0] % (sizeof kinds / sizeof kinds[0]) : 0;

	if (!n)
		return 0;
	setenv("RUNTEST_STATE", scratch_folder(), 1);
	free(state_folder(NULL)); /* makes it */
	scratch_file(kinds[kind].file, bytes + 1, n - 1);
	kinds[kind].read();
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char holder[] = "1{\"pid\": 1, \"user\": \"ada\", \"what\": \"runtest run\", \"run\": \"R\", \"session\": \"s\", "
				     "\"console_log\": \"/tmp/console.log\", \"since\": \"2026-01-31T23:58:12.345Z\"}";
	static const char mark[] = "0{\"pid\": 4711, \"by\": \"20260131-235812-0001\", \"user\": \"ada\", "
				   "\"since\": \"2026-01-31T23:58:12.345Z\"}";
	static const char odd[] = "0{\"by\": 1, \"pid\": 99999999999, \"user\": \"\\u001b[2J\\u202e\\u0000\"}";
	static const char health[] = "4{\"pid\": 4711, \"state\": \"set-aside\", \"since\": \"2026-01-31T23:58:12.345Z\", "
				     "\"why\": \"w\", \"by\": \"hand\", \"user\": \"ada\", \"checked\": \"x\", "
				     "\"infra_in_a_row\": \"2\"}";
	static const char lease[] = "2{\"pid\": 1, \"user\": \"ada\", \"why\": \"GIC\", \"since\": \"2026-01-31T23:58:12.345Z\", "
				    "\"until\": \"2999-01-31T23:58:12.345Z\", \"idle\": \"3600000ms\", \"token\": "
				    "\"0123456789012345678901234567890123456789012345678901234567890123\"}";
	static const char queue[1000] = "3\1\0\0\0\0\0\0\0";
	enum { MUCH = 200000 };
	char *much = malloc(MUCH);

	add(holder, sizeof holder - 1);
	add(mark, sizeof mark - 1);
	add(odd, sizeof odd - 1);
	add(health, sizeof health - 1);
	add(lease, sizeof lease - 1);
	add(queue, sizeof queue);
	memset(much, '[', MUCH);
	much[0] = '0';
	add(much, MUCH);
	free(much);
}
