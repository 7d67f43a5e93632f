#include "config/path.h"

#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/share.h"

static const char word[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

/* The folder of what comes with the program, which nobody needs to set. */
static const char *share_value(struct arena *a)
{
	char *folder = share_folder();
	const char *value = folder ? arena_strdup(a, folder) : NULL;

	free(folder);
	return value;
}

/* The value of the variable, or NULL with its name. */
static const char *value_of(struct arena *a, const char *name, size_t n, const char **variable)
{
	const char *copy = arena_strndup(a, name, n), *value = getenv(copy);

	if (!value && strcmp(copy, SHARE_VARIABLE) == 0)
		value = share_value(a);
	if (value && *value)
		return value;
	*variable = copy;
	return NULL;
}

const char *path_expand(struct arena *a, const char *path, const char **variable)
{
	struct buf out = {0};
	const char *p = path, *value = "", *done;

	*variable = NULL;
	if (p[0] == '~' && (!p[1] || p[1] == '/')) {
		value = value_of(a, "HOME", 4, variable);
		buf_adds(&out, value ? value : "");
		p++;
	}
	while (*p && value) {
		size_t n = p[0] == '$' && p[1] == '{' ? strspn(p + 2, word) : 0;

		if (n && p[2 + n] == '}') {
			value = value_of(a, p + 2, n, variable);
			buf_adds(&out, value ? value : "");
			p += n + 3;
		} else {
			buf_addc(&out, *p++);
		}
	}
	done = value ? arena_strdup(a, out.data ? out.data : "") : NULL;
	buf_finish(&out);
	return done;
}
