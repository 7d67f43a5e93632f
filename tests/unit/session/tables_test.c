/* The marker tables that come with the project, held against what boot software says, line by line. */
#include <check.h>
#include <string.h>

#include "config/project.h"
#include "match/watch.h"
#include "util/buf.h"

Suite *tables_test(void);

enum { MOST = 128 };

static struct project project;
static struct err_list errors;
static const struct marker *markers[MOST];
static int count;
static struct watch *w;

static void setup(void)
{
	struct err e;

	err_list_init(&errors);
	project_load(&project, ".", &errors);
	ck_assert_uint_gt(project.marker_count, 0);
	w = watch_create();
	count = 0;
	for (size_t t = 0; t < project.marker_count; t++)
		for (size_t i = 0; i < project.markers[t].count; i++) {
			ck_assert_int_lt(count, MOST);
			markers[count] = &project.markers[t].markers[i];
			ck_assert_int_eq(watch_note(w, markers[count]->text.regex, count, &e), 0);
			count++;
		}
}

static void teardown(void)
{
	watch_destroy(w);
	project_finish(&project);
	err_list_finish(&errors);
}

static void add_shown(struct buf *out, const struct marker *m)
{
	static const char signs[] = {[MARKER_MARK] = '+', [MARKER_CAUSE] = '!', [MARKER_TROUBLE] = '~', [MARKER_TELLS] = '?'};
	const char *what = m->kind == MARKER_MARK ? m->mark : m->kind == MARKER_CAUSE ? cause_name(m->cause) : m->by;

	buf_printf(out, "%s%c%s", out->len ? " " : "", signs[m->kind], what);
}

/* What each line shows: +MARK, !CAUSE, ~BY for trouble, ?BY for an untyped told; of one place what stands first counts. */
static const struct {
	const char *line, *shown;
} lines[] = {
	/* Microkit to 2.0.1 */
	{"LDR|INFO: altloader for seL4 starting", "+loader"},
	{"LDR|INFO: jumping to kernel", "+loader +kernel-entry"},
	{"Bootstrapping kernel", "+kernel"},
	{"Booting all finished, dropped to user space", "+kernel-up"},
	{"MON|INFO: Microkit Bootstrap", "+monitor"},
	{"MON|INFO: bootinfo untyped list matches expected list", ""},
	{"MON|INFO: completed bootstrap invocations", "+bootstrapped"},
	{"MON|INFO: completed system invocations", "+monitor-done"},
	{"MON|ERROR: paddr mismatch for untyped region: 0x00000014  expected paddr: 0x0000000060230000", "!untyped-mismatch"},
	{"MON|ERROR: cap end mismatch. Expected cap end: 0x00000100", "!untyped-mismatch"},
	{"FAIL: MON|ERROR: found mismatch between boot info and untyped info", "!untyped-mismatch"},
	{"untypedList[0x00000014]        = slot: 0x0000008a, paddr: 0x0000000060200000 - 0x0000000060400000 (normal) bits: 0x15",
	 "?monitor"},
	{"ERROR: 0x0000000000000002 seL4_InvalidCapability  invocation idx: 0x00000003.", "!invocation-table-cleared"},
	{"ERROR: 0x0000000000000008 seL4_DeleteFirst  invocation idx: 0x00000003.", ""},
	{"FAIL: invocation error", "!monitor-fault"},
	{"MON|ERROR: faulting PD: hello", "!pd-fault"},
	{"Found thread has no fault handler while trying to handle:", "!monitor-fault"},
	{"LDR|ERROR: mismatch on loader data structure magic number", "!image-not-loaded"},
	{"LDR|ERROR: seL4 configured as a hypervisor, but not in EL2", "~loader"},

	/* from 2.1 on */
	{"LDR|INFO|CPU0: CurrentEL=EL2", "+loader"},
	{"LDR|INFO: loader for seL4 starting", "+loader"},
	{"LDR|INFO|CPU0: jumping to kernel", "+loader +kernel-entry"},
	{"LDR|ERROR|CPU0: seL4 configured as a hypervisor, but not in EL2", "~loader"},
	{"LDR|ERROR|CPU0: failed to enable MMU: 1", "!image-not-loaded"},
	{"INFO  [sel4_capdl_initializer::initialize] Starting CapDL initializer", "+monitor"},
	{"\x1b[32mINFO\x1b[0m  [sel4_capdl_initializer::initialize] Starting threads", "+monitor-done"},
	{"MON|INFO: Microkit Monitor started!", "+monitor-runs"},
	{"TRACE [sel4_capdl_initializer_core] Allocating from untyped: 0x60400000..0x60800000 (size_bits = 22, device = false)",
	 "?initialiser"},

	/* seL4 */
	{"KERNEL DATA ABORT!", "!kernel-fault"},
	{"KERNEL ABORT (exception within s-mode)!", "!kernel-fault"},
	{"seL4 failed assertion 'x' at src/object/untyped.c:1 in function f", "!kernel-panic"},
	{"seL4 called fail at src/arch/arm/kernel/boot.c:1 in function f, saying \"g\"", "!kernel-panic"},
	{"<<seL4(CPU 0) [f/1 T0x80bffe7400 \"rootserver\" @8a000828]: Untyped Retype: Insufficient memory (1 * 4096 bytes needed)",
	 "!allocation-refused"},
	{"<<seL4(CPU 0) [f/1 T0x80bffe7400 \"child of: 'rootserver'\" @8a]: Untyped Retype: Insufficient memory", ""},
	{"<<seL4(CPU 0) [f/1 T0x80bffe7400 \"hello\" @8a]: Attempted to invoke a null cap #3.", ""},

	/* firmware */
	{"OpenSBI v1.1", "+firmware"},
	{"U-Boot 2023.01+dfsg-2+deb12u3 (Jun 22 2026 - 08:38:07 +0000)", "+u-boot"},
	{"U-Boot SPL 2023.01 (Jan 01 2023 - 00:00:00 +0000)", "+u-boot"},
	{"Starting kernel ...", "+handed-over"},
	{"Bad Linux RISCV Image magic!", "!image-not-loaded"},
	{"TFTP error: 'File not found' (1)", "~u-boot"},
	{"sbi_trap_error: hart0: trap handler failed (error -2)", "!kernel-fault"},
	{"init_coldboot: ipi init failed (error -5)", "~opensbi"},

	/* the reference boot stack */
	{"HOLD|loaded", "+hold-loaded"},
	{"HOLD|restarting", "+hold"},
	{"PD|hello: start version=1 build-id=x", "+protection-domains"},
	{"KERNEL PANIC: no slot", "!kernel-panic"},
	{"Attempted to invoke a null cap #0", "!invocation-table-cleared"},
	{"FAIL: no capability slots left", "!monitor-fault"},

	/* what other software may well say */
	{"FAIL: test_memory (3 of 17)", ""},
	{"hello, world", ""},
	{"restarter: received fault message for child pd: 1", ""},
	{"ERROR: could not open /etc/fstab", ""},
};

START_TEST(each_line_shows_what_it_must)
{
	struct watch_hit hit;
	struct buf shown, line;
	const struct marker *fault = NULL;

	buf_init(&shown);
	buf_init(&line);
	buf_printf(&line, "before\r\n%s\r\nbehind\r\n", lines[_i].line);
	watch_feed(w, line.data, line.len);
	watch_end(w);
	while (watch_next_denied(w, &hit))
		if (markers[hit.id]->kind == MARKER_MARK || markers[hit.id]->kind == MARKER_TELLS)
			add_shown(&shown, markers[hit.id]);
		else if (!fault || markers[hit.id] < fault)
			fault = markers[hit.id];
	if (fault)
		add_shown(&shown, fault);
	ck_assert_msg(strcmp(shown.data ? shown.data : "", lines[_i].shown) == 0, "\"%s\" shows \"%s\", not \"%s\"", lines[_i].line,
		      shown.data ? shown.data : "", lines[_i].shown);
	buf_finish(&shown);
	buf_finish(&line);
}
END_TEST

/* Somewhere a boot ends, and every phase that all boots pass has its place before that, or the test has begun. */
START_TEST(the_usual_tables_say_where_a_boot_ends)
{
	int ends = 0;

	for (int i = 0; i < count; i++)
		ends += markers[i]->ends == MARKER_ENDS_BOOT;
	ck_assert_int_gt(ends, 0);
	ck_assert_str_eq(project_kind(&project, "qemu_virt_aarch64")->markers[0]->name, "firmware");
}
END_TEST

Suite *tables_test(void)
{
	Suite *s = suite_create("tables");
	TCase *t = tcase_create("tables");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, each_line_shows_what_it_must, 0, sizeof lines / sizeof lines[0]);
	tcase_add_test(t, the_usual_tables_say_where_a_boot_ends);
	suite_add_tcase(s, t);
	return s;
}
