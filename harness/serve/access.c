#include "serve/access.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/mem.h"

/* ---- what it is called ---- */

static bool is_address(const char *host, size_t n)
{
	unsigned char address[sizeof(struct in6_addr)];
	char text[INET6_ADDRSTRLEN];
	bool six = n > 2 && host[0] == '[' && host[n - 1] == ']';

	if (six) {
		host++;
		n -= 2;
	}
	if (n >= sizeof text)
		return false;
	memcpy(text, host, n);
	text[n] = '\0';
	return inet_pton(six ? AF_INET6 : AF_INET, text, address) == 1;
}

/* A trailing dot is part of a name's full form, and means the same. */
static bool is_called(const char *host, size_t n, const char *name)
{
	if (n && host[n - 1] == '.')
		n--;
	return n && strlen(name) == n && strncasecmp(host, name, n) == 0;
}

/* HOST[:PORT]; the port may be another one: it is, through `ssh -L`. */
static bool is_own_host(const struct access *a, const char *host)
{
	size_t n = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
	const char *port;

	if (n > strlen(host))
		return false;
	port = host + n;
	if (*port && (*port != ':' || strspn(port + 1, "0123456789") != strlen(port + 1) || strlen(port) > 6))
		return false;
	if (is_called(host, n, "localhost") || is_address(host, n))
		return true;
	for (const char *const *name = a->names; name && *name; name++)
		if (is_called(host, n, *name))
			return true;
	return false;
}

/* ---- who asks ---- */

static bool is_foreign(const struct access_claim *c)
{
	bool own = !c->fetch_site || strcmp(c->fetch_site, "same-origin") == 0 || strcmp(c->fetch_site, "none") == 0;

	return !own && !(c->fetch_mode && strcmp(c->fetch_mode, "navigate") == 0);
}

/* How long it takes tells nothing but the length. */
static bool is_same(const char *a, size_t n, const char *b)
{
	return strlen(b) == n && memeql_sec(a, b, n);
}

bool access_has_token(const struct access *a, const struct access_claim *c)
{
	static const char scheme[] = "Bearer ";
	const char *given = c->authorization;

	if (!a->token || !given || strncasecmp(given, scheme, sizeof scheme - 1) != 0)
		return false;
	given += sizeof scheme - 1;
	given += strspn(given, " ");
	return is_same(given, strlen(given), a->token);
}

/* ---- the cookie: "UNTIL.MAC" ---- */

enum { MAC_HEX = 2 * SHA256_DIGEST_SIZE, COOKIE_MAX = 20 + 1 + MAC_HEX + 1 };

/* With TLS no other host of the same domain can set it, either (the prefix __Host-, RFC 6265bis). */
static const char *cookie_name(const struct access *a)
{
	return a->tls ? "__Host-runtest" : "runtest";
}

static void cookie_value(const struct access *a, int64_t until_s, char out[COOKIE_MAX])
{
	static const char purpose[] = "runtest dashboard ";
	uint8_t mac[SHA256_DIGEST_SIZE];
	struct hmac_sha256_ctx ctx;
	size_t n = (size_t)snprintf(out, COOKIE_MAX, "%" PRId64, until_s);

	hmac_sha256_set_key(&ctx, strlen(a->token), (const uint8_t *)a->token);
	hmac_sha256_update(&ctx, sizeof purpose - 1, (const uint8_t *)purpose);
	hmac_sha256_update(&ctx, n, (const uint8_t *)out);
	hmac_sha256_digest(&ctx, sizeof mac, mac);
	out[n++] = '.';
	for (size_t i = 0; i < sizeof mac; i++)
		n += (size_t)snprintf(out + n, COOKIE_MAX - n, "%02x", mac[i]);
}

static bool is_good_cookie(const struct access *a, const char *value, size_t n, int64_t now_s)
{
	char good[COOKIE_MAX];
	size_t digits = strspn(value, "0123456789");
	int64_t until;

	if (!digits || digits > 12 || digits >= n)
		return false;
	until = strtoll(value, NULL, 10);
	cookie_value(a, until, good);
	return is_same(value, n, good) && now_s < until && until - now_s <= ACCESS_COOKIE_S;
}

/* "a=b; runtest=VALUE; c=d" */
static bool has_cookie(const struct access *a, const char *cookies, int64_t now_s)
{
	const char *name = cookie_name(a);
	size_t length = strlen(name);

	while (cookies && *cookies) {
		size_t n;

		cookies += strspn(cookies, "; ");
		n = strcspn(cookies, ";");
		if (n > length && cookies[length] == '=' && strncmp(cookies, name, length) == 0 &&
		    is_good_cookie(a, cookies + length + 1, n - length - 1, now_s))
			return true;
		cookies += n;
	}
	return false;
}

static void add_cookie(const struct access *a, const char *value, int64_t age_s, struct buf *out)
{
	buf_printf(out, "%s=%s; Path=/; Max-Age=%" PRId64 "; HttpOnly; SameSite=Strict%s", cookie_name(a), value, age_s,
		   a->tls ? "; Secure" : "");
}

void access_cookie(const struct access *a, int64_t now_s, struct buf *out)
{
	char value[COOKIE_MAX];

	cookie_value(a, now_s + ACCESS_COOKIE_S, value);
	add_cookie(a, value, ACCESS_COOKIE_S, out);
}

void access_no_cookie(const struct access *a, struct buf *out)
{
	add_cookie(a, "", 0, out);
}

/* ---- all of it ---- */

enum access_answer access_check(const struct access *a, const struct access_claim *c, int64_t now_s)
{
	if (!c->host || !is_own_host(a, c->host))
		return ACCESS_HOST;
	if (strcmp(c->method, "GET") != 0 && strcmp(c->method, "HEAD") != 0)
		return ACCESS_METHOD;
	if (is_foreign(c))
		return ACCESS_FOREIGN;
	if (!a->token || access_has_token(a, c) || has_cookie(a, c->cookie, now_s))
		return ACCESS_GRANTED;
	return ACCESS_UNKNOWN;
}
