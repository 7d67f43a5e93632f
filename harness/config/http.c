#include "config/http.h"

#include <string.h>
#include <strings.h>

#include "config/read.h"
#include "config/scalar.h"

/* ---- addresses ---- */

/* Characters that may stand in an address as they are (RFC 3986), and the braces of {secret}. */
static bool is_plain(const struct yaml *n)
{
	for (size_t i = 0; i < n->text_len; i++)
		if (n->text[i] <= ' ' || n->text[i] > '~' || strchr("\"<>\\^`|", n->text[i]))
			return false;
	return n->text_len > 0 && n->text_len <= 2000;
}

static void refuse_plain(struct reader *r, const struct schema *s, const struct yaml *n)
{
	reader_refuse(r, s, n);
	if (memchr(n->text, ' ', n->text_len))
		reader_hint(r, "a blank is written %%20");
}

static void parse_url(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	const char *host = strncmp(n->text, "http://", 7) == 0    ? n->text + 7
			   : strncmp(n->text, "https://", 8) == 0 ? n->text + 8
								  : NULL;
	size_t len = n->text_len;

	if (!is_plain(n) || !host || !*host || *host == '/' || strpbrk(host, "?#{}")) {
		refuse_plain(r, s, n);
	} else if (memchr(host, '@', strcspn(host, "/"))) {
		reader_refuse_text(r, n, "expected an address without user and password");
		reader_hint(r, "\"login\" says who we are, and where the password is");
	} else {
		while (n->text[len - 1] == '/')
			len--;
		*(const char **)out = arena_strndup(r->arena, n->text, len);
	}
}

const struct schema schema_http_url = {
	.name = "address",
	.expected = "an address that begins with http:// or https://, without a query",
	.size = sizeof(char *),
	.parse = parse_url,
	.pattern = "^https?://[^/?#@ ][^?# ]*$",
};

static void parse_http_path(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	if (!is_plain(n) || n->text[0] != '/' || strchr(n->text, '#'))
		refuse_plain(r, s, n);
	else
		*(const char **)out = arena_strndup(r->arena, n->text, n->text_len);
}

const struct schema schema_http_path = {
	.name = "path",
	.expected = "a path that begins with /, with its query",
	.size = sizeof(char *),
	.parse = parse_http_path,
	.pattern = "^/[^ #]*$",
};

static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE", NULL};

const struct schema schema_http_method = {
	.name = "word",
	.expected = "GET, POST, PUT, PATCH or DELETE",
	.size = sizeof(char *),
	.parse = scalar_parse_word_text,
	.words = methods,
};

const char *http_request_method(const struct http_request *q)
{
	return q->method ? q->method : q->body ? "POST" : "GET";
}

/* One or several of "sha256//" and 32 bytes in base64, a semicolon between them: as curl takes it. */
static bool is_pin(const char *text)
{
	static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (;;) {
		if (strncmp(text, "sha256//", 8) != 0 || strspn(text + 8, base64) != 43 || text[51] != '=')
			return false;
		if (!text[52])
			return true;
		if (text[52] != ';')
			return false;
		text += 53;
	}
}

static void parse_pin(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	if (strlen(n->text) != n->text_len || n->text_len > 1024 || !is_pin(n->text))
		reader_refuse(r, s, n);
	else
		*(const char **)out = arena_strndup(r->arena, n->text, n->text_len);
}

const struct schema schema_http_pin = {
	.name = "pinned key",
	.expected = "sha256// and the SHA-256 of the public key in base64",
	.doc = "docs/power.md shows how to get it; several, with ; between them, while a key is being changed.",
	.size = sizeof(char *),
	.parse = parse_pin,
	.pattern = "^sha256//[A-Za-z0-9+/]{43}=(;sha256//[A-Za-z0-9+/]{43}=)*$",
};

/* ---- login ---- */

static const struct schema_key account_keys[] = {
	{"user", "the name of the account", &scalar_line, .at = offsetof(struct http_account, user), .required = true},
	{"password", "where its password is", &schema_secret, .at = offsetof(struct http_account, password), .required = true},
	{0},
};

static const struct schema account = {
	.shape = SCHEMA_RECORD,
	.name = "account",
	.expected = "a mapping with user and password",
	.size = sizeof(struct http_account),
	.keys = account_keys,
};

static const struct schema_key token_keys[] = {
	{"token", "where it is", &schema_secret, .at = offsetof(struct http_token, token), .required = true},
	{0},
};

static const struct schema token = {
	.shape = SCHEMA_RECORD,
	.name = "bearer token",
	.expected = "a mapping with token",
	.size = sizeof(struct http_token),
	.keys = token_keys,
};

static const struct schema_key login_keys[] = {
	{"basic", "user and password as they are: over https, or in a network that is trusted", &account,
	 .at = offsetof(struct http_login, basic), .boxed = true, .choice = true, .chosen = HTTP_BASIC},
	{"digest", "user and password by challenge and answer", &account, .at = offsetof(struct http_login, digest),
	 .boxed = true, .choice = true, .chosen = HTTP_DIGEST},
	{"bearer", "a token", &token, .at = offsetof(struct http_login, bearer), .boxed = true, .choice = true,
	 .chosen = HTTP_BEARER},
	{0},
};

const struct schema schema_http_login = {
	.shape = SCHEMA_RECORD,
	.name = "login",
	.expected = "a mapping with one of: basic, digest, bearer",
	.size = sizeof(struct http_login),
	.keys = login_keys,
	.choice = true,
	.choice_at = offsetof(struct http_login, scheme),
};

/* ---- requests ---- */

static const struct schema_key request_keys[] = {
	HTTP_OWN_REQUEST_KEYS(struct { struct http_request q; }, q),
	{0},
};

const struct schema schema_http_request = {
	.shape = SCHEMA_RECORD,
	.name = "request",
	.expected = "a mapping with path",
	.size = sizeof(struct http_request),
	.keys = request_keys,
};

static bool names_secret(const char *text)
{
	return text && strstr(text, HTTP_SECRET);
}

static bool is_header(const char *text)
{
	static const char token_chars[] = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	size_t name = strspn(text, token_chars);

	return name && text[name] == ':' && text[name + 1 + strspn(text + name + 1, " \t")];
}

/* What a header like that says is a secret by its nature. */
static bool is_secret_header(const char *text)
{
	static const char *const names[] = {"authorization:", "proxy-authorization:", "cookie:"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strncasecmp(text, names[i], strlen(names[i])) == 0)
			return !names_secret(text);
	return false;
}

/* Does one of them name the secret? */
static bool check_headers(struct reader *r, const char *const *const *field)
{
	bool named = false;

	for (const char *const *h = *field; h && *h; h++) {
		named |= names_secret(*h);
		if (!is_header(*h))
			reader_mistake(r, field, "expected \"Name: value\" as a header, found \"%s\"", *h);
		else if (is_secret_header(*h)) {
			reader_mistake(r, field, "a header with a secret: expected " HTTP_SECRET " in its place");
			reader_hint(r, "\"login\" does the usual ones by itself; \"secret\" says where others are");
		}
	}
	return named;
}

static void demand_secret(struct reader *r, const struct http_server *s, const void *field)
{
	if (!s->secret)
		reader_mistake(r, field, HTTP_SECRET ": expected a \"secret\" beside \"url\" that says where it is");
}

void http_check_server(struct reader *r, const struct http_server *s)
{
	bool tls = !s->url || strncmp(s->url, "https://", 8) == 0;

	if (!tls && s->ca)
		reader_mistake(r, &s->ca, "ca: expected none, as the url is no https://");
	if (!tls && s->pinned_key)
		reader_mistake(r, &s->pinned_key, "pinned-key: expected none, as the url is no https://");
	if (check_headers(r, &s->headers))
		demand_secret(r, s, &s->headers);
}

void http_check_request(struct reader *r, const struct http_server *s, const struct http_request *q)
{
	if (!q)
		return;
	if (check_headers(r, &q->headers))
		demand_secret(r, s, &q->headers);
	if (names_secret(q->path))
		demand_secret(r, s, &q->path);
	if (names_secret(q->body))
		demand_secret(r, s, &q->body);
	if (q->body && q->method && strcmp(q->method, "GET") == 0)
		reader_mistake(r, &q->body, "body: expected none with \"method: GET\"");
}
