#include "config/uboot.h"

#include <stddef.h>
#include <string.h>

#include "config/description.h"
#include "config/read.h"
#include "config/scalar.h"

static const char *const medium_words[] = {[UBOOT_DISK] = "disk", [UBOOT_TFTP] = "tftp", NULL};

static const struct schema medium = {
	.name = "word",
	.expected = "disk or tftp",
	.size = sizeof(enum uboot_medium),
	.parse = scalar_parse_word,
	.words = medium_words,
};

static const char *const format_words[] = {
	[UBOOT_RAW] = "raw", [UBOOT_UIMAGE] = "uimage", [UBOOT_ELF] = "elf", NULL};

static const struct schema format = {
	.name = "word",
	.expected = "raw, uimage or elf",
	.size = sizeof(enum uboot_format),
	.parse = scalar_parse_word,
	.words = format_words,
};

const char *uboot_format_name(enum uboot_format f)
{
	return format_words[f];
}

static const struct schema_key dtb_keys[] = {
	{"address", "where it goes", &scalar_address, .at = offsetof(struct uboot_dtb, address), .required = true},
	{"file", "the device tree; without it the board unit's load section names one", &scalar_file,
	 .at = offsetof(struct uboot_dtb, file)},
	{0},
};

static const struct schema dtb = {
	.shape = SCHEMA_RECORD,
	.name = "device tree for U-Boot",
	.expected = "a mapping with address",
	.size = sizeof(struct uboot_dtb),
	.keys = dtb_keys,
};

static void check_has(struct reader *r, const char *const *field, const char *key, const char *part)
{
	if (*field && !strstr(*field, part))
		reader_mistake(r, field, "%s: expected a command with %s in it", key, part);
}

static void check_uboot(struct reader *r, void *record)
{
	const struct uboot_board *u = record;

	check_has(r, &u->load, "load", UBOOT_ADDRESS);
	if (u->start && strstr(u->start, UBOOT_DTB) && !u->dtb)
		reader_mistake(r, &u->start, "start: expected a dtb section that says where " UBOOT_DTB " is");
}

static const struct schema_key keys[] = {
	{"medium", "QEMU only: where it finds the files: a disk with a FAT file system, or a TFTP server", &medium,
	 .at = offsetof(struct uboot_board, medium)},
	{"format", "what `start` takes: raw (go, booti), uimage (bootm) or elf (bootelf); a raw image is wrapped up", &format,
	 .at = offsetof(struct uboot_board, format), .fallback = "raw"},
	{"image-address", "where the boot image's file goes; without it load-address, or (uimage, elf) free memory behind",
	 &scalar_address, .at = offsetof(struct uboot_board, image_address)},
	{"dtb", "a device tree that is brought, too; the command `start` may say " UBOOT_DTB, &dtb,
	 .at = offsetof(struct uboot_board, dtb), .boxed = true},
	{"banner", "what every fresh start says before its first prompt: a prompt without it is that of a board that never was "
		   "off", &scalar_line, .at = offsetof(struct uboot_board, banner), .fallback = "U-Boot 20"},
	{"autoboot", "what it says while its own start can be stopped", &scalar_line,
	 .at = offsetof(struct uboot_board, autoboot), .fallback = "Hit any key to stop autoboot"},
	{"interrupt", "what is typed then", &scalar_line, .at = offsetof(struct uboot_board, interrupt), .fallback = " "},
	{"prompt", "the prompt at the beginning of a line, with the space at its end", &scalar_line,
	 .at = offsetof(struct uboot_board, prompt), .fallback = "=> "},
	{"prepare", "commands that come first", &scalar_lines, .at = offsetof(struct uboot_board, prepare)},
	{"load", "command that brings one file to its place; hardware has one by the way it is loaded", &scalar_line,
	 .at = offsetof(struct uboot_board, load)},
	{"start", "command that starts the boot image", &scalar_line, .at = offsetof(struct uboot_board, start),
	 .required = true},
	{"started", "what it says when the image has taken over", &scalar_line,
	 .at = offsetof(struct uboot_board, started), .fallback = "Starting kernel ..."},
	{"deadline", "how long all of this may take, from power-on or reset", &scalar_duration,
	 .at = offsetof(struct uboot_board, deadline_ms), .fallback = "30s"},
	{0},
};

const struct schema schema_uboot = {
	.shape = SCHEMA_RECORD,
	.name = "uboot section",
	.expected = "a mapping with start",
	.doc = "In commands, " UBOOT_ADDRESS " becomes a load address and " UBOOT_FILE " a file's name on the medium.",
	.size = sizeof(struct uboot_board),
	.keys = keys,
	.check = check_uboot,
};
