#include "config/sdk.h"

#include <stdlib.h>
#include <string.h>

#include "config/board.h"
#include "config/read.h"
#include "config/scalar.h"
#include "config/variant.h"
#include "util/file.h"

const char *sdk_folder(const struct variant_sdk *s)
{
	const char *path = s->path ? s->path : "$" SDK_VARIABLE;
	const char *value = path[0] == '$' ? getenv(path + 1) : path;

	return value && *value ? value : NULL;
}

const char *sdk_board(const struct variant_sdk *s, const struct board_kind *kind, struct arena *a)
{
	return s->board ? variant_for_arch(s->board, kind->arch, a) : kind->name;
}

const char *sdk_config(const struct variant_sdk *s, const char *config)
{
	return s->config ? s->config : config;
}

const char *sdk_obstacle(const struct variant *v, const struct board_kind *kind, const char *config, struct arena *a)
{
	const struct variant_sdk *s = v->sdk;
	const char *folder = s ? sdk_folder(s) : NULL, *board, *want;

	if (!s)
		return NULL;
	if (!folder)
		return arena_printf(a, "no Microkit SDK: set %s to the folder of one (docs/microkit.md)",
				    s->path ? s->path + 1 : SDK_VARIABLE);
	board = sdk_board(s, kind, a);
	want = sdk_config(s, config);
	if (!file_exists(arena_printf(a, "%s/board", folder)) ||
	    file_exists(arena_printf(a, "%s/board/%s/%s", folder, board, want)))
		return NULL;
	return arena_printf(a, "the Microkit SDK in %s has no board %s with the configuration %s", folder, board, want);
}

/* ---- the description ---- */

/* Whether it is there is asked when it is used: a project can be read, and all else run, without any SDK. */
static void parse_sdk_path(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	const char **path = out;

	scalar_parse_text(r, s, n, out);
	if (*path && (*path)[0] != '/' && (*path)[0] != '$')
		*path = arena_printf(r->arena, "%s/%s", r->folder, *path);
	else if (*path && strcmp(*path, "$") == 0)
		reader_refuse(r, s, n);
}

static const struct schema sdk_path = {
	.name = "SDK folder",
	.expected = "a folder, or $NAME for the environment variable that says it",
	.doc = "Relative paths start at the YAML file's folder.",
	.size = sizeof(char *),
	.parse = parse_sdk_path,
};

static const struct schema sources = {
	.shape = SCHEMA_LIST,
	.expected = "a list of C files",
	.size = sizeof(char **),
	.item = &scalar_inside,
	.least = 1,
};

static const struct schema_key program_keys[] = {
	{"name", "the protection domain that runs it, as the system description calls it; it becomes NAME.elf", &scalar_name,
	 .at = offsetof(struct sdk_program, name), .required = true},
	{"sources", "C files in the source tree", &sources, .at = offsetof(struct sdk_program, sources), .required = true},
	{0},
};

static const struct schema program = {
	.shape = SCHEMA_RECORD,
	.name = "program",
	.expected = "a mapping with name and sources",
	.size = sizeof(struct sdk_program),
	.keys = program_keys,
};

static const struct schema programs = {
	.shape = SCHEMA_LIST,
	.expected = "a list of programs",
	.size = sizeof(struct sdk_program *),
	.item = &program,
	.least = 1,
};

static const struct schema_key sdk_keys[] = {
	{"path", "the SDK's folder; without it, what $" SDK_VARIABLE " says", &sdk_path,
	 .at = offsetof(struct variant_sdk, path)},
	{"microkit-board", "Microkit's name of the board, " VARIANT_ARCH " for the arch; the board kind's name without it",
	 &scalar_line, .at = offsetof(struct variant_sdk, board)},
	{"microkit-config", "Microkit's configuration; the variant's own without it", &scalar_name,
	 .at = offsetof(struct variant_sdk, config)},
	{"system", "the system description, in the source tree", &scalar_inside, .at = offsetof(struct variant_sdk, described),
	 .required = true},
	{"programs", "what is compiled against the SDK's library", &programs, .at = offsetof(struct variant_sdk, programs),
	 .count_at = offsetof(struct variant_sdk, program_count), .required = true},
	{"toolchain", "what the names of compiler and linker begin with; " VARIANT_ARCH "-linux-gnu- without it", &scalar_line,
	 .at = offsetof(struct variant_sdk, toolchain)},
	{"flags", "more flags for the compiler", &scalar_lines, .at = offsetof(struct variant_sdk, flags)},
	{"image-type", "what the tool is told with --image-type, from Microkit 2.1 on", &scalar_name,
	 .at = offsetof(struct variant_sdk, image_type)},
	{0},
};

const struct schema schema_sdk = {
	.shape = SCHEMA_RECORD,
	.name = "SDK section",
	.expected = "a mapping with system and programs",
	.doc = "Instead of `build`: programs are compiled and linked, and the SDK's `microkit` tool makes the image. "
	       "Without `artefacts`, these are loader.img, report.txt, the SDK's sel4.elf, monitor.elf and loader.elf, "
	       "and the programs.",
	.size = sizeof(struct variant_sdk),
	.keys = sdk_keys,
};
