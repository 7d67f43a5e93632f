/* `runtest inspect IMAGE`: what a boot image promises to be in memory. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/elfoption.h"
#include "cli/inspectview.h"
#include "util/file.h"
#include "util/units.h"

enum { MAX_ELFS = 256, MAX_PAYLOADS = 16 };

struct inspect_args {
	const char *image, *report;
	struct image_elf elfs[MAX_ELFS];
	size_t elf_count;
	struct image_payload payloads[MAX_PAYLOADS];
	size_t payload_count;
	bool json;
};

struct notes {
	struct arena arena;
	const char **items;
	size_t count, room;
};

static void note(struct notes *n, const char *text)
{
	n->items = xgrow(n->items, &n->room, n->count + 1, sizeof *n->items);
	n->items[n->count++] = text;
}

/* ---- the command line ---- */

static int add_elf(struct inspect_args *a, struct arena *arena, const char *value)
{
	if (a->elf_count == MAX_ELFS)
		return command_usage_error(&command_inspect, "--elf is given more than %d times", MAX_ELFS);
	if (elf_option_take(&command_inspect, value, arena, &a->elfs[a->elf_count]) != 0)
		return 2;
	a->elf_count++;
	return 0;
}

/* ADDRESS=FILE */
static int add_payload(struct inspect_args *a, struct arena *arena, const char *value)
{
	const char *equals = strchr(value, '=');
	struct image_payload *p = &a->payloads[a->payload_count];
	char *address = equals ? arena_strndup(arena, value, (size_t)(equals - value)) : NULL;

	if (a->payload_count == MAX_PAYLOADS)
		return command_usage_error(&command_inspect, "--payload is given more than %d times", MAX_PAYLOADS);
	if (!address || !equals[1] || units_size(address, &p->paddr) < 0)
		return command_usage_error(&command_inspect, "--payload %s: expected ADDRESS=FILE (see --help)", value);
	p->name = arena_printf(arena, "payload-%zu", a->payload_count);
	p->path = equals + 1;
	p->room = UINT64_MAX - p->paddr;
	a->payload_count++;
	return 0;
}

static int take_option(struct inspect_args *a, struct arena *arena, int option)
{
	switch (option) {
	case 'r':
		a->report = optarg;
		return 0;
	case 'e':
		return add_elf(a, arena, optarg);
	case 'p':
		return add_payload(a, arena, optarg);
	case 'j':
		a->json = true;
		return 0;
	default:
		return 2;
	}
}

static int parse_args(struct inspect_args *a, struct arena *arena, int argc, char **argv)
{
	static const struct option options[] = {{"report", required_argument, NULL, 'r'},
						{"elf", required_argument, NULL, 'e'},
						{"payload", required_argument, NULL, 'p'},
						{"json", no_argument, NULL, 'j'},
						{NULL, 0, NULL, 0}};
	int option, status = 0;

	while (!status && (option = command_option(&command_inspect, argc, argv, ":", options)) != -1)
		status = take_option(a, arena, option);
	if (status)
		return status;
	if (optind + 1 != argc)
		return command_usage_error(&command_inspect, optind == argc ? "which IMAGE?" : "one IMAGE at a time");
	a->image = argv[optind];
	return 0;
}

/* ---- what lies beside the image ---- */

/* "build/" of "build/loader.img", "" of "loader.img". */
static char *folder_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	return arena_strndup(a, path, slash ? (size_t)(slash + 1 - path) : 0);
}

static int open_with(struct inspection *in, const struct inspect_args *a, struct err *e)
{
	struct image_files with = {.report = a->report, .elfs = a->elfs, .elf_count = a->elf_count, .payloads = a->payloads,
				   .payload_count = a->payload_count};
	struct boot_image img;

	if (boot_image_open(&img, a->image, &with, e) < 0)
		return -1;
	boot_image_close(&in->img);
	in->img = img;
	return 0;
}

/* A report.txt that lies there by chance must not hide the image: it is left out, and that is said. */
static void find_report(struct inspect_args *a, const char *folder, struct notes *n)
{
	const char *path = arena_printf(&n->arena, "%sreport.txt", folder);
	struct image_files with = {.payloads = a->payloads, .payload_count = a->payload_count};
	struct boot_image img;
	struct err e;

	if (a->report || !file_exists(path))
		return;
	with.report = path;
	if (boot_image_open(&img, a->image, &with, &e) < 0) {
		note(n, arena_printf(&n->arena, "%s lies beside the image, but is left out: %s", path, e.what));
		return;
	}
	boot_image_close(&img);
	a->report = path;
}

static bool is_given(const struct inspect_args *a, const struct image_elf *elf)
{
	for (size_t i = 0; i < a->elf_count; i++)
		if (a->elfs[i].owner == elf->owner &&
		    (elf->owner != REGION_PD || strcmp(a->elfs[i].name, elf->name) == 0))
			return true;
	return false;
}

static void try_elf(struct inspection *in, struct inspect_args *a, const char *folder, const char *file,
		    struct notes *n)
{
	const char *name = arena_strndup(&n->arena, file, strlen(file) - strlen(".elf"));
	struct image_elf elf = elf_option_named(name, arena_printf(&n->arena, "%s%s", folder, file));
	struct err e;

	if (strcmp(name, "loader") == 0 || is_given(a, &elf) || a->elf_count == MAX_ELFS)
		return; /* of the loader nothing stays in memory */
	a->elfs[a->elf_count++] = elf;
	if (open_with(in, a, &e) == 0)
		return;
	a->elf_count--;
	note(n, arena_printf(&n->arena, "%s lies beside the image, but is left out: %s", elf.path, e.what));
}

static int is_elf_name(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 4 && strcmp(d->d_name + n - 4, ".elf") == 0;
}

static void try_elfs(struct inspection *in, struct inspect_args *a, const char *folder, struct notes *n)
{
	struct dirent **files;
	int count = scandir(folder[0] ? folder : ".", &files, is_elf_name, alphasort);

	for (int i = 0; i < count; i++) {
		try_elf(in, a, folder, files[i]->d_name, n);
		free(files[i]);
	}
	if (count >= 0)
		free(files);
}

/* ---- the command ---- */

static int print(const struct inspection *in, bool json)
{
	struct buf out;
	struct err e;
	int status = 0;

	buf_init(&out);
	(json ? inspection_json : inspection_text)(in, &out);
	if (fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0) {
		err_sys(&e, ERR_IO, "cannot write to the standard output");
		status = command_error(&e);
	}
	buf_finish(&out);
	return status;
}

/* First the image by itself, so that a damaged one is not blamed on what lies beside it. */
static int open_all(struct inspection *in, struct inspect_args *a, struct notes *n, struct err *e)
{
	const char *folder = folder_of(&n->arena, a->image);
	bool report_given = a->report != NULL;

	if (boot_image_open(&in->img, a->image, NULL, e) < 0)
		return -1;
	find_report(a, folder, n);
	if (open_with(in, a, e) < 0 || sha256_file(a->image, in->sha256, e) < 0)
		return -1;
	in->elfs_found_from = a->elf_count;
	try_elfs(in, a, folder, n);
	in->report = a->report;
	in->report_found = a->report && !report_given;
	in->elfs = a->elfs;
	in->elf_count = a->elf_count;
	in->notes = n->items;
	in->note_count = n->count;
	return 0;
}

static int inspect(struct inspect_args *a, struct notes *n)
{
	struct inspection in = {0};
	struct err e;
	int status = open_all(&in, a, n, &e) < 0 ? command_error(&e) : print(&in, a->json);

	boot_image_close(&in.img);
	return status;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct inspect_args a = {0};
	struct notes n = {0};
	int status;

	(void)cli; /* an image can be looked at outside of any project */
	arena_init(&n.arena);
	status = parse_args(&a, &n.arena, argc, argv);
	if (a.image)
		status = inspect(&a, &n);
	free(n.items);
	arena_finish(&n.arena);
	return status;
}

const struct command command_inspect = {
	.name = "inspect",
	.synopsis = "inspect IMAGE [--report FILE] [--elf NAME=FILE]... [--payload ADDRESS=FILE]... [--json]",
	.about = "say what a boot image promises to be in memory",
	.help = "Reads a boot image of any kind (docs/formats.md) and prints its kind, its header, its regions in\n"
		"physical memory, which of them the memory witness judges, and what it knows of each protection\n"
		"domain.\n"
		"\n"
		"  --report FILE     the report.txt that was written with the image: names the regions\n"
		"  --elf NAME=FILE   an ELF that went into the image: tells permissions and the build id. NAME is\n"
		"                    kernel, monitor, or a protection domain; may be repeated\n"
		"  --payload ADDRESS=FILE\n"
		"                    a file that is loaded beside the image, and where its first byte goes; may be repeated\n"
		"  --json            the same as one JSON object\n"
		"\n"
		"report.txt and *.elf beside the image are used without being named, when they belong to it.\n"
		"\n"
		"Exit status: 0; 2 when the file is no boot image or is damaged, or a report or ELF contradicts it;\n"
		"3 when a file cannot be read.\n",
	.run = run,
};
