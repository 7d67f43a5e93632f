/*
 * Who may see the dashboard. Pure: given a request's head and the time, it says what to do with it.
 *
 * - Only GET and HEAD: nothing can be changed through it.
 * - The Host header must name this server: a page of another site, whose name was made to lead here (DNS rebinding), sends
 *   its own name. An IP address cannot be made to lead elsewhere, so every one is fine.
 * - What a page of another site asks for in the background (Sec-Fetch-Site) is refused; a link to here may be followed.
 * - With a token: it comes as `Authorization: Bearer TOKEN`, or as the cookie that a browser got for it once. The cookie is
 *   when it ends, and a keyed hash of that (HMAC-SHA256 with the token as its key): it cannot be made without the token, and is
 *   worth nothing when the token has changed.
 */
#ifndef RUNTEST_SERVE_ACCESS_H
#define RUNTEST_SERVE_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "util/buf.h"

enum {
	ACCESS_TOKEN_LEAST = 24,          /* characters: nobody guesses so many */
	ACCESS_COOKIE_S = 7 * 24 * 3600,
};

struct access {
	const char *token;        /* NULL: everybody who can reach it may look */
	const char *const *names; /* what it is called besides localhost and IP addresses; NULL-terminated or NULL */
	bool tls;
};

/* What a request says of itself; NULL: nothing. */
struct access_claim {
	const char *method, *host, *authorization, *cookie;
	const char *fetch_site, *fetch_mode; /* Sec-Fetch-Site, Sec-Fetch-Mode */
};

enum access_answer {
	ACCESS_GRANTED,
	ACCESS_METHOD,  /* 405 */
	ACCESS_HOST,    /* 421: it is called otherwise */
	ACCESS_FOREIGN, /* 403: another site asks */
	ACCESS_UNKNOWN, /* 401: no token, or a wrong one. Only what everybody may see is given out */
};

enum access_answer access_check(const struct access *a, const struct access_claim *c, int64_t now_s);

/* Did it bring the token itself? Then it may have a cookie for it. */
bool access_has_token(const struct access *a, const struct access_claim *c);

/* The value of Set-Cookie that lets its browser in until ACCESS_COOKIE_S from now; or that takes the cookie away. */
void access_cookie(const struct access *a, int64_t now_s, struct buf *out);
void access_no_cookie(const struct access *a, struct buf *out);

#endif
