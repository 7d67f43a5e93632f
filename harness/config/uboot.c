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

static void check_has(struct reader *r, const char *const *field, const char *key, const char *part)
{
	if (*field && !strstr(*field, part))
		reader_mistake(r, field, "%s: expected a command with %s in it", key, part);
}

static void check_uboot(struct reader *r, void *record)
{
	const struct uboot_board *u = record;

	check_has(r, &u->load, "load", UBOOT_ADDRESS);
	check_has(r, &u->load, "load", UBOOT_FILE);
}

static const struct schema_key keys[] = {
	{"medium", "where it finds the files: a disk with a FAT file system, or a TFTP server", &medium,
	 .at = offsetof(struct uboot_board, medium), .required = true},
	{"autoboot", "what it says while its own start can be stopped", &scalar_line,
	 .at = offsetof(struct uboot_board, autoboot), .fallback = "Hit any key to stop autoboot"},
	{"interrupt", "what is typed then", &scalar_line, .at = offsetof(struct uboot_board, interrupt), .fallback = " "},
	{"prompt", "the prompt at the beginning of a line, with the space at its end", &scalar_line,
	 .at = offsetof(struct uboot_board, prompt), .fallback = "=> "},
	{"prepare", "commands that come first", &scalar_lines, .at = offsetof(struct uboot_board, prepare)},
	{"load", "command that brings one file to its place", &scalar_line, .at = offsetof(struct uboot_board, load),
	 .required = true},
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
	.expected = "a mapping with medium, load and start",
	.doc = "In commands, " UBOOT_ADDRESS " becomes a load address and " UBOOT_FILE " a file's name on the medium.",
	.size = sizeof(struct uboot_board),
	.keys = keys,
	.check = check_uboot,
};
