#include "config/board.h"

#include <stdlib.h>
#include <string.h>

#include "config/description.h"
#include "config/project.h"
#include "config/read.h"
#include "config/reserved.h"
#include "config/scalar.h"

static const char *const arches[] = {[ARCH_AARCH64] = "aarch64", [ARCH_RISCV64] = "riscv64", [ARCH_COUNT] = NULL};

const char *arch_name(enum arch a)
{
	return (unsigned)a < ARCH_COUNT ? arches[a] : "unknown";
}

int64_t board_unit_discharge_ms(const struct board_unit *u)
{
	return u->power && u->power->discharge_ms ? u->power->discharge_ms : u->kind->discharge_ms;
}

unsigned board_unit_set_aside_after(const struct board_unit *u)
{
	return u->care ? (unsigned)u->care->set_aside_after : 0;
}

/* ---- a kind's parts ---- */

static const struct schema_key memory_keys[] = {
	{"base", "physical address of the first byte", &scalar_address, .at = offsetof(struct memory_range, base),
	 .required = true},
	{"size", "how much there is", &scalar_size, .at = offsetof(struct memory_range, size), .required = true},
	{0},
};

static const struct schema memory = {
	.shape = SCHEMA_RECORD,
	.name = "memory range",
	.expected = "a mapping with base and size",
	.size = sizeof(struct memory_range),
	.keys = memory_keys,
};

static const char *const deliver_words[] = {[QEMU_DELIVER_LOADER] = "loader", [QEMU_DELIVER_KERNEL] = "kernel",
					    [QEMU_DELIVER_UBOOT] = "uboot", NULL};

static const struct schema deliver = {
	.name = "word",
	.expected = "loader, kernel or uboot",
	.size = sizeof(enum qemu_deliver),
	.parse = scalar_parse_word,
	.words = deliver_words,
};

static const struct schema cpu_count = {
	.name = "number",
	.expected = "a number from 1 to 512",
	.size = sizeof(int),
	.parse = scalar_parse_integer,
	.number = true,
	.min = 1,
	.max = 512,
};

static const struct schema_key qemu_keys[] = {
	{"program", "the QEMU to start, looked up in PATH", &scalar_line, .at = offsetof(struct qemu_board, program),
	 .required = true},
	{"machine", "value of -machine", &scalar_line, .at = offsetof(struct qemu_board, machine), .required = true},
	{"cpu", "value of -cpu; QEMU's own choice without it", &scalar_line, .at = offsetof(struct qemu_board, cpu)},
	{"cpus", "value of -smp", &cpu_count, .at = offsetof(struct qemu_board, cpus), .fallback = "1"},
	{"deliver", "how the image gets in: a loader device at load-address, -kernel, or by U-Boot", &deliver,
	 .at = offsetof(struct qemu_board, deliver), .fallback = "loader"},
	{"firmware", "\"deliver: uboot\" only: the U-Boot that starts, on riscv64 behind QEMU's OpenSBI", &scalar_line,
	 .at = offsetof(struct qemu_board, firmware)},
	{"args", "further arguments", &scalar_lines, .at = offsetof(struct qemu_board, args)},
	{0},
};

static const struct schema qemu = {
	.shape = SCHEMA_RECORD,
	.name = "qemu section",
	.expected = "a mapping with program and machine",
	.size = sizeof(struct qemu_board),
	.keys = qemu_keys,
};

static const struct schema_key tree_keys[] = {
	{"file", "a flattened device tree (.dtb)", &scalar_file, .at = offsetof(struct kind_tree, file), .choice = true,
	 .chosen = TREE_OF_FILE},
	{"qemu", "the QEMU machine that dumps it: the boards are such machines", &qemu, .at = offsetof(struct kind_tree, machine),
	 .boxed = true, .choice = true, .chosen = TREE_OF_MACHINE},
	{0},
};

static const struct schema tree = {
	.shape = SCHEMA_RECORD,
	.name = "device tree",
	.expected = "a mapping with one of: file, qemu",
	.size = sizeof(struct kind_tree),
	.keys = tree_keys,
	.choice = true,
	.choice_at = offsetof(struct kind_tree, source),
};

static const char *const use_words[] = {[KIND_USE_ALWAYS] = "always", [KIND_USE_WHEN_NAMED] = "when-named", NULL};

static const struct schema use = {
	.name = "word",
	.expected = "always or when-named",
	.size = sizeof(enum kind_use),
	.parse = scalar_parse_word,
	.words = use_words,
};

static const struct schema arch = {
	.name = "word",
	.expected = "aarch64 or riscv64",
	.size = sizeof(enum arch),
	.parse = scalar_parse_word,
	.words = arches,
};

static const char *const entry_words[] = {"el2", "el1", "s-mode", NULL};

static const struct schema entry = {
	.name = "word",
	.expected = "el2, el1 or s-mode",
	.size = sizeof(char *),
	.parse = scalar_parse_word_text,
	.words = entry_words,
};

/* ---- a kind ---- */

static void check_entry(struct reader *r, const struct board_kind *k)
{
	bool riscv = k->arch == ARCH_RISCV64;

	if (k->entry && riscv != (strcmp(k->entry, "s-mode") == 0))
		reader_mistake(r, &k->entry, "entry: %s cannot be entered at %s: expected %s", arch_name(k->arch),
			       k->entry, riscv ? "s-mode" : "el2 or el1");
}

static bool wraps(const struct memory_range *m)
{
	return m->size && m->base + (m->size - 1) < m->base;
}

static void check_load_address(struct reader *r, const struct board_kind *k)
{
	bool decided = k->qemu && k->qemu->deliver == QEMU_DELIVER_KERNEL;
	const struct memory_range *m = &k->memory;

	if (!reader_has(r, &k->load_address)) {
		if (!decided)
			reader_mistake(r, k, "missing key \"load-address\" in this board kind");
	} else if (decided) {
		reader_mistake(r, &k->load_address, "load-address: expected none with \"deliver: kernel\"");
		reader_hint(r, "QEMU decides where a kernel goes");
	} else if (k->load_address && m->size && !wraps(m) && k->load_address - m->base >= m->size) {
		reader_mistake(r, &k->load_address, "load-address: 0x%llx is not in memory: expected 0x%llx to 0x%llx",
			       (unsigned long long)k->load_address, (unsigned long long)m->base,
			       (unsigned long long)(m->base + m->size - 1));
	}
}

static void check_uboot(struct reader *r, const struct board_kind *k)
{
	bool wanted = k->qemu && k->qemu->deliver == QEMU_DELIVER_UBOOT;

	if (wanted && !k->uboot)
		reader_mistake(r, k, "missing key \"uboot\" in this board kind: it has \"deliver: uboot\"");
	else if (k->qemu && !wanted && k->uboot)
		reader_mistake(r, k->uboot, "uboot: expected none without \"deliver: uboot\"");
	if (wanted && k->uboot && !reader_has(r, &k->uboot->medium))
		reader_mistake(r, k->uboot, "missing key \"medium\" in this uboot section: it has \"deliver: uboot\"");
	if (wanted && k->uboot && !k->uboot->load && !reader_has(r, &k->uboot->load))
		reader_mistake(r, k->uboot, "missing key \"load\" in this uboot section: it has \"deliver: uboot\"");
	if (k->qemu && k->uboot && k->uboot->load && !strstr(k->uboot->load, UBOOT_FILE))
		reader_mistake(r, &k->uboot->load, "load: expected a command with " UBOOT_FILE " in it");
	if (k->uboot && k->uboot->format == UBOOT_RAW && k->uboot->image_address && k->uboot->image_address != k->load_address)
		reader_mistake(r, &k->uboot->image_address,
			       "image-address: a raw image runs where it is: expected load-address, or \"format: uimage\" or elf");
	if (wanted && !k->qemu->firmware)
		reader_mistake(r, k->qemu, "missing key \"firmware\" in this qemu section: it has \"deliver: uboot\"");
	else if (k->qemu && !wanted && k->qemu->firmware)
		reader_mistake(r, &k->qemu->firmware, "firmware: expected none without \"deliver: uboot\"");
}

static bool ends_boot(const struct marker_table *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->markers[i].ends == MARKER_ENDS_BOOT)
			return true;
	return false;
}

/* Without a mark that ends it no boot could keep the deadline. */
static void check_boot_deadline(struct reader *r, const struct board_kind *k)
{
	bool ends = !k->markers; /* the usual tables: a session looks at those */

	for (size_t i = 0; k->markers && k->markers[i]; i++)
		ends |= ends_boot(k->markers[i]);
	if (k->boot_deadline_ms && !ends)
		reader_mistake(r, &k->boot_deadline_ms,
			       "boot-deadline: none of the kind's marker tables says what ends a boot");
}

static void check_discharge(struct reader *r, struct board_kind *k)
{
	enum { USUAL_MS = 1000 };

	if (k->qemu && reader_has(r, &k->discharge_ms))
		reader_mistake(r, &k->discharge_ms, "discharge: expected none, as a machine of QEMU stores no charge");
	else if (!k->qemu && !reader_has(r, &k->discharge_ms))
		k->discharge_ms = USUAL_MS;
}

static void check_kind(struct reader *r, void *record)
{
	struct board_kind *k = record;

	if (!reader_has(r, &k->markers))
		k->markers = NULL; /* unlike an empty list, which is none */
	check_boot_deadline(r, k);
	check_discharge(r, k);
	check_entry(r, k);
	if (wraps(&k->memory))
		reader_mistake(r, &k->memory.size, "size: memory ends beyond the last 64-bit address");
	check_load_address(r, k);
	reserved_check(r, k);
	check_uboot(r, k);
	if (k->tree && k->qemu)
		reader_mistake(r, k->tree, "device-tree: expected none, as QEMU dumps it");
}

static const struct schema_key kind_keys[] = {
	{"kind", "name of this kind, as Microkit calls the board; the file is named after it", &scalar_own_name,
	 .at = offsetof(struct board_kind, name), .required = true},
	{"about", "what it is, in one line", &scalar_line, .at = offsetof(struct board_kind, about), .required = true},
	{"arch", "instruction set", &arch, .at = offsetof(struct board_kind, arch), .required = true},
	{"entry", "level at which the boot loader of the image is entered", &entry,
	 .at = offsetof(struct board_kind, entry), .required = true},
	{"memory", "RAM, by physical address", &memory, .at = offsetof(struct board_kind, memory), .required = true},
	{"reserved-memory", "parts of it that the device tree sets aside by name", &schema_reserved,
	 .at = offsetof(struct board_kind, reserved), .count_at = offsetof(struct board_kind, reserved_count)},
	{"load-address", "where the boot image goes; left out only with \"deliver: kernel\"", &scalar_address,
	 .at = offsetof(struct board_kind, load_address)},
	{"use", "when-named: it takes part only where --board or a scenario names it", &use,
	 .at = offsetof(struct board_kind, use), .fallback = "always"},
	{"markers", "marker tables for what boot software prints there; without it all that need not be named",
	 &schema_marker_references, .at = offsetof(struct board_kind, markers)},
	{"boot-deadline", "how long each boot may take, from power-on to the mark that ends it, unless a scenario says",
	 &scalar_duration, .at = offsetof(struct board_kind, boot_deadline_ms)},
	{"discharge", "hardware only: how long it must stay off before it is switched on again, so that it starts anew; 1s "
		      "without it", &scalar_duration, .at = offsetof(struct board_kind, discharge_ms)},
	{"uboot", "how its U-Boot loads the image; a QEMU machine has it with \"deliver: uboot\"", &schema_uboot,
	 .at = offsetof(struct board_kind, uboot), .boxed = true},
	{"openocd", "what a debugger does to start the image, where a unit is loaded that way", &schema_openocd,
	 .at = offsetof(struct board_kind, openocd), .boxed = true},
	{"fastboot", "how fastboot is called, where a unit is loaded that way", &schema_fastboot,
	 .at = offsetof(struct board_kind, fastboot), .boxed = true},
	{"qemu", "the QEMU machine; without it the kind is real hardware", &qemu,
	 .at = offsetof(struct board_kind, qemu), .boxed = true},
	{"device-tree", "hardware only: the device tree that builds of images get (RUNTEST_DTB); QEMU machines dump their own",
	 &tree, .at = offsetof(struct board_kind, tree), .boxed = true},
	{0},
};

const struct schema schema_board_kind = {
	.shape = SCHEMA_RECORD,
	.name = "board kind",
	.expected = "a mapping that begins with \"kind: NAME\"",
	.size = sizeof(struct board_kind),
	.keys = kind_keys,
	.line_at = offsetof(struct board_kind, line),
	.file_at = offsetof(struct board_kind, file),
	.check = check_kind,
};

/* ---- a unit ---- */

static void parse_kind(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	const struct board_kind *kind = project_kind(r->project, n->text);

	if (kind) {
		*(const struct board_kind **)out = kind;
		return;
	}
	reader_refuse(r, s, n);
	reader_hint_nearest(r, n->text, project_kind_names(r->project),
			    "kinds are described in boards/kinds/");
}

static const struct schema kind_reference = {
	.name = "kind",
	.expected = "the name of a board kind",
	.size = sizeof(struct board_kind *),
	.parse = parse_kind,
	.pattern = "^[a-z][a-z0-9_-]{0,63}$",
};

/* A QEMU has its console by itself, unless its serial line is plugged in where another driver finds it. */
static void check_console(struct reader *r, const struct board_unit *u)
{
	if (!u->kind || !u->kind->line)
		return;
	if (u->qemu_serial && !u->kind->qemu)
		reader_mistake(r, &u->qemu_serial, "qemu-serial: %s is real hardware: expected none", u->kind->name);
	else if (u->qemu_serial && !u->console)
		reader_mistake(r, &u->qemu_serial, "qemu-serial: expected a console section that says where it comes out");
	else if (u->console && u->kind->qemu && !reader_has(r, &u->qemu_serial))
		reader_mistake(r, u->console, "console: a QEMU board has its own, unless qemu-serial says where its "
					       "serial line is plugged in");
}

static void check_memory(struct reader *r, const struct board_unit *u)
{
	const struct unit_memory *m = u->memory;

	if (!m || !u->kind || !u->kind->line)
		return;
	if (reader_has(r, &m->gdb.endpoint) && !m->gdb.endpoint && !u->kind->qemu)
		reader_mistake(r, &m->gdb.endpoint, "gdb: %s is real hardware: expected HOST:PORT or unix:PATH",
			       u->kind->name);
	if (m->driver == MEMORY_UBOOT && u->kind->qemu)
		reader_mistake(r, m, "memory: %s is a QEMU machine, whose memory can be seen at any moment: expected gdb, or nothing",
			       u->kind->name);
	else if (m->driver == MEMORY_UBOOT && !u->kind->uboot)
		reader_mistake(r, m, "memory: %s has no U-Boot that could read it", u->kind->name);
}

/* QEMU is its own switch. */
static void check_unit_power(struct reader *r, const struct board_unit *u)
{
	if (!u->kind || !u->kind->line || !u->kind->qemu)
		return;
	if (u->power)
		reader_mistake(r, u->power, "power: expected none, as %s is a machine of QEMU", u->kind->name);
	if (u->reset)
		reader_mistake(r, u->reset, "reset: expected none, as %s is a machine of QEMU", u->kind->name);
}

/* A queue has the board as a whole. */
static void check_queue(struct reader *r, const struct board_unit *u)
{
	if (u->mq && u->kind && u->kind->line && u->kind->qemu)
		reader_mistake(r, u->mq, "mq: %s is a QEMU machine: expected none", u->kind->name);
	if (u->mq && u->console)
		reader_mistake(r, u->console, "console: expected none beside mq, which follows it");
	if (u->mq && u->memory)
		reader_mistake(r, u->memory, "memory: expected none beside mq, which offers no way to it");
	if (u->mq && u->load)
		reader_mistake(r, u->load, "load: expected none beside mq, which loads it");
	if (u->mq && u->power)
		reader_mistake(r, u->power, "power: expected none beside mq, which switches it");
	if (u->mq && u->reset)
		reader_mistake(r, u->reset, "reset: expected none beside mq, which offers none");
}

/* Else it has a mistake of its own. */
static bool says_how(const struct unit_load *l)
{
	return l->tftp || l->ymodem || l->disk || l->fastboot || l->openocd;
}

/* U-Boot's ways need to know how it is spoken to. */
static void check_load(struct reader *r, const struct board_unit *u)
{
	bool talks = u->load && (u->load->driver == LOAD_TFTP || u->load->driver == LOAD_YMODEM || u->load->driver == LOAD_DISK);

	if (!u->load || !says_how(u->load) || !u->kind || !u->kind->line)
		return;
	if (u->kind->qemu)
		reader_mistake(r, u->load, "load: a QEMU board is loaded as its kind says: expected none");
	else if (talks && !u->kind->uboot)
		reader_mistake(r, u->load, "load: %s has no uboot section, which says how its prompt is spoken to", u->kind->name);
	else if (u->kind->uboot && u->load->driver == LOAD_DISK && !u->load->load && !u->kind->uboot->load)
		reader_mistake(r, u->load, "load: expected a command `load` that reads the board's medium, here or in the kind's "
					   "uboot section");
	else if (u->kind->uboot && u->kind->uboot->dtb && !u->kind->uboot->dtb->file && !u->load->dtb && talks)
		reader_mistake(r, u->load, "load: expected a key dtb: %s wants a device tree beside the image", u->kind->name);
	else if (u->load->dtb && !(u->kind->uboot && u->kind->uboot->dtb))
		reader_mistake(r, &u->load->dtb, "dtb: %s does not say where one goes (uboot: dtb: address)", u->kind->name);
}

static void check_unit(struct reader *r, void *record)
{
	const struct board_unit *u = record;

	/* A kind without a line could not be read: nothing is known of it. */
	if (u->qemu_program && u->kind && u->kind->line && !u->kind->qemu)
		reader_mistake(r, &u->qemu_program, "qemu-program: %s is real hardware: expected none", u->kind->name);
	check_memory(r, u);
	check_console(r, u);
	check_queue(r, u);
	check_unit_power(r, u);
	if (u->reset && u->reset->gdb && !(u->memory && u->memory->gdb.endpoint))
		reader_mistake(r, &u->reset->gdb, "gdb: expected a memory section with the GDB server that is to be told");
	check_load(r, u);
	if (u->name && project_kind(r->project, u->name)) {
		reader_mistake(r, &u->name, "unit: a board kind is called \"%s\" already", u->name);
		reader_hint(r, "--board selects by either name, so they must differ");
	}
}

static const struct schema infra_count = {
	.name = "number",
	.expected = "a number from 1 to 1000",
	.size = sizeof(int),
	.parse = scalar_parse_integer,
	.number = true,
	.min = 1,
	.max = 1000,
};

static const struct schema_key care_keys[] = {
	{"image", "a boot image that is known to be good there, for `runtest health`; without it: a variant that the scenario health names",
	 &scalar_file, .at = offsetof(struct unit_care, image)},
	{"set-aside-after", "so many sessions in a row that end infra set the unit aside", &infra_count,
	 .at = offsetof(struct unit_care, set_aside_after), .fallback = "3"},
	{0},
};

static const struct schema care = {
	.shape = SCHEMA_RECORD,
	.name = "health",
	.expected = "a mapping with image, set-aside-after",
	.doc = "How a health check is done, and when one is due.",
	.size = sizeof(struct unit_care),
	.keys = care_keys,
};

static const struct schema_key unit_keys[] = {
	{"unit", "name of this board, unlike any kind's; the file is named after it", &scalar_own_name,
	 .at = offsetof(struct board_unit, name), .required = true},
	{"kind", "the board kind it is one of", &kind_reference, .at = offsetof(struct board_unit, kind),
	 .required = true},
	{"about", "what it is or where it stands, in one line", &scalar_line, .at = offsetof(struct board_unit, about)},
	{"node", "the lab host that it hangs on, as Slurm calls that (docs/slurm.md)", &scalar_host,
	 .at = offsetof(struct board_unit, node)},
	{"qemu-program", "another QEMU than the kind's", &scalar_line, .at = offsetof(struct board_unit, qemu_program)},
	{"memory", "how its memory is read; without it by the mapping that a QEMU shares, or not at all", &schema_unit_memory,
	 .at = offsetof(struct board_unit, memory), .boxed = true},
	{"console", "how its console is reached", &schema_unit_console, .at = offsetof(struct board_unit, console),
	 .boxed = true},
	{"mq", "the machine queue (mq.sh) that has the board, instead of console, power and load", &schema_unit_mq,
	 .at = offsetof(struct board_unit, mq), .boxed = true},
	{"power", "hardware only: how it is switched on and off", &schema_unit_power, .at = offsetof(struct board_unit, power),
	 .boxed = true},
	{"reset", "hardware only: how it is reset without losing its RAM", &schema_unit_reset,
	 .at = offsetof(struct board_unit, reset), .boxed = true},
	{"load", "how a boot image gets into its memory, and starts", &schema_unit_load,
	 .at = offsetof(struct board_unit, load), .boxed = true},
	{"health", "how its health is checked, and when it is set aside", &care, .at = offsetof(struct board_unit, care), .boxed = true},
	{"qemu-serial", "QEMU only: the tty that its serial line is plugged into, such as one end of a pty pair; the "
			"console section says where the other end is", &scalar_line,
	 .at = offsetof(struct board_unit, qemu_serial)},
	{0},
};

const struct schema schema_board_unit = {
	.shape = SCHEMA_RECORD,
	.name = "board unit",
	.expected = "a mapping that begins with \"unit: NAME\"",
	.size = sizeof(struct board_unit),
	.keys = unit_keys,
	.line_at = offsetof(struct board_unit, line),
	.file_at = offsetof(struct board_unit, file),
	.check = check_unit,
};
