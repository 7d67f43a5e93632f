#include "config/variant.h"

#include <string.h>

#include "config/description.h"
#include "config/kind_glob.h"
#include "config/mutant.h"
#include "config/read.h"
#include "config/scalar.h"
#include "config/variant_list.h"
#include "config/variant_source.h"
#include "util/names.h"

const char *variant_not_for(const struct variant *v, const char *kind)
{
	for (size_t i = 0; i < v->not_for_count; i++)
		if (v->not_for[i].boards && names_match(v->not_for[i].boards, kind))
			return v->not_for[i].because;
	return NULL;
}

bool variant_is_for(const struct variant *v, const char *kind)
{
	return v->boards && names_match(v->boards, kind) && !variant_not_for(v, kind);
}

const char *variant_for_arch(const char *text, enum arch arch, struct arena *a)
{
	const char *at;

	while ((at = strstr(text, VARIANT_ARCH)))
		text = arena_printf(a, "%.*s%s%s", (int)(at - text), text, arch_name(arch), at + strlen(VARIANT_ARCH));
	return text;
}

const struct variant_update *variant_update(const struct variant *v, const char *name)
{
	for (size_t i = 0; i < v->update_count; i++)
		if (v->updates[i].name && strcmp(v->updates[i].name, name) == 0)
			return &v->updates[i];
	return NULL;
}

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

/* ---- what is loaded beside the image, and what comes later ---- */

static const struct schema_key payload_keys[] = {
	{"path", "the file, in the artefacts' folder", &scalar_inside, .at = offsetof(struct variant_payload, path),
	 .required = true},
	{"reserved", "the region of the board kind's reserved-memory that it goes to the beginning of", &scalar_name,
	 .at = offsetof(struct variant_payload, reserved), .required = true},
	{0},
};

static const struct schema payload = {
	.shape = SCHEMA_RECORD,
	.name = "payload",
	.expected = "a mapping with path and reserved",
	.doc = "Put into memory by whoever loads the image, and not by the loader inside it.",
	.size = sizeof(struct variant_payload),
	.keys = payload_keys,
};

static const struct schema payloads = {
	.shape = SCHEMA_LIST,
	.expected = "a list of payloads",
	.size = sizeof(struct variant_payload *),
	.item = &payload,
};

static const struct schema_key update_keys[] = {
	{"name", "what scenarios call it", &scalar_name, .at = offsetof(struct variant_update, name), .required = true},
	{"pd", "the protection domain whose new image it is", &scalar_line, .at = offsetof(struct variant_update, pd),
	 .required = true},
	{"path", "the file, in the artefacts' folder", &scalar_inside, .at = offsetof(struct variant_update, path),
	 .required = true},
	{0},
};

static const struct schema update = {
	.shape = SCHEMA_RECORD,
	.name = "update",
	.expected = "a mapping with name, pd and path",
	.doc = "A new image of a protection domain, sent to the running system.",
	.size = sizeof(struct variant_update),
	.keys = update_keys,
};

static const struct schema updates = {
	.shape = SCHEMA_LIST,
	.expected = "a list of updates",
	.size = sizeof(struct variant_update *),
	.item = &update,
};

/* ---- artefacts: the part of struct variant behind `line`, whose place in the file stands for the section's ---- */

#define IN_ARTEFACTS(field) (offsetof(struct variant, field) - offsetof(struct variant, line))

static const struct schema_key artefact_keys[] = {
	{"image", "the boot image; missing only where the variant is like one that has it", &scalar_inside,
	 .at = IN_ARTEFACTS(image)},
	{"report", "Microkit's report.txt", &scalar_inside, .at = IN_ARTEFACTS(report)},
	{"elfs", "the ELF files that went into the image", &elfs, .at = IN_ARTEFACTS(elfs),
	 .count_at = IN_ARTEFACTS(elf_count)},
	{"payloads", "what is loaded into reserved memory beside the image", &payloads, .at = IN_ARTEFACTS(payloads),
	 .count_at = IN_ARTEFACTS(payload_count)},
	{"updates", "new images of protection domains for the running system", &updates, .at = IN_ARTEFACTS(updates),
	 .count_at = IN_ARTEFACTS(update_count)},
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

static const struct schema_key exclusion_keys[] = {
	{"boards", "the board kinds", &schema_kind_globs, .at = offsetof(struct variant_exclusion, boards), .required = true},
	{"because", "why, in one line", &scalar_line, .at = offsetof(struct variant_exclusion, because),
	 .required = true},
	{0},
};

static const struct schema exclusion = {
	.shape = SCHEMA_RECORD,
	.name = "exclusion",
	.expected = "a mapping with boards and because",
	.size = sizeof(struct variant_exclusion),
	.keys = exclusion_keys,
};

static const struct schema exclusions = {
	.shape = SCHEMA_LIST,
	.expected = "a list of exclusions",
	.size = sizeof(struct variant_exclusion *),
	.item = &exclusion,
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

static void check_update_name(struct reader *r, const struct variant *v, size_t i)
{
	const struct variant_update *u = &v->updates[i];

	if (u->name && variant_update(v, u->name) != u)
		reader_mistake(r, &u->name, "updates: \"%s\" is there twice", u->name);
	else if (u->name && strcmp(u->name, UPDATE_NONE) == 0)
		reader_mistake(r, &u->name, "updates: \"" UPDATE_NONE "\" means the image in the boot image");
}

static void check_payload(struct reader *r, const struct variant *v, size_t i)
{
	for (size_t j = 0; j < i && v->payloads[i].reserved; j++)
		if (v->payloads[j].reserved && strcmp(v->payloads[i].reserved, v->payloads[j].reserved) == 0)
			reader_mistake(r, &v->payloads[i].reserved, "payloads: two of them go to \"%s\"",
				       v->payloads[i].reserved);
}

static void check_variant(struct reader *r, void *record)
{
	const struct variant *v = record;

	for (size_t i = 0; i < v->elf_count; i++)
		check_elf_name(r, v, i);
	for (size_t i = 0; i < v->payload_count; i++)
		check_payload(r, v, i);
	for (size_t i = 0; i < v->update_count; i++)
		check_update_name(r, v, i);
}

#define LIKE "like"

static const struct schema_key variant_keys[] = {
	{"variant", "name of the variant", &scalar_name, .at = offsetof(struct variant, name), .required = true},
	{"about", "what it is for, in one line", &scalar_line, .at = offsetof(struct variant, about), .required = true},
	{LIKE, "another variant: every key but these three that is not given here is as there, in the artefacts too, and "
	       "patches are added to its patches; an empty list says that there are none here",
	 &scalar_name, .at = offsetof(struct variant, like)},
	{"stands-for", "the real design that it models", &scalar_line, .at = offsetof(struct variant, stands_for)},
	{"placement", "where the images of protection domains wait: device-region, initial-task, ...", &scalar_name,
	 .at = offsetof(struct variant, placement)},
	{"source", "the source tree; it is copied and never built in place", &schema_source,
	 .at = offsetof(struct variant, source), .required = true, .unless = LIKE},
	{"patches", "applied in this order with -p1 in the copy", &schema_patches, .at = offsetof(struct variant, patches),
	 .count_at = offsetof(struct variant, patch_count)},
	{"build", "run in the copy; leaves the artefacts in $RUNTEST_OUT; without like it is this or sdk", &argv,
	 .at = offsetof(struct variant, build)},
	{"sdk", "how a Microkit SDK makes it", &schema_sdk, .at = offsetof(struct variant, sdk), .boxed = true},
	{"tools", "compilers and the like: a new version of one is a new build; " VARIANT_ARCH " is the board's arch", &tools,
	 .at = offsetof(struct variant, tools)},
	{"boards", "board kinds it can be built for", &schema_kind_globs, .at = offsetof(struct variant, boards),
	 .required = true, .unless = LIKE},
	{"not-for", "board kinds it makes no sense for, and why", &exclusions, .at = offsetof(struct variant, not_for),
	 .count_at = offsetof(struct variant, not_for_count)},
	{"configs", "Microkit configurations it can be built for; the first is the default", &scalar_names,
	 .at = offsetof(struct variant, configs), .required = true, .unless = LIKE},
	{"caught-by", "of a mutant: the scenarios that must catch it, and with which verdict", &schema_caught_by,
	 .at = offsetof(struct variant, caught_by), .count_at = offsetof(struct variant, caught_by_count)},
	{"artefacts", "what the build leaves; required without like and sdk", &artefacts,
	 .at = offsetof(struct variant, line)},
	{0},
};

const struct schema schema_variant = {
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

static const struct schema variants = {
	.shape = SCHEMA_LIST,
	.expected = "a list of variants",
	.size = sizeof(struct variant *),
	.item = &schema_variant,
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
	.check = variant_list_check,
};
