#include "config/variant_source.h"

#include <string.h>

#include "config/path.h"
#include "config/read.h"
#include "config/scalar.h"
#include "config/variant.h"

/* ---- where it is ---- */

/* A folder that need not be here where an environment variable says where it is: then the variant is skipped. */
static void parse_source(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	struct variant_source *source = out;
	const char *variable, *path = path_expand(r->arena, n->text, &variable);

	if (path || !variable)
		scalar_folder.parse(r, s, n, &source->path);
	else
		source->missing = arena_printf(r->arena, "set the environment variable %s: it says where the source is",
					       variable);
}

static const struct schema folder = {
	.name = "folder or variable",
	.expected = "an existing folder",
	.doc = "As a folder; where an environment variable in it is not set, the variant is skipped.",
	.size = sizeof(struct variant_source),
	.parse = parse_source,
};

static void parse_revision(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	scalar_parse_text(r, s, n, out);
	if (*(const char **)out && n->text[0] == '-')
		reader_refuse(r, s, n);
}

static const struct schema revision = {
	.name = "revision",
	.expected = "a revision of git: a commit, a tag or a branch",
	.size = sizeof(char *),
	.parse = parse_revision,
};

static const struct schema_key git_keys[] = {
	{"git", "the top of a git checkout, or a bare repository; only read", &folder, .at = 0, .required = true},
	{"revision", "the commit to build; what is not committed does not count", &revision,
	 .at = offsetof(struct variant_source, revision), .fallback = "HEAD"},
	{"folder", "only this folder of it", &scalar_inside, .at = offsetof(struct variant_source, folder)},
	{0},
};

static const struct schema git = {
	.shape = SCHEMA_RECORD,
	.name = "git source",
	.expected = "a mapping with git and revision",
	.doc = "The tree of a commit, submodules at the commits that it records. docs/kernel.md shows how it is used.",
	.size = sizeof(struct variant_source),
	.keys = git_keys,
	.line_at = offsetof(struct variant_source, line),
};

const struct schema schema_source = {
	.shape = SCHEMA_EITHER,
	.expected = "an existing folder, or a mapping with git and revision",
	.size = sizeof(struct variant_source),
	.word = &folder,
	.record = &git,
};

/* ---- patches ---- */

static void parse_patch_file(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	scalar_file.parse(r, s, n, &((struct variant_patch *)out)->file);
}

static const struct schema patch_file = {
	.name = "patch file",
	.expected = "an existing file",
	.doc = "As a file.",
	.size = sizeof(struct variant_patch),
	.parse = parse_patch_file,
};

static void parse_range(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	const char *dots = strstr(n->text, "..");

	scalar_parse_text(r, s, n, out);
	if (*(const char **)out && (n->text[0] == '-' || !dots || dots == n->text || !dots[2] || dots[2] == '.'))
		reader_refuse(r, s, n);
}

static const struct schema range = {
	.name = "range",
	.expected = "a range of commits, \"A..B\": those of B that A does not have",
	.size = sizeof(char *),
	.parse = parse_range,
};

static const struct schema_key commits_keys[] = {
	{"commits", "commits of the repository that the source is in, each a patch, the oldest first", &range,
	 .at = offsetof(struct variant_patch, commits), .required = true},
	{0},
};

static const struct schema commits = {
	.shape = SCHEMA_RECORD,
	.name = "commits",
	.expected = "a mapping with commits",
	.size = sizeof(struct variant_patch),
	.keys = commits_keys,
	.line_at = offsetof(struct variant_patch, line),
};

static const struct schema patch = {
	.shape = SCHEMA_EITHER,
	.expected = "an existing file, or a mapping with commits",
	.size = sizeof(struct variant_patch),
	.word = &patch_file,
	.record = &commits,
};

const struct schema schema_patches = {
	.shape = SCHEMA_LIST,
	.expected = "a list of existing files",
	.size = sizeof(struct variant_patch *),
	.item = &patch,
};
