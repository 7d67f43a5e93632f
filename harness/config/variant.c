#include "config/variant.h"

#include <string.h>

#include "config/description.h"
#include "config/project.h"
#include "config/read.h"
#include "config/scalar.h"

/* ---- ELFs ---- */

static const char *const role_words[] = {"kernel", "monitor", "loader", "pd", NULL};

static const struct schema role = {
	.name = "word",
	.expected = "kernel, monitor, loader or pd",
	.size = sizeof(char *),
	.parse = scalar_parse_word_text,
	.words = role_words,
};

static void check_elf(struct reader *r, void *record)
{
	struct variant_elf *elf = record;
	bool pd = elf->role && strcmp(elf->role, "pd") == 0;

	if (pd && !reader_has(r, &elf->name)) {
		reader_mistake(r, elf, "missing key \"name\" in this ELF");
		reader_hint(r, "name: the protection domain's name, as it prints it");
	} else if (elf->role && !pd && elf->name) {
		reader_mistake(r, &elf->name, "name: expected none with \"role: %s\"", elf->role);
	} else if (elf->role && !pd) {
		elf->name = elf->role;
	}
}

static const struct schema_key elf_keys[] = {
	{"role", "what it is in the image", &role, .at = offsetof(struct variant_elf, role), .required = true},
	{"name", "the protection domain's name (\"role: pd\" only)", &scalar_line,
	 .at = offsetof(struct variant_elf, name)},
	{"path", "the file, in the artefacts' folder", &scalar_inside, .at = offsetof(struct variant_elf, path),
	 .required = true},
	{0},
};

static const struct schema elf = {
	.shape = SCHEMA_RECORD,
	.name = "ELF",
	.expected = "a mapping with role and path",
	.doc = "Gives the regions of the image their names, permissions and symbols.",
	.size = sizeof(struct variant_elf),
	.keys = elf_keys,
	.check = check_elf,
};

static const struct schema elfs = {
	.shape = SCHEMA_LIST, .expected = "a list of ELFs", .size = sizeof(struct variant_elf *), .item = &elf};

/* ---- artefacts: the part of struct variant from `image` on ---- */

#define IN_ARTEFACTS(field) (offsetof(struct variant, field) - offsetof(struct variant, image))

static const struct schema_key artefact_keys[] = {
	{"image", "the boot image", &scalar_inside, .at = IN_ARTEFACTS(image), .required = true},
	{"report", "Microkit's report.txt", &scalar_inside, .at = IN_ARTEFACTS(report)},
	{"elfs", "the ELF files that went into the image", &elfs, .at = IN_ARTEFACTS(elfs),
	 .count_at = IN_ARTEFACTS(elf_count)},
	{0},
};

static const struct schema artefacts = {
	.shape = SCHEMA_RECORD,
	.name = "artefacts section",
	.expected = "a mapping with image",
	.doc = "Paths start at the folder that the build finds in $RUNTEST_OUT.",
	.keys = artefact_keys,
};

/* ---- a variant ---- */

static const struct schema argv = {
	.shape = SCHEMA_LIST,
	.expected = "a command: a list of a program and its arguments",
	.size = sizeof(char **),
	.item = &scalar_line,
	.least = 1,
};

static void parse_tool(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	const char **name = out, *p;

	scalar_parse_text(r, s, n, out);
	p = *name;
	while (p && (p = strchr(p, '$')) && strncmp(p, VARIANT_ARCH, strlen(VARIANT_ARCH)) == 0)
		p++;
	if (p)
		reader_refuse(r, s, n);
}

static const struct schema tool = {
	.name = "program",
	.expected = "a program's name or path, in which only " VARIANT_ARCH " is replaced",
	.size = sizeof(char *),
	.parse = parse_tool,
};

static const struct schema tools = {
	.shape = SCHEMA_LIST,
	.expected = "a list of programs",
	.size = sizeof(char **),
	.item = &tool,
	.least = 1,
};

static void parse_kind_glob(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	struct names kinds = project_kind_names(r->project);
	const char **glob = out;

	scalar_parse_glob(r, s, n, out);
	if (!*glob || names_have(kinds, *glob) || !kinds.count) /* no kind at all is reported as such, and once */
		return;
	reader_refuse_text(r, n, "no board kind is called \"%s\"", *glob);
	reader_hint_nearest(r, *glob, kinds, "kinds are described in boards/kinds/");
}

static const struct schema kind_glob = {
	.name = "glob",
	.expected = "a board kind's name or a pattern such as qemu_*",
	.size = sizeof(char *),
	.parse = parse_kind_glob,
	.pattern = "^[a-z0-9_*?\\[\\]!-]+$",
};

static const struct schema kind_globs = {
	.shape = SCHEMA_LIST,
	.expected = "a list of board kinds or patterns of them",
	.size = sizeof(char **),
	.item = &kind_glob,
	.least = 1,
};

/* Regions are told apart by these names. */
static void check_elf_name(struct reader *r, const struct variant *v, size_t i)
{
	const struct variant_elf *elf_i = &v->elfs[i];
	const void *at = reader_has(r, &elf_i->name) ? (const void *)&elf_i->name : elf_i;

	for (size_t j = 0; elf_i->name && j < i; j++) {
		if (v->elfs[j].name && strcmp(elf_i->name, v->elfs[j].name) == 0) {
			reader_mistake(r, at, "elfs: \"%s\" is there twice", elf_i->name);
			return;
		}
	}
}

static void check_variant(struct reader *r, void *record)
{
	const struct variant *v = record;

	for (size_t i = 0; i < v->elf_count; i++)
		check_elf_name(r, v, i);
}

static const struct schema_key variant_keys[] = {
	{"variant", "name of the variant", &scalar_name, .at = offsetof(struct variant, name), .required = true},
	{"about", "what it is for, in one line", &scalar_line, .at = offsetof(struct variant, about), .required = true},
	{"stands-for", "the real design that it models", &scalar_line, .at = offsetof(struct variant, stands_for)},
	{"placement", "where the images of protection domains wait: device-region, initial-task, ...", &scalar_name,
	 .at = offsetof(struct variant, placement)},
	{"source", "the source tree; it is copied and never built in place", &scalar_folder,
	 .at = offsetof(struct variant, source), .required = true},
	{"patches", "applied in this order with -p1 in the copy", &scalar_files,
	 .at = offsetof(struct variant, patches)},
	{"build", "run in the copy; leaves the artefacts in $RUNTEST_OUT", &argv, .at = offsetof(struct variant, build),
	 .required = true},
	{"tools", "compilers and the like: a new version of one is a new build; " VARIANT_ARCH " is the board's arch", &tools,
	 .at = offsetof(struct variant, tools)},
	{"boards", "board kinds it can be built for", &kind_globs, .at = offsetof(struct variant, boards),
	 .required = true},
	{"configs", "Microkit configurations it can be built for; the first is the default", &scalar_names,
	 .at = offsetof(struct variant, configs), .required = true},
	{"artefacts", "what the build leaves", &artefacts, .at = offsetof(struct variant, image), .required = true},
	{0},
};

static const struct schema variant = {
	.shape = SCHEMA_RECORD,
	.name = "variant",
	.expected = "a mapping that begins with \"variant: NAME\"",
	.size = sizeof(struct variant),
	.keys = variant_keys,
	.line_at = offsetof(struct variant, line),
	.file_at = offsetof(struct variant, file),
	.check = check_variant,
};

/* ---- the file ---- */

static void check_variant_names(struct reader *r, void *record)
{
	const struct variant_list *l = record;

	for (size_t i = 0; i < l->count; i++) {
		for (size_t j = 0; j < i && l->items[i].name; j++) {
			if (l->items[j].name && strcmp(l->items[i].name, l->items[j].name) == 0) {
				reader_mistake(r, &l->items[i].name, "variant: \"%s\" is defined on line %d already",
					       l->items[i].name, l->items[j].line);
				break;
			}
		}
	}
}

static const struct schema variants = {
	.shape = SCHEMA_LIST,
	.expected = "a list of variants",
	.size = sizeof(struct variant *),
	.item = &variant,
	.least = 1,
};

static const struct schema_key list_keys[] = {
	{"variants", "all of them", &variants, .at = offsetof(struct variant_list, items),
	 .count_at = offsetof(struct variant_list, count), .required = true},
	{0},
};

const struct schema schema_variants = {
	.shape = SCHEMA_RECORD,
	.name = "variants file",
	.expected = "a mapping with variants",
	.size = sizeof(struct variant_list),
	.keys = list_keys,
	.check = check_variant_names,
};
