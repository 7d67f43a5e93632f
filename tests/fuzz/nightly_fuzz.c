/*
 * What a night reads again (its record, what recipients know, the gate's report), and what it tells: a reason that a board has
 * printed may not add a header to a mail, end the block of a chat, or reach a terminal. The first byte chooses.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "nightly/gate.h"
#include "nightly/letter.h"
#include "nightly/night.h"
#include "nightly/notify.h"
#include "nightly/told.h"
#include "scratch.h"
#include "util/utf8.h"

const unsigned fuzz_cost = 3;

static void read_night(const char *text, size_t n, struct arena *a)
{
	struct night_state s;

	night_parse(text, n, &s, a);
	for (size_t i = 0; i < s.job_count; i++)
		if (night_find_job(&s, s.jobs[i].job) != &s.jobs[i])
			abort();
	for (size_t i = 0; i < s.left_out_count; i++)
		if (!s.left_out[i].subject || !s.left_out[i].text)
			abort();
}

static void read_told(const void *bytes, size_t n, struct arena *a)
{
	const char *path = scratch_file("told.json", bytes, n);
	struct outcomes known;
	struct changes c;
	struct told t;

	if (told_read(&t, path, a, NULL) < 0 && (t.at || t.outcomes.count))
		abort();
	changes_find(&c, NULL, &t.outcomes, a);
	outcomes_known(&known, &t.outcomes, &t.outcomes, a);
	for (size_t i = 0; i < known.count; i++)
		if (!outcomes_find(&t.outcomes, known.items[i].session, known.items[i].job))
			abort();
}

static void read_gate(const char *text, size_t n, struct arena *a)
{
	struct gate g;

	if (gate_read(&g, text, n, a, NULL) < 0)
		return;
	for (size_t i = 0; i < g.count; i++)
		if (!g.ill[i].subject || !g.ill[i].text)
			abort();
}

/* Nothing but printable ASCII and tabs, and lines that are headers, folded or not, up to an empty one. */
static void check_letter(const struct buf *letter)
{
	const char *body = strstr(letter->data, "\n\n");
	size_t headers = 0;

	if (!body)
		abort();
	for (size_t i = 0; i < letter->len; i++)
		if (letter->data[i] != '\n' && letter->data[i] != '\t' && (letter->data[i] < ' ' || letter->data[i] > '~'))
			abort();
	for (const char *line = letter->data; line <= body; line = strchr(line, '\n') + 1)
		headers += *line != ' ';
	if (headers != 7)
		abort();
}

static void check_chat(const struct buf *chat)
{
	json_t *v = json_loadb(chat->data, chat->len, 0, NULL);
	const char *text = json_string_value(json_object_get(v, "text")), *block = text ? strstr(text, "```") : NULL;

	if (!block || strstr(text, "<!") || strstr(block + 3, "```") != text + strlen(text) - 3)
		abort();
	json_decref(v);
}

static void tell(const char *why, struct arena *a)
{
	static const char *const to[] = {"a@example.org", NULL};
	struct outcome o = {.session = why, .run = why, .verdict = VERDICT_FAIL, .why = why, .again = why};
	struct outcomes now = {&o, 1, 1};
	struct trouble trouble = {why, why};
	struct changes c;
	struct bulletin b = {.name = "n", .started = "s", .host = "h", .changes = &c, .troubles = &trouble, .trouble_count = 1};
	struct buf out = {0}, text = {0};
	struct letter l = {.to = to, .subject = why, .id = "1", .host = "h"};

	changes_find(&c, NULL, &now, a);
	bulletin_chat(&out, &b);
	check_chat(&out);
	bulletin_text(&text, &b);
	if (!utf8_valid(text.data, text.len) || strchr(text.data, '\033') || strchr(text.data, '\r'))
		abort();
	buf_clear(&out);
	l.text = text.data;
	letter_write(&out, &l);
	check_letter(&out);
	buf_finish(&text);
	buf_finish(&out);
}

static void split(const char *url)
{
	char *server, *path;

	if (notify_split_url(url, &server, &path, NULL) < 0)
		return;
	if (path[0] != '/' || strncmp(url, server, strlen(server)) != 0)
		abort();
	free(server);
	free(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena a;
	char *text;

	if (!n)
		return 0;
	arena_init(&a);
	text = arena_strndup(&a, (const char *)bytes + 1, n - 1);
	switch (bytes[0] % 5) {
	case 0:
		read_night((const char *)bytes + 1, n - 1, &a);
		break;
	case 1:
		read_told(bytes + 1, n - 1, &a);
		break;
	case 2:
		read_gate(text, strlen(text), &a);
		break;
	case 3:
		split(text);
		break;
	default:
		tell(text, &a);
	}
	arena_finish(&a);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char *const seeds[] = {
		"\x05{\"event\":\"night-began\",\"at\":\"2026-01-31T23:58:12.345Z\"}\n{\"event\":\"unit-left-out\",\"unit\":\"u\",\"why\":\"w\"}\n"
		"{\"event\":\"gated\"}\n{\"event\":\"job-began\",\"job\":\"a\",\"run\":\"r\"}\n"
		"{\"event\":\"job-ended\",\"job\":\"a\",\"run\":\"r\",\"exit_status\":1}\n{\"event\":\"night-ended\",\"exit_status\":1}\n",
		"\x06{\"schema\": 1, \"at\": \"2026-01-31T23:58:12.345Z\", \"troubles\": [\"u\"], \"outcomes\": [{\"session\": \"s\", "
		"\"job\": \"j\", \"run\": \"r\", \"verdict\": \"fail\", \"cause\": \"pd-code-cleared\", \"quarantined\": true}, "
		"{\"session\": \"s\", \"verdict\": \"pass\"}]}",
		"\x07{\"units\": [{\"unit\": \"a\", \"health\": \"ill\", \"ill\": \"console\", \"why\": \"x\"}, {\"unit\": \"b\", \"health\": "
		"\"healthy\"}]}",
		"\x08https://hooks.example.org:8443/services/T0/B1/key?a=b",
		"\x09the code <!channel> ``` \x1b[2J\r\nBcc: x@example.org\n.\nFrom me =?UTF-8?Q?x?= Gr\xc3\xbc\xc3\x9f"
		"e \xff",
	};

	for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++)
		add(seeds[i], strlen(seeds[i]));
}
