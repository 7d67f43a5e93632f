#include "config/load.h"

#include <string.h>

#include "config/description.h"
#include "config/read.h"
#include "config/scalar.h"
#include "config/uboot.h"

/* ---- TFTP ---- */

/* A folder, here or on another machine. ".." would be a mistake in either. */
static void parse_root(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	if (n->text[0] != '/' || strstr(n->text, "/../") || (n->text_len >= 3 && strcmp(n->text + n->text_len - 3, "/..") == 0))
		reader_refuse(r, s, n);
	else
		scalar_parse_text(r, s, n, out);
}

static const struct schema root = {
	.name = "root folder",
	.expected = "an absolute path without \"..\", such as /srv/tftp",
	.size = sizeof(char *),
	.parse = parse_root,
	.pattern = "^/",
};

static const struct schema_key sftp_keys[] = {
	SSH_HOST_KEYS(struct { struct ssh_host h; }, h),
	{0},
};

static const struct schema sftp = {
	.shape = SCHEMA_RECORD,
	.name = "lab host for sftp",
	.expected = "a mapping with host",
	.size = sizeof(struct ssh_host),
	.keys = sftp_keys,
};

static const struct schema_key tftp_keys[] = {
	{"root", "the folder that the TFTP server offers: files are put there for a session, and removed at its end", &root,
	 .at = offsetof(struct load_tftp, root), .required = true},
	{"sftp", "the lab host with that folder; without it, it is on this machine", &sftp,
	 .at = offsetof(struct load_tftp, sftp), .boxed = true},
	{0},
};

static const struct schema tftp = {
	.shape = SCHEMA_RECORD,
	.name = "load by TFTP",
	.expected = "a mapping with root",
	.doc = "U-Boot fetches the files from a TFTP server; `load` is \"tftpboot {address} {file}\" unless somebody says.",
	.size = sizeof(struct load_tftp),
	.keys = tftp_keys,
};

/* ---- YMODEM ---- */

static const struct schema_key no_keys[] = {{0}};

static const struct schema ymodem = {
	.shape = SCHEMA_RECORD,
	.name = "load by YMODEM",
	.expected = "an empty mapping: {}",
	.doc = "Over the console, for boards without a network; `load` is \"loady {address}\" unless somebody says.",
	.size = sizeof(int),
	.keys = no_keys,
};

/* ---- what is there already ---- */

static const struct schema_key disk_keys[] = {
	{"file", "what the boot image is called there; without it as it is called here", &scalar_line,
	 .at = offsetof(struct load_disk, file)},
	{0},
};

static const struct schema disk = {
	.shape = SCHEMA_RECORD,
	.name = "load from the board's medium",
	.expected = "a mapping, which may be empty: {}",
	.doc = "Somebody else puts the files on the board's own medium; what stands there is compared with the image all the same.",
	.size = sizeof(struct load_disk),
	.keys = disk_keys,
};

/* ---- fastboot ---- */

static const struct schema_key unit_fastboot_keys[] = {
	{"serial", "which board (-s); without it the only one there is", &scalar_line,
	 .at = offsetof(struct load_fastboot, serial)},
	{0},
};

static const struct schema unit_fastboot = {
	.shape = SCHEMA_RECORD,
	.name = "load by fastboot",
	.expected = "a mapping, which may be empty: {}",
	.size = sizeof(struct load_fastboot),
	.keys = unit_fastboot_keys,
};

static const struct schema_key fastboot_keys[] = {
	{"program", "the program to run, looked up in PATH", &scalar_line, .at = offsetof(struct fastboot_board, program),
	 .fallback = "fastboot"},
	{"commands", "its arguments behind -s SERIAL, one call each; \"stage {file}\" and \"continue\" where the kind has a "
		     "uboot section, else \"boot {file}\"", &scalar_lines, .at = offsetof(struct fastboot_board, commands)},
	{"deadline", "how long each call may take", &scalar_duration, .at = offsetof(struct fastboot_board, deadline_ms),
	 .fallback = "30s"},
	{0},
};

const struct schema schema_fastboot = {
	.shape = SCHEMA_RECORD,
	.name = "fastboot section",
	.expected = "a mapping with program, commands or deadline",
	.doc = "In commands, {file} becomes the path of a file; words are separated by spaces.",
	.size = sizeof(struct fastboot_board),
	.keys = fastboot_keys,
};

/* ---- GDB remote ---- */

static void parse_endpoint(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	const char *colon = strrchr(n->text, ':');
	size_t digits = colon ? strspn(colon + 1, "0123456789") : 0;
	bool port = colon && colon != n->text && digits >= 1 && digits <= 5 && !colon[1 + digits];

	if (strpbrk(n->text, " \t\r\n") || !((strncmp(n->text, "unix:", 5) == 0 && n->text[5]) || port))
		reader_refuse(r, s, n);
	else
		scalar_parse_text(r, s, n, out);
}

static const struct schema endpoint = {
	.name = "GDB server's place",
	.expected = "HOST:PORT or unix:PATH",
	.size = sizeof(char *),
	.parse = parse_endpoint,
	.pattern = "^(unix:[^ ]+|[^ ]+:[0-9]{1,5})$",
};

static const struct schema_key unit_openocd_keys[] = {
	{"endpoint", "where the GDB server listens", &endpoint, .at = offsetof(struct load_openocd, endpoint), .required = true},
	{0},
};

static const struct schema unit_openocd = {
	.shape = SCHEMA_RECORD,
	.name = "load by a debugger",
	.expected = "a mapping with endpoint",
	.doc = "OpenOCD, or any other GDB server: it halts the board, and files are written to memory and read back.",
	.size = sizeof(struct load_openocd),
	.keys = unit_openocd_keys,
};

static const struct schema_key openocd_file_keys[] = {
	{"file", "on this machine", &scalar_file, .at = offsetof(struct openocd_file, file), .required = true},
	{"address", "physical address of its first byte", &scalar_address, .at = offsetof(struct openocd_file, address),
	 .required = true},
	{0},
};

static const struct schema openocd_file = {
	.shape = SCHEMA_RECORD,
	.name = "file for the debugger",
	.expected = "a mapping with file and address",
	.size = sizeof(struct openocd_file),
	.keys = openocd_file_keys,
};

static const struct schema openocd_files = {
	.shape = SCHEMA_LIST,
	.name = "list of files",
	.expected = "a list of files",
	.size = sizeof(struct openocd_file *),
	.item = &openocd_file,
};

static const struct schema openocd_registers = {
	.shape = SCHEMA_NAMED,
	.name = "registers",
	.expected = "a mapping from registers to numbers",
	.size = sizeof(struct openocd_register *),
	.key = &scalar_identifier,
	.item = &scalar_address,
	.element_size = sizeof(struct openocd_register),
	.key_at = offsetof(struct openocd_register, name),
	.value_at = offsetof(struct openocd_register, value),
	.element_line_at = offsetof(struct openocd_register, line),
};

static const struct schema_key openocd_keys[] = {
	{"before", "commands for the server's monitor that come first, such as \"reset halt\"", &scalar_lines,
	 .at = offsetof(struct openocd_board, before)},
	{"files", "what has to be in memory besides the image, such as OpenSBI", &openocd_files,
	 .at = offsetof(struct openocd_board, files), .count_at = offsetof(struct openocd_board, file_count)},
	{"registers", "what they are set to before it goes on; pc is load-address unless it stands here", &openocd_registers,
	 .at = offsetof(struct openocd_board, registers), .count_at = offsetof(struct openocd_board, register_count)},
	{"deadline", "how long all of it may take", &scalar_duration, .at = offsetof(struct openocd_board, deadline_ms),
	 .fallback = "2m"},
	{0},
};

const struct schema schema_openocd = {
	.shape = SCHEMA_RECORD,
	.name = "openocd section",
	.expected = "a mapping with before, files or registers",
	.size = sizeof(struct openocd_board),
	.keys = openocd_keys,
};

/* ---- the section ---- */

static void check_load(struct reader *r, void *record)
{
	struct unit_load *l = record;

	if (!reader_has(r, &l->prepare))
		l->prepare = NULL; /* unlike an empty list, which is none */
	if (l->load && !strstr(l->load, UBOOT_ADDRESS))
		reader_mistake(r, &l->load, "load: expected a command with " UBOOT_ADDRESS " in it");
	else if (l->load && (l->driver == LOAD_TFTP || l->driver == LOAD_DISK) && !strstr(l->load, UBOOT_FILE))
		reader_mistake(r, &l->load, "load: expected a command with " UBOOT_FILE " in it");
}

static const struct schema_key keys[] = {
	{"tftp", "U-Boot fetches it from a TFTP server", &tftp, .at = offsetof(struct unit_load, tftp), .boxed = true,
	 .choice = true, .chosen = LOAD_TFTP},
	{"ymodem", "over the console", &ymodem, .at = offsetof(struct unit_load, ymodem), .boxed = true, .choice = true,
	 .chosen = LOAD_YMODEM},
	{"disk", "it stands on the board's own medium", &disk, .at = offsetof(struct unit_load, disk), .boxed = true,
	 .choice = true, .chosen = LOAD_DISK},
	{"fastboot", "by the program fastboot", &unit_fastboot, .at = offsetof(struct unit_load, fastboot), .boxed = true,
	 .choice = true, .chosen = LOAD_FASTBOOT},
	{"openocd", "a debugger writes it to memory", &unit_openocd, .at = offsetof(struct unit_load, openocd),
	 .boxed = true, .choice = true, .chosen = LOAD_OPENOCD},
	{"prepare", "U-Boot commands that come first, instead of the kind's", &scalar_lines,
	 .at = offsetof(struct unit_load, prepare)},
	{"load", "the U-Boot command that brings one file to its place, instead of the kind's", &scalar_line,
	 .at = offsetof(struct unit_load, load)},
	{"dtb", "the board's device tree, where the kind says that one is brought", &scalar_file,
	 .at = offsetof(struct unit_load, dtb)},
	{0},
};

const struct schema schema_unit_load = {
	.shape = SCHEMA_RECORD,
	.name = "load",
	.expected = "a mapping with one of: tftp, ymodem, disk, fastboot, openocd",
	.size = sizeof(struct unit_load),
	.keys = keys,
	.choice = true,
	.choice_at = offsetof(struct unit_load, driver),
	.line_at = offsetof(struct unit_load, line),
	.check = check_load,
};
