#include "config/kind_glob.h"

#include "config/project.h"
#include "config/read.h"
#include "config/scalar.h"

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

const struct schema schema_kind_globs = {
	.shape = SCHEMA_LIST,
	.expected = "a list of board kinds or patterns of them",
	.size = sizeof(char **),
	.item = &kind_glob,
	.least = 1,
};
