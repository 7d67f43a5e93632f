/* What a browser, or whoever plays one, sends to the dashboard: the request's target and the headers that say who asks. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "serve/access.h"
#include "serve/follow.h"
#include "serve/markup.h"
#include "serve/routes.h"
#include "serve/serve.h"
#include "util/text.h"

const unsigned fuzz_cost = 5;

static const char token[] = "0123456789abcdef0123456789abcdef";

/* Whatever is taken leads nowhere but downwards. */
static void take_apart(const char *text)
{
	struct arena a;
	struct target t;

	arena_init(&a);
	if (target_parse(&t, text, &a) == 0) {
		for (size_t i = 0; i < t.count; i++) {
			const char *s = t.segments[i];

			if (!*s || strcmp(s, "..") == 0 || strpbrk(s, "/\\\r\n") || text_bad_byte(s, strlen(s)) != strlen(s))
				abort();
		}
		route_find(&t);
		target_value(&t, "before");
	}
	arena_finish(&a);
}

/* Nobody gets in who does not have the token; and nobody at all by another name. */
static void ask(const char *text)
{
	static const char *const names[] = {"lab.example", NULL};
	const struct access a = {.token = token, .names = names};
	struct access_claim all[] = {
		{.method = "GET", .host = text},
		{.method = "GET", .host = "localhost", .cookie = text},
		{.method = "GET", .host = "localhost", .authorization = text},
		{.method = text, .host = "localhost"},
	};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (access_check(&a, &all[i], 1800000000) == ACCESS_GRANTED && !strstr(text, token))
			abort();
}

static void write_down(const char *text)
{
	struct buf b = {0};

	markup_text(&b, text);
	markup_segment(&b, text);
	if (b.data && strpbrk(b.data, "<>\"'"))
		abort();
	buf_finish(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char *text = malloc(n + 1);
	struct sockaddr_storage address;
	struct follow_place place;

	memcpy(text, bytes, n);
	text[n] = '\0';
	take_apart(text);
	ask(text);
	write_down(text);
	serve_address_parse(&address, text);
	follow_place_parse(&place, text);
	free(text);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char *const seeds[] = {
		"/", "/runs/latest/a%20b%c3%a9/?before=x%2fy&q=a+b", "/runs/../..%2f%2e%2e%5c", "/live/r/s/events?from=99999999999999999999", "/%",
		"localhost:8642", "[::1]:8642", "lab.example.", "evil.example", "127.0.0.1:65536", "[::]:0", ":1",
		"runtest=1800000100.0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef; a=b", "runtest=;;;=",
		"Bearer 0123456789abcdef0123456789abcdeg", "GET", "1.70000000000.12", "<script>alert('x')</script>\x1b[2J&\"\xff"};

	for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++)
		add(seeds[i], strlen(seeds[i]));
}
