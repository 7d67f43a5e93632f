#include "farm/limits.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "config/read.h"
#include "farm/state.h"
#include "util/buf.h"
#include "util/units.h"

static const int64_t longest_ms = INT64_C(30) * 24 * 60 * 60 * 1000;

/* Longer than the project's files know: a board may be somebody's for days. */
static void parse_time(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	int64_t ms;

	if (n->kind != YAML_SCALAR || strlen(n->text) != n->text_len || units_duration_ms(n->text, &ms) < 0 ||
	    ms < 1000 || ms > longest_ms)
		reader_refuse(r, s, n);
	else
		*(int64_t *)out = ms;
}

static const struct schema long_time = {
	.shape = SCHEMA_SCALAR,
	.name = "long duration",
	.expected = "a duration such as 30m, 8h or 2d, from 1s to 30d",
	.size = sizeof(int64_t),
	.parse = parse_time,
};

static const struct schema_key keys[] = {
	{"max-hold", "the longest reservation, from its beginning to its end", &long_time,
	 .at = offsetof(struct limits, max_hold_ms), .fallback = "8h"},
	{"idle", "how long a reservation may go unused, and a console without a key", &long_time,
	 .at = offsetof(struct limits, idle_ms), .fallback = "1h"},
	{0},
};

static const struct schema schema_limits = {
	.shape = SCHEMA_RECORD,
	.name = "limits",
	.expected = "a mapping with max-hold and idle",
	.size = sizeof(struct limits),
	.keys = keys,
};

static void read_bytes(struct limits *l, const char *path, const struct buf *bytes, struct err_list *errors)
{
	static const char nothing[] = "{}";
	const struct yaml *root;
	struct reader r;
	struct arena a;

	arena_init(&a);
	reader_init(&r, NULL, &a, path, errors);
	root = bytes->len ? yaml_parse(&a, bytes->data, bytes->len, &r.mistakes)
			  : yaml_parse(&a, nothing, sizeof nothing - 1, &r.mistakes);
	if (root)
		reader_read(&r, &schema_limits, root, l);
	reader_finish(&r);
	arena_finish(&a);
}

int limits_read(struct limits *l, struct err *e)
{
	char *path = state_common(LIMITS_FILE, e);
	struct buf bytes = {0};
	struct err_list errors;
	int rc = -1;

	memset(l, 0, sizeof *l);
	if (!path)
		return -1;
	err_list_init(&errors);
	if (state_read(path, &bytes, e) >= 0) {
		read_bytes(l, path, &bytes, &errors);
		rc = errors.count ? -1 : 0;
	}
	if (errors.count && e)
		*e = errors.items[0];
	err_list_finish(&errors);
	buf_finish(&bytes);
	free(path);
	return rc;
}
