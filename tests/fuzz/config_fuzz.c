/*
 * The project's YAML files. The first byte chooses the kind of file; the rest is the file. Whatever it holds: it is read,
 * or there are mistakes, each with its place.
 */
#include <stdlib.h>
#include <string.h>

#include "config/description.h"
#include "config/fixture.h"
#include "config/read.h"
#include "fuzz.h"

const unsigned fuzz_cost = 20;

static struct fixture f;
static const char *const paths[] = {"boards/kinds/virt.yaml", "boards/units/rock-1.yaml", "images/variants.yaml",
				    "scenarios/demo.yaml", "images/mutants.yaml", "boards/markers/demo.yaml", "demo.yaml"};
static const char *const kinds[] = {"board-kind", "board-unit", "variants", "scenario", "mutants", "markers", "nightly"};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

static void remove_project(void)
{
	fixture_finish(&f);
}

/* What one file may refer to. */
static void need_project(void)
{
	if (f.root[0])
		return;
	fixture_init(&f);
	atexit(remove_project);
	if (fixture_load(&f) < 0)
		abort();
}

static void check(const struct err_list *errors, const char *path)
{
	for (size_t i = 0; i < errors->count; i++) {
		const struct err *e = &errors->items[i];

		if (e->kind != ERR_CONFIG || !e->what[0] || strncmp(e->where, path, strlen(path)) != 0)
			abort();
		/* a line, but for what is wrong with the file as a whole */
		if (e->where[strlen(path)] && (e->where[strlen(path)] != ':' || e->where[strlen(path) + 1] < '1' ||
					       e->where[strlen(path) + 1] > '9'))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	size_t kind = n ? bytes[0] % KINDS : 0;
	const struct schema *s = schema_file_find(kinds[kind])->root;
	const struct yaml *root;
	struct err_list errors;
	struct reader r;
	struct arena a;

	need_project();
	arena_init(&a);
	err_list_init(&errors);
	reader_init(&r, &f.project, &a, paths[kind], &errors);
	r.folder = f.root;
	r.stem = "demo";
	root = yaml_parse(&a, n ? (const char *)bytes + 1 : "", n ? n - 1 : 0, &r.mistakes);
	if (root)
		reader_read(&r, s, root, arena_alloc(&a, s->size));
	else if (!errors.count)
		abort();
	check(&errors, paths[kind]);
	reader_finish(&r);
	err_list_finish(&errors);
	arena_finish(&a);
	return 0;
}

static void add_file(void (*add)(const void *bytes, size_t n), size_t kind, const char *text)
{
	struct buf b = {0};

	buf_addc(&b, (char)('0' / KINDS * KINDS + kind)); /* a digit's neighbourhood: printable */
	buf_adds(&b, text);
	add(b.data, b.len);
	buf_finish(&b);
}

/* As large as a file may be, of one piece over and over. */
static void add_much(void (*add)(const void *bytes, size_t n), size_t kind, const char *head, const char *piece)
{
	struct buf b = {0};

	buf_adds(&b, head);
	for (int i = 0; b.len < YAML_FILE_MAX - 100; i++)
		for (const char *p = piece; *p; p++) {
			if (*p == '#')
				buf_printf(&b, "%d", i);
			else
				buf_addc(&b, *p);
		}
	add_file(add, kind, b.data);
	buf_finish(&b);
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	for (size_t i = 0; i < 4; i++)
		add_file(add, i, fixture_text(paths[i]));
	add_file(add, 1,
		 "unit: demo\nkind: rock\npower:\n  deadline: 5s\n  http:\n    url: https://switch.lab/api\n    pinned-key: "
		 "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n    login: {digest: {user: lab, password: {file: ~/word}}}\n"
		 "    secret: {env: WORD}\n    headers: ['X-Key: {secret}', 'Cookie: a={secret}']\n    on: {path: /on, body: '{}'}\n"
		 "    off: {path: '/off?k={secret}', method: PUT}\n"
		 "    state: {path: /, value: '$.a[0][\"b\"]', on: ['1'], off: ['0']}\n"
		 "reset: {exec: {command: [reset, now]}}\n");
	add_file(add, 1,
		 "unit: demo\nkind: rock\nconsole: {tcp: {host: lab, port: 7001, protocol: rfc2217, baud: 115200}}\n"
		 "load: {tftp: {root: /srv/tftp, sftp: {host: lab, port: 2222, user: me, keepalive: 5s, jump: {host: gate}}}, "
		 "prepare: [dhcp], load: 'tftpboot {address} {file}'}\nmemory: {gdb: 'lab:3333', addresses: physical}\n"
		 "reset: {gdb: system_reset}\npower: {manual: {}, silence: 300ms}\n");
	add_file(add, 1,
		 "unit: demo\nkind: rock\nload: {openocd: {endpoint: 'unix:/run/gdb'}}\nmemory: {uboot: {deadline: 1m}}\n"
		 "reset: {ssh: {host: lab, command: 'reset 1'}}\n");
	add_file(add, 1, "unit: demo\nkind: rock\nload: {ymodem: {}, disk: {file: x}, fastboot: {serial: y}, dtb: z.dtb}\n");
	add_file(add, 1,
		 "unit: demo\nkind: rock\nmq: {command: [ssh, -tt, lab, mq.sh], boards: [a1, a_2], started: '## Starting', boot: 1m, "
		 "job: 15m, reclaim: 1h, wait: 1h, retry: 8s, stop: 30s,\n  remote: {copy: [scp, '{file}', 'lab:{name}'], path: "
		 "'x/{name}', remove: [ssh, lab, rm, '{name}']}}\n");
	add_file(add, 0,
		 "kind: x\nabout: y\narch: riscv64\nentry: s-mode\nmemory: {base: 0x80000000, size: 512M}\n"
		 "load-address: 0x80200000\ndischarge: 2s\nboot-deadline: 1m\ndevice-tree: {qemu: {program: q, machine: virt}}\n"
		 "uboot: {start: 'bootm {address} - {dtb}', format: uimage, image-address: 0x84000000, banner: U-Boot 20, "
		 "dtb: {address: 0x88000000}}\n"
		 "openocd: {before: [reset halt], files: [], registers: {pc: 0x80200000, a0: 0}, deadline: 1m}\n"
		 "fastboot: {program: f, commands: ['stage {file}', continue], deadline: 5s}\n");
	add_file(add, 1,
		 "unit: demo\nkind: rock\npower: {pdudaemon: {url: 'http://pdu:16421', hostname: farm, port: 1}, discharge: 2s}\n");
	add_file(add, 6, "nightly: demo\nabout: x\ngate: health\nbudget: 8h\njobs:\n  - {job: a, scenarios: [demo], boards: ['*'], "
			 "variants: [good], tags: [x], configs: [debug], set: {times: 3}, repeat: 5, retries: 0, wait: 1m, budget: 1h}\n"
			 "  - {job: b, of: mutants, tags: [spine], where: slurm}\nkeep: {days: 30, runs: 9, size: 2G}\ntell:\n"
			 "  chat: {webhook: {url: {env: X}, body: json, login: {bearer: {token: {file: x}}}}, when: always}\n"
			 "  list: {mail: {to: [a+b@example.org], from: c@example.org, program: /x}, tries: 2, pause: 1s, deadline: 5s}\n");
	add_file(add, 5, "markers: demo\nabout: x\nuse: when-named\ntexts:\n  - {text: 'up', by: kernel, mark: kernel-up, ends: boot, "
			 "comes: sometimes, answer: \"\\n\"}\n  - {text: 'bad', by: kernel, cause: kernel-panic}\n"
			 "  - {text: 'dead', by: loader, trouble: the wire is dead}\n"
			 "  - {text: '(?<start>0x[0-9a-f]+)..(?<end>0x[0-9a-f]+)', by: kernel, tells: untyped}\n");
	add_file(add, 3, "scenario: demo\nabout: x\ndeadline: 1m\nany-image: {settle: 1s, deadline: 5s}\nanswers: markers\n"
			 "allow-markers: [pd-fault]\nphases:\n  - {phase: p, deadline: 1m, steps: [{settle: 1s}]}\nvariants: {good: pass}\n");
	add_file(add, 0, "kind: x\nabout: y\narch: riscv64\nentry: s-mode\nmemory: {base: 0x80000000, size: 512M}\n"
			 "load-address: 0x80200000\nreserved:\n  modules: {base: 0x90000000, size: 64M}\n");
	add_file(add, 2, "variants:\n  - variant: a\n    about: b\n    source: {git: ., revision: HEAD}\n    patches: [{commits: A..B}]\n"
			 "    build: [make]\n    boards: ['*']\n    configs: [debug]\n    artefacts: {image: a, report: r, payloads: [], "
			 "updates: []}\n  - variant: c\n    like: a\n    about: d\n    sdk: {path: $X, programs: []}\n");
	add_file(add, 3, "scenario: demo\nabout: x\ndeadline: 1m\nparameters: {times: {default: 3, min: 1, max: 9}}\nphases:\n"
			 "  - phase: p\n    deadline: 1h\n    steps:\n      - repeat: {times: '${times}', as: i, steps: [{send: \"x\\e\"}, "
			 "{reset: warm}, {power: cycle}]}\n      - cases: {format: tap, from: t, prefix: 'T|'}\n"
			 "      - send-file: {file: u, alter: truncated}\n      - holds: {pd: a, image: none}\nvariants: {good: pass}\n");
	add_file(add, 4, "mutants:\n  - mutant: m\n    like: good\n    about: x\n    patches: [one.patch]\n    caught-by: {demo: {fails-with: "
			 "pd-code-cleared}}\n");
	add_file(add, 3, "a: &x [1]\nb: *x\n? c\n: !!int 3\n--- \n...\n%YAML 1.1\n\"\\xff\\u0000\": |2-\n  x\n >+\n");
	add_much(add, 2, "variants:\n", "  - {variant: v#, about: x, source: tree, build: [make], boards: [virt], configs: [d], "
					"artefacts: {image: i}}\n");
	add_much(add, 3, "scenario: demo\n", "k#: 1\n");
	add_much(add, 3, "scenario: demo\ntags:\n", "- t#\n");
	add_much(add, 3, "variants:\n", " v#: pass\n");
	add_much(add, 3, "phases:\n", " - {phase: p#, deadline: 1s, steps: []}\n");
	add_much(add, 3, "", "[");
	add_much(add, 3, "", "{a: ");
	add_much(add, 3, "", "- ");
	add_much(add, 3, "deny: [{text: '", "(a*)*");
}
