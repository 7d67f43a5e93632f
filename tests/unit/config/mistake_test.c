#include "config/fixture.h"

#include <sys/stat.h>

Suite *mistake_test(void);

#define KIND "boards/kinds/virt.yaml"
#define ROCK "boards/kinds/rock.yaml"
#define UNIT "boards/units/rock-1.yaml"
#define SDK "    sdk: {system: a.system, programs: [{name: a, sources: [a.c]}]}\n"
#define VARIANTS "images/variants.yaml"
#define DEMO "scenarios/demo.yaml"
#define A_NAME "a name (lower-case letters, digits, - and _; a letter first; at most 64 characters)"
#define A_DURATION "a duration such as 500ms, 5s or 2m, at most 24h"

/* One thing wrong in a file (`find` replaced by `put`), and the one error that must come of it. */
static const struct {
	const char *file, *find, *put, *where, *what;
} cases[] = {
	/* keys */
	{KIND, "about:", "abuot: x\nabout:", ":2:1", "unknown key \"abuot\" in this board kind"},
	{KIND, "  machine: virt", "  machine: virt\n  smp: 2", ":10:3", "unknown key \"smp\" in this qemu section"},
	{KIND, "about: a machine\n", "", ":1:1", "missing key \"about\" in this board kind"},
	{KIND, "load-address: 0x70000000\n", "", ":1:7", "missing key \"load-address\" in this board kind"},
	{KIND, "arch: aarch64", "arch: aarch64\narch: aarch64", ":4:1", "duplicate key \"arch\" (first on line 3)"},
	{KIND, "size: 2G", "", ":5:9", "missing key \"size\" in this memory range"},
	{DEMO, "  bad: {", "  good: pass\n  bad: {", ":28:3", "duplicate key \"good\" (first on line 27)"},
	{DEMO, "'PANIC', cause", "'PANIC', couse: x, cause", ":6:21", "unknown key \"couse\" in this denied text"},
	{DEMO, "about:", "? [a, b]\n: c\nabout:", ":2:3", "expected a word as the key"},
	{DEMO, "about:", "\"about\\0\": x\nabout:", ":2:1", "expected a word as the key"},

	/* types */
	{KIND, "about: a machine", "about: [a, b]", ":2:8", "about: expected a line of text, found a list"},
	{KIND, "about: a machine", "about:", ":2:1", "about: expected a line of text, found nothing"},
	{KIND, "about: a machine", "about: ''", ":2:8", "about: expected a line of text, found \"\""},
	{KIND, "about: a machine", "about: \"a\\nb\"", ":2:8", "about: expected a line of text, found \"a\\nb\""},
	{KIND, "about: a machine", "about: \"a\\0b\"", ":2:8", "about: expected a line of text, found \"a\\x00b\""},
	{KIND, "aarch64", "aarch46", ":3:7", "arch: expected aarch64 or riscv64, found \"aarch46\""},
	{KIND, "{base: 0x40000000, size: 2G}", "2G", ":5:9",
	 "memory: expected a mapping with base and size, found \"2G\""},
	{KIND, "2G", "2GB", ":5:34", "size: expected a size such as 4K, 64M, 2G or 0x1000, found \"2GB\""},
	{KIND, "2G", "0", ":5:34", "size: expected a size such as 4K, 64M, 2G or 0x1000, found \"0\""},
	{KIND, "0x70000000", "-1", ":6:15", "load-address: expected an address such as 0x40000000, found \"-1\""},
	{KIND, "  machine", "  cpus: 0\n  machine", ":9:9", "cpus: expected a number from 1 to 512, found \"0\""},
	{KIND, "  machine", "  cpus: 1.5\n  machine", ":9:9", "cpus: expected a number from 1 to 512, found \"1.5\""},
	{KIND, "  machine", "  cpus: 99999999999999999999\n  machine", ":9:9",
	 "cpus: expected a number from 1 to 512, found \"99999999999999999999\""},
	{KIND, "  machine", "  args: -S\n  machine", ":9:9", "args: expected a list of texts, found \"-S\""},
	{KIND, "  machine", "  deliver: tftp\n  machine", ":9:12",
	 "deliver: expected loader, kernel or uboot, found \"tftp\""},
	{DEMO, "tags: [spine]", "tags: [The Spine]", ":3:8", "tags: expected " A_NAME ", found \"The Spine\""},
	{DEMO, "deadline: 20s", "deadline: 20", ":4:11", "deadline: expected " A_DURATION ", found \"20\""},
	{DEMO, "deadline: 20s", "deadline: 0s", ":4:11", "deadline: expected " A_DURATION ", found \"0s\""},
	{DEMO, "deadline: 20s", "deadline: 2d", ":4:11", "deadline: expected " A_DURATION ", found \"2d\""},
	{DEMO, "deadline: 20s", "deadline: \"20s\\0\"", ":4:11",
	 "deadline: expected " A_DURATION ", found \"20s\\x00\""},
	{DEMO, "'PANIC'", "'PANIC('", ":6:12", "text: expected a regular expression (PCRE2), found \"PANIC(\""},
	{DEMO, "'PANIC'", "''", ":6:12", "text: expected a regular expression (PCRE2), found \"\""},
	{DEMO, "kernel-panic", "kernel-panick", ":6:28", "cause: expected a cause of failure, found \"kernel-panick\""},
	{DEMO, "capture: crc", "capture: 2nd", ":14:28",
	 "capture: expected the name of a capture group, found \"2nd\""},
	{DEMO, "[pd, table]", "[]", ":15:52",
	 "regions: expected a list of region owners (pd, table, monitor, kernel, pd-run, pd-pristine), found none"},
	{DEMO, "[pd, table]", "[pd, pd]", ":15:57", "regions: \"pd\" stands there twice"},
	{DEMO, "[pd, table]", "[pd, tabel]", ":15:57",
	 "regions: expected pd, table, monitor, kernel, pd-run or pd-pristine, found \"tabel\""},
	{DEMO, "[pd, table]", "[pd, [table]]", ":15:57",
	 "regions: expected pd, table, monitor, kernel, pd-run or pd-pristine, found a list"},
	{DEMO, "\"go\\0\\n\"", "\"\"", ":20:15", "send: expected a text to send, found \"\""},
	{DEMO, "good: pass", "good: passes", ":27:9",
	 "good: expected \"pass\" or \"{fails-with: CAUSE}\", found \"passes\""},
	{DEMO, "good: pass", "good: \"pass\\0\"", ":27:9",
	 "good: expected \"pass\" or \"{fails-with: CAUSE}\", found \"pass\\x00\""},
	{DEMO, "good: pass", "good: [pass]", ":27:9",
	 "good: expected \"pass\" or \"{fails-with: CAUSE}\", found a list"},
	{DEMO, "phases:\n", "phases:\n  - 7\n", ":9:5",
	 "phases: expected a mapping with phase, deadline and steps, found \"7\""},
	{VARIANTS, "build: [make, -j, 2]", "build: []", ":6:12",
	 "build: expected a command: a list of a program and its arguments, found none"},
	{VARIANTS, "tools: [cc]", "tools: []", ":7:12", "tools: expected a list of programs, found none"},
	{VARIANTS, "tools: [cc]", "tools: [cc, '${arch}-ld', '${board}-cc']", ":7:31",
	 "tools: expected a program's name or path, in which only ${arch} is replaced, found \"${board}-cc\""},
	{VARIANTS, "configs: [debug, release]", "configs: []", ":9:14",
	 "configs: expected a list of names, found none"},
	{VARIANTS, "role: kernel", "role: kernal", ":13:18",
	 "role: expected kernel, monitor, loader or pd, found \"kernal\""},
	{VARIANTS, "image: loader.img", "image: ../loader.img", ":11:14",
	 "image: expected a relative path without \"..\", found \"../loader.img\""},
	{VARIANTS, "image: loader.img", "image: /loader.img", ":11:14",
	 "image: expected a relative path without \"..\", found \"/loader.img\""},

	/* names */
	{KIND, "kind: virt", "kind: Virt", ":1:7", "kind: expected " A_NAME ", found \"Virt\""},
	{KIND, "kind: virt", "kind: rock", ":1:7", "kind: expected \"virt\", as the file is called, found \"rock\""},
	{UNIT, "rock-1", "rock-2", ":1:7", "unit: expected \"rock-1\", as the file is called, found \"rock-2\""},
	{DEMO, "scenario: demo", "scenario: other", ":1:11",
	 "scenario: expected \"demo\", as the file is called, found \"other\""},
	{VARIANTS, "  - variant: bad",
	 "  - {variant: good, about: x, source: tree, build: [make], boards: [virt], configs: [debug],\n"
	 "     artefacts: {image: i}}\n"
	 "  - variant: bad",
	 ":15:15", "variant: \"good\" is defined on line 2 already"},
	{VARIANTS, "{role: pd", "{role: pd, name: kernel, path: k}\n        - {role: pd", ":14:28",
	 "elfs: \"kernel\" is there twice"},
	{DEMO, "phase: talk", "phase: boot", ":17:12", "phase: \"boot\" is there already, on line 9"},

	/* references */
	{UNIT, "kind: rock", "kind: rok", ":2:7", "kind: expected the name of a board kind, found \"rok\""},
	{VARIANTS, "[virt, r*]", "[virt, q*]", ":8:20", "boards: no board kind is called \"q*\""},
	{VARIANTS, "[virt, r*]", "[virt, 'r[']", ":8:20",
	 "boards: expected a board kind's name or a pattern such as qemu_*, found \"r[\""},
	{VARIANTS, "source: tree", "source: twee", ":4:13",
	 "source: \"twee\": No such file or directory: expected an existing folder"},
	{VARIANTS, "source: tree", "source: one.patch", ":4:13",
	 "source: expected an existing folder, found \"one.patch\""},
	{VARIANTS, "[one.patch]", "[one.patch, two.patch]", ":5:26",
	 "patches: \"two.patch\": No such file or directory: expected an existing file"},
	{VARIANTS, "[one.patch]", "[tree]", ":5:15", "patches: expected an existing file, found \"tree\""},
	{DEMO, "tags: [spine]", "boards: [vert]", ":3:10", "boards: no board kind is called \"vert\""},
	{DEMO, "script: talk.exp", "script: walk.exp", ":22:17",
	 "script: \"walk.exp\": No such file or directory: expected an existing file"},
	{DEMO, "  bad: {", "  worse: pass\n  bad: {", ":28:3", "expected the name of a variant, found \"worse\""},
	{DEMO, "of: hello", "of: jello", ":14:53",
	 "of: no variant of this scenario has a protection domain called \"jello\""},
	{DEMO, "capture: crc", "capture: sum", ":14:28", "capture: the expected text has no group called \"sum\""},

	{DEMO, "- wait: 1s", "- cases: {format: tap, from: jello}", ":23:36",
	 "from: no variant of this scenario has a protection domain called \"jello\""},
	{DEMO, "- wait: 1s", "- cases: {format: tab}", ":23:25",
	 "format: expected a format of test results, found \"tab\""},
	{DEMO, "- wait: 1s", "- cases: {until: 'x'}", ":23:16", "missing key \"format\" in this guest test output"},
	{DEMO, "- wait: 1s", "- cases: {format: any, others: ['']}", ":23:39",
	 "others: expected a line of text, found \"\""},

	/* one thing against another */
	{KIND, "entry: el2", "entry: s-mode", ":4:8",
	 "entry: aarch64 cannot be entered at s-mode: expected el2 or el1"},
	{ROCK, "entry: s-mode", "entry: el1", ":4:8", "entry: riscv64 cannot be entered at el1: expected s-mode"},
	{KIND, "0x70000000", "0x10000000", ":6:15",
	 "load-address: 0x10000000 is not in memory: expected 0x40000000 to 0xbfffffff"},
	{KIND, "base: 0x40000000", "base: 0xfffffffff0000000", ":5:42",
	 "size: memory ends beyond the last 64-bit address"},
	{KIND, "  machine", "  deliver: kernel\n  machine", ":6:15",
	 "load-address: expected none with \"deliver: kernel\""},
	{UNIT, "kind: rock", "kind: rock\nqemu-program: q", ":3:15",
	 "qemu-program: rock is real hardware: expected none"},
	{VARIANTS, "role: kernel", "role: pd", ":13:18", "missing key \"name\" in this ELF"},
	{VARIANTS, "role: kernel", "role: kernel, name: k", ":13:32", "name: expected none with \"role: kernel\""},
	{DEMO, "expect: 'crc", "send: x\n        expect: 'crc", ":13:9",
	 "\"send\" and \"expect\" in one step: expected exactly one of: expect, send, deny, wait, settle, witness, script, cases, reset, power, repeat, send-file, holds"},
	{DEMO, "- wait: 1s", "- {}", ":23:9",
	 "nothing to do in this step: expected exactly one of: expect, send, deny, wait, settle, witness, script, cases, reset, power, repeat, send-file, holds"},
	{DEMO, "- wait: 1s", "- wait: 1s\n        within: 2s", ":24:9",
	 "\"within\" stands alone: it belongs beside \"expect\" or \"witness\" or \"script\" or \"cases\" or \"reset\" or \"power\" or \"send-file\""},
	{DEMO, "after: up", "at: end, after: up", ":15:19", "the key \"at\" does not belong in this witness"},
	{DEMO, "after: up", "after: end", ":15:26", "after: the moment \"end\" is the last look's"},
	{DEMO, "at: end", "at: end, stop: guest", ":25:24", "the key \"stop\" does not belong in this last witness"},
	{DEMO, "at: end", "at: start", ":25:19", "at: expected end, found \"start\""},
	{DEMO, "finally:\n", "finally:\n  - witness: {at: end, regions: [pd], demand: report}\n", ":26:19",
	 "there is a look at the moment \"end\" already, on line 25"},
	{DEMO, "deadline: 20s", "deadline: 9s", ":18:15",
	 "deadline: 10.00s is longer than the scenario's deadline of 9.00s"},
	{DEMO, "within: 2s", "within: 6s", ":13:17", "within: 6.00s is longer than the phase's deadline of 5.00s"},
	{DEMO, "wait: 3s", "wait: 6s", ":16:15", "wait: 6.00s is longer than the phase's deadline of 5.00s"},
	{DEMO, "wait: 3s", "wait: 3s\n      - wait: 2001ms", ":10:15",
	 "deadline: 5.00s is shorter than the phase's waits, 5.00s together"},
	{DEMO, "good: pass", "good: {fails-with: pd-fault}", ":27:3",
	 "variants: expected at least one variant that must pass"},

	{DEMO, "'crc=(", "'n=${n} crc=(", ":12:17", "no variable called \"n\" is known here"},
	{DEMO, "\"go\\0\\n\"", "\"go ${n}\"", ":20:15", "no variable called \"n\" is known here"},
	{DEMO, "- wait: 1s", "- repeat: {times: 2, as: i, steps: [{expect: 'x${i}'}, {expect: 'y${j}'}]}", ":23:71",
	 "no variable called \"j\" is known here"},
	{DEMO, "- wait: 1s", "- repeat: {times: 2, as: i, steps: [{repeat: {times: 2, as: i, steps: [{wait: 1ms}]}}]}", ":23:67",
	 "as: a variable is called \"i\" already"},
	{DEMO, "- wait: 1s", "- repeat: {times: '${n}', steps: [{wait: 1ms}]}", ":23:25",
	 "the scenario has no parameter called \"n\""},
	{DEMO, "- wait: 1s", "- repeat: {times: 2, from: 2, steps: [{wait: 1ms}]}", ":23:34", "from: expected none without \"as\""},
	{DEMO, "- wait: 1s", "- repeat: {times: 1000001, steps: [{wait: 1ms}]}", ":23:25",
	 "times: expected a number from 0 to 1000000, or a parameter such as ${times}, found \"1000001\""},
	{DEMO, "deny:\n", "parameters: {n: {about: x, default: 9, most: 5}}\ndeny:\n", ":5:37", "default: 9 is not from 1 to 5"},
	{DEMO, "deny:\n", "parameters: {n: {about: x, default: 9, least: 9, most: 5}}\ndeny:\n", ":5:47",
	 "least: 9 is more than most, 5"},
	{DEMO, "with: ro-crc32, of: hello", "with: ro-crc32", ":14:28", "missing key \"of\" in this comparison"},
	{DEMO, "with: ro-crc32, of: hello", "with: ro-crc32, of: hello, is: x", ":14:28",
	 "\"with\" and \"is\" in this comparison: expected exactly one of: with, is"},
	{DEMO, ", with: ro-crc32, of: hello", "", ":14:28",
	 "nothing to compare with in this comparison: expected exactly one of: with, is"},
	{DEMO, "with: ro-crc32, of: hello", "is: '${n}'", ":14:37", "no variable called \"n\" is known here"},
	{DEMO, "        within: 2s\n", "        within: 2s\n        keep: [sum]\n", ":14:16",
	 "keep: the expected text has no group called \"sum\""},
	{DEMO, "demand: intact}", "demand: fresh}", ":15:73",
	 "demand: fresh is what the memory must be in which protection domains run: expected \"pd-run\" among the regions"},
	{DEMO, "[pd, table], demand: intact}", "[pd-run], demand: fresh}", ":15:70",
	 "demand: fresh tells from what was there before the restart: expected a look before it with \"demand: report\" at "
	 "pd-run"},
	{DEMO, "demand: report", "demand: fresh", ":25:47", "demand: at the end nothing is fresh from a restart"},
	{DEMO, "demand: intact}", "demand: intact, of: jello}", ":15:85",
	 "of: no variant of this scenario has a protection domain called \"jello\""},
	{DEMO, "- wait: 1s", "- holds: {pd: jello, image: boot}", ":23:21",
	 "pd: no variant of this scenario has a protection domain called \"jello\""},
	{DEMO, "- wait: 1s", "- holds: {pd: hello, image: hello-v2}", ":23:35",
	 "image: the variant good has no update called \"hello-v2\""},
	{DEMO, "- wait: 1s", "- send-file: {file: hello-v2}", ":23:27", "file: the variant good has no update called \"hello-v2\""},
	{VARIANTS, "    build: [make]\n", "", ":15:14", "missing key \"build\" in this variant"},
	{VARIANTS, "    artefacts: {image: loader.img}\n", "", ":15:14", "missing key \"artefacts\" in this variant"},
	{VARIANTS, "    build: [make]\n", "    build: [make]\n" SDK, ":19:10",
	 "sdk: not beside \"build\": either a command makes the image or an SDK does"},
	{VARIANTS, "    build: [make]\n", "    sdk: {system: a.system}\n", ":18:10", "missing key \"programs\" in this SDK section"},
	{VARIANTS, "    build: [make]\n", "    sdk: {system: ../a, programs: [{name: a, sources: [a.c]}]}\n", ":18:19",
	 "system: expected a relative path without \"..\", found \"../a\""},
	{VARIANTS, "    build: [make]\n", "    sdk: {system: a, programs: [{name: a, sources: []}]}\n", ":18:52",
	 "sources: expected a list of C files, found none"},
	{VARIANTS, "image: loader.img", "report: r", ":11:7", "missing key \"image\" in this artefacts section"},
	{VARIANTS, "    about: does not", "    about: does not\n    like: god", ":17:11",
	 "like: no variant is called \"god\""},
	{VARIANTS, "    about: does not", "    about: does not\n    like: bad", ":17:11",
	 "like: bad is like bad, which leads back to it"},
	{VARIANTS, "    about: survives", "    about: survives\n    like: bad\n    not-for: [{boards: [virt]}]", ":5:15",
	 "missing key \"because\" in this exclusion"},
	{VARIANTS, "image: loader.img", "image: loader.img\n      payloads: [{path: p, reserved: spare}]", ":12:17",
	 "payloads: board kind rock has no reserved memory called \"spare\""},
	{VARIANTS, "image: loader.img", "image: loader.img\n      updates: [{name: u, pd: jello, path: u}]", ":12:16",
	 "updates: the variant has no protection domain called \"jello\""},
	{VARIANTS, "image: loader.img",
	 "image: loader.img\n      updates: [{name: u, pd: hello, path: u}, {name: u, pd: hello, path: v}]", ":12:55",
	 "updates: \"u\" is there twice"},
	{VARIANTS, "image: loader.img", "image: loader.img\n      updates: [{name: boot, pd: hello, path: u}]", ":12:24",
	 "updates: \"boot\" means the image in the boot image"},
	{ROCK, "base: 0x80000000, size: 512M}", "base: 0x80000000, size: 512M}\n"
	 "reserved-memory: [{name: here, base: 0x90000000, size: 1M}, {name: here, base: 0x91000000, size: 1M}]",
	 ":6:68", "reserved-memory: \"here\" is there twice"},
	{ROCK, "base: 0x80000000, size: 512M}", "base: 0x80000000, size: 512M}\n"
	 "reserved-memory: [{name: here, base: 0x90000000, size: 1M}, {name: there, base: 0x900ff000, size: 1M}]",
	 ":6:81", "reserved-memory: it overlaps \"here\""},
	{ROCK, "base: 0x80000000, size: 512M}", "base: 0x80000000, size: 512M}\n"
	 "reserved-memory: [{name: here, base: 0x9ff00000, size: 2M}]",
	 ":6:38", "reserved-memory: it does not lie in memory, 0x80000000 to 0x9fffffff"},

	/* what forestalls a text */
	{DEMO, "      - wait: 3s", "      - wait: 1s\n        unless: {text: x}", ":17:9", "\"unless\" stands alone: it belongs beside \"expect\" or \"witness\""},
	{DEMO, "      - witness: {after: up, stop: guest, regions: [pd, table], demand: intact}",
	 "      - witness: {after: up, regions: [pd, table], demand: intact}\n        unless: {text: x}", ":16:24",
	 "unless: a look for which the harness stops the machine waits for no text"},
	{DEMO, "        within: 2s", "        unless: {text: '(?<crc>x)'}", ":13:24",
	 "unless: its text cannot be looked for together with the expected one: "
	 "'(?:crc=(?<crc>[0-9a-f]+))|(?<runtest_unless>(?<crc>x))' is no regular expression: two named subpatterns have the "
	 "same name (PCRE2_DUPNAMES not set), after '(?:crc=(?<crc>[0-9a-f]+))|(?<runtest_unless>(?<crc>'"},
	{DEMO, "        within: 2s", "        unless: {text: 'a${n}'}", ":13:24", "no variable called \"n\" is known here"},

	/* YAML itself */
	{DEMO, "tags: [spine]", "tags: [spine", ":5:5", NULL},
	{DEMO, "about: a", "\tabout: a", ":1:11", NULL},
	{DEMO, "about: a", "about: 'a", ":2:8", NULL},
	{DEMO, "variants:", "--- {}\nvariants:", NULL, NULL},
	{DEMO, "  bad: {fails-with: pd-code-cleared}\n", "---\nscenario: two\n", ":28:1",
	 "too many YAML documents in one file: expected at most 1"},
	{DEMO, "tags: [spine]", "tags: &t [spine]\ndeny: *t", NULL, NULL},
	{DEMO, "about: a demonstration", "about: &a *a", NULL, NULL},
	{DEMO, "tags: [spine]", "tags: [&s spine, *s]", ":3:18", "a YAML alias: expected the value itself"},
	{DEMO, "tags: [spine]", "tags: &t [*t]", ":3:11", "a YAML alias: expected the value itself"},
	{DEMO, "about: a", "about: !!str a", ":2:14", "a YAML tag: expected a plain value"},
	{DEMO, "about: a", "about: \xff", ":2:8", "the byte 0xff is no text: expected UTF-8"},
	{DEMO, "about: a", "about: \xc3\xa9\xed\xa0\x80", ":2:9", "the byte 0xed is no text: expected UTF-8"},
	{DEMO, "about: a", "about: \x1b[0m", ":2:8", "the byte 0x1b is no text: expected UTF-8"},
	{DEMO, "tags: [spine]", "tags: [[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]", ":3:22",
	 "too many lists and mappings inside each other: expected at most 16"},
};

enum { CASES = sizeof cases / sizeof cases[0] };

static struct fixture f;

static void begin(void)
{
	fixture_init(&f);
}

static void end(void)
{
	fixture_finish(&f);
}

static const struct err *only_error(void)
{
	ck_assert_int_eq(fixture_load(&f), -1);
	if (f.errors.count != 1)
		err_list_print(stderr, &f.errors);
	ck_assert_uint_eq(f.errors.count, 1);
	ck_assert_int_eq(f.errors.items[0].kind, ERR_CONFIG);
	return &f.errors.items[0];
}

START_TEST(one_mistake_is_one_error_at_its_place)
{
	const struct err *e;
	char *where;

	fixture_change(&f, cases[_i].file, cases[_i].find, cases[_i].put);
	if (!cases[_i].where) { /* several errors, which YAML's own parser words */
		ck_assert_int_eq(fixture_load(&f), -1);
		ck_assert_uint_ge(f.errors.count, 1);
		return;
	}
	e = only_error();
	where = xasprintf("%s%s", cases[_i].file, cases[_i].where);
	ck_assert_str_eq(e->where, where);
	if (cases[_i].what)
		ck_assert_str_eq(e->what, cases[_i].what);
	else
		ck_assert_int_eq(strncmp(e->what, "not YAML: ", 10), 0);
	free(where);
}
END_TEST

START_TEST(all_mistakes_of_all_files_come_in_one_go)
{
	static const char *const want[][2] = {
		{"boards/kinds/virt.yaml:3:7", "arch: expected aarch64 or riscv64, found \"x86\""},
		{"boards/units/rock-1.yaml:1:1", "missing key \"kind\" in this board unit"},
		{"images/variants.yaml:3:5", "unknown key \"abuot\" in this variant"},
		{"images/variants.yaml:7:12", "tools: expected a list of programs, found none"},
		{"images/variants.yaml:2:5", "missing key \"about\" in this variant"},
		{"scenarios/demo.yaml:4:11", "deadline: expected " A_DURATION ", found \"soon\""},
		{"scenarios/second.yaml:1:1", "the file is empty: expected a mapping"},
	};

	fixture_change(&f, KIND, "aarch64", "x86");
	fixture_write(&f, UNIT, "unit: rock-1\n");
	fixture_change(
		&f, VARIANTS,
		"about: survives\n    source: tree\n    patches: [one.patch]\n    build: [make, -j, 2]\n"
		"    tools: [cc]",
		"abuot: survives\n    source: tree\n    patches: [one.patch]\n    build: [make, -j, 2]\n    tools: []");
	fixture_change(&f, DEMO, "20s", "soon");
	fixture_write(&f, "scenarios/second.yaml", "");
	ck_assert_int_eq(fixture_load(&f), -1);
	ck_assert_uint_eq(f.errors.count, sizeof want / sizeof want[0]);
	for (size_t i = 0; i < f.errors.count; i++) {
		ck_assert_str_eq(f.errors.items[i].where, want[i][0]);
		ck_assert_str_eq(f.errors.items[i].what, want[i][1]);
	}
}
END_TEST

START_TEST(a_slip_of_the_pen_gets_a_hint)
{
	static const struct {
		const char *file, *find, *put, *hint;
	} slips[] = {
		{DEMO, "tags:", "tag:", "did you mean \"tags\"?"},
		{DEMO, "tags:", "owner:",
		 "expected one of: scenario, about, tags, boards, deadline, parameters, deny, markers, "
		 "allow-markers, answers, line-test, boot-deadline, retries, phases, finally, any-image, variants"},
		{DEMO, "cause: kernel-panic", "cause: kernel-panik", "did you mean \"kernel-panic\"?"},
		{DEMO, "  bad: {", "  baad: {", "did you mean \"bad\"?"},
		{DEMO, "after: up", "at: up, after: up",
		 "\"at: end\" stands under \"finally\" only; a step looks \"after\" a moment"},
		{UNIT, "kind: rock", "kind: rick", "did you mean \"rock\"?"},
		{UNIT, "kind: rock", "kind: zebra", "kinds are described in boards/kinds/"},
		{VARIANTS, "about: survives\n    source", "source",
		 "about: a line of text (what it is for, in one line)"},
	};

	for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
		fixture_change(&f, slips[i].file, slips[i].find, slips[i].put);
		ck_assert_str_eq(only_error()->hint, slips[i].hint);
		fixture_write(&f, slips[i].file, fixture_text(slips[i].file));
		project_finish(&f.project);
		err_list_finish(&f.errors);
	}
}
END_TEST

START_TEST(what_refers_to_a_broken_file_is_no_second_mistake)
{
	fixture_write(&f, KIND, "kind: [\n");
	ck_assert_str_eq(only_error()->where, "boards/kinds/virt.yaml:2:1");
	project_finish(&f.project);
	err_list_finish(&f.errors);

	fixture_write(&f, KIND, fixture_text(KIND));
	fixture_write(&f, VARIANTS, "- a\n");
	ck_assert_str_eq(only_error()->what, "expected a mapping with variants, found a list");
}
END_TEST

START_TEST(two_payloads_have_two_places)
{
	fixture_change(&f, KIND, "load-address",
		       "reserved-memory: [{name: here, base: 0x90000000, size: 2M}]\nload-address");
	fixture_change(&f, VARIANTS, "artefacts: {image: loader.img}",
		       "artefacts: {image: i, payloads: [{path: p, reserved: here}, {path: q, reserved: here}]}");
	ck_assert_str_eq(only_error()->where, "images/variants.yaml:21:85");
	ck_assert_str_eq(f.errors.items[0].what, "payloads: two of them go to \"here\"");
}
END_TEST

START_TEST(variants_that_are_like_each_other_in_a_ring_are_told_once_and_end)
{
	fixture_write(&f, VARIANTS,
		      "variants:\n"
		      "  - {variant: good, about: x, like: bad}\n"
		      "  - {variant: bad, about: x, like: worse}\n"
		      "  - {variant: worse, about: x, like: bad}\n");
	fixture_remove(&f, DEMO);
	ck_assert_str_eq(only_error()->where, "images/variants.yaml:4:38");
	ck_assert_str_eq(f.errors.items[0].what, "like: worse is like bad, which leads back to it");
}
END_TEST

START_TEST(a_unit_must_not_be_called_as_a_kind_is)
{
	fixture_write(&f, "boards/units/virt.yaml", "unit: virt\nkind: virt\n");
	ck_assert_str_eq(only_error()->where, "boards/units/virt.yaml:1:7");
	ck_assert_str_eq(f.errors.items[0].what, "unit: a board kind is called \"virt\" already");
}
END_TEST

START_TEST(files_that_are_no_files_are_named)
{
	char *path = xasprintf("%s/scenarios/pipe.yaml", f.root);

	ck_assert_int_eq(mkfifo(path, 0600), 0);
	free(path);
	ck_assert_str_eq(only_error()->where, "scenarios/pipe.yaml");
	ck_assert_str_eq(f.errors.items[0].what, "expected a regular file");
}
END_TEST

START_TEST(a_missing_variants_file_is_named)
{
	fixture_remove(&f, VARIANTS);
	ck_assert_str_eq(only_error()->where, VARIANTS);
	ck_assert_str_eq(f.errors.items[0].what, "cannot be read: No such file or directory");
}
END_TEST

START_TEST(a_project_without_boards_says_so_once)
{
	fixture_remove(&f, "boards");
	ck_assert_str_eq(only_error()->where, "boards/kinds");
	ck_assert_str_eq(f.errors.items[0].what, "no board kind is described there: expected NAME.yaml for each");
}
END_TEST

START_TEST(another_suffix_is_not_passed_over_in_silence)
{
	fixture_write(&f, "scenarios/second.yml", "scenario: second\n");
	ck_assert_str_eq(only_error()->where, "scenarios/second.yml");
	ck_assert_str_eq(f.errors.items[0].what, "the file's name ends in .yml: expected .yaml");
}
END_TEST

/* `count` times `piece` behind `start`, as a scenario file. */
static void write_huge(const char *start, const char *piece, size_t count)
{
	struct buf b;

	buf_init(&b);
	buf_adds(&b, start);
	for (size_t i = 0; i < count; i++)
		buf_adds(&b, piece);
	fixture_write_bytes(&f, "scenarios/huge.yaml", b.data, b.len);
	buf_finish(&b);
}

START_TEST(a_text_of_a_megabyte_is_refused)
{
	write_huge("about: ", "xxxxxxxxxx", 100000);
	ck_assert_int_eq(fixture_load(&f), -1);
	ck_assert_str_eq(f.errors.items[0].where, "scenarios/huge.yaml:1:8");
	ck_assert_str_eq(f.errors.items[0].what, "a text of 1000000 bytes: expected at most 4096");
}
END_TEST

START_TEST(a_file_beyond_the_limit_is_not_even_read)
{
	write_huge("about: ", "xxxxxxxxxx", 200000);
	ck_assert_str_eq(only_error()->what, "a file of 2000007 bytes: expected at most 1048576");
}
END_TEST

START_TEST(enormous_nesting_ends_at_the_limit)
{
	write_huge("", "[", 500000);
	ck_assert_str_eq(only_error()->where, "scenarios/huge.yaml:1:17");
	project_finish(&f.project);
	err_list_finish(&f.errors);
	write_huge("", "{a: ", 200000);
	ck_assert_str_eq(only_error()->what, "too many lists and mappings inside each other: expected at most 16");
	project_finish(&f.project);
	err_list_finish(&f.errors);
	write_huge("", "- ", 400000);
	ck_assert_str_eq(only_error()->what, "too many lists and mappings inside each other: expected at most 16");
}
END_TEST

START_TEST(nonsense_is_reported_up_to_a_limit)
{
	write_huge("", "nonsense: 1\n", 20000);
	ck_assert_int_eq(fixture_load(&f), -1);
	ck_assert_uint_eq(f.errors.count, 101);
	ck_assert_str_eq(f.errors.items[100].what, "more than 100 mistakes: the rest of this file is not reported");
	project_finish(&f.project);
	err_list_finish(&f.errors);
	write_huge("", "a: 1\n", 100000);
	ck_assert_str_eq(only_error()->what, "too many values in one file: expected at most 50000");
}
END_TEST

Suite *mistake_test(void)
{
	Suite *s = suite_create("mistake");
	TCase *t = tcase_create("mistake");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_loop_test(t, one_mistake_is_one_error_at_its_place, 0, CASES);
	tcase_add_test(t, all_mistakes_of_all_files_come_in_one_go);
	tcase_add_test(t, a_slip_of_the_pen_gets_a_hint);
	tcase_add_test(t, what_refers_to_a_broken_file_is_no_second_mistake);
	tcase_add_test(t, two_payloads_have_two_places);
	tcase_add_test(t, variants_that_are_like_each_other_in_a_ring_are_told_once_and_end);
	tcase_add_test(t, a_unit_must_not_be_called_as_a_kind_is);
	tcase_add_test(t, files_that_are_no_files_are_named);
	tcase_add_test(t, a_missing_variants_file_is_named);
	tcase_add_test(t, a_project_without_boards_says_so_once);
	tcase_add_test(t, another_suffix_is_not_passed_over_in_silence);
	tcase_add_test(t, a_text_of_a_megabyte_is_refused);
	tcase_add_test(t, a_file_beyond_the_limit_is_not_even_read);
	tcase_add_test(t, enormous_nesting_ends_at_the_limit);
	tcase_add_test(t, nonsense_is_reported_up_to_a_limit);
	suite_add_tcase(s, t);
	return s;
}
