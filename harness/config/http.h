/*
 * A device with an HTTP API, and what it is asked, as sections of a board unit describe them. Where the API wants a
 * password or token in a path, a header or a body, "{secret}" stands in its place.
 */
#ifndef RUNTEST_CONFIG_HTTP_H
#define RUNTEST_CONFIG_HTTP_H

#include <stddef.h>

#include "config/secret.h"

enum http_scheme { HTTP_BASIC, HTTP_DIGEST, HTTP_BEARER };

struct http_account {
	const char *user;
	struct secret password;
};

struct http_token {
	struct secret token;
};

struct http_login {
	enum http_scheme scheme;
	const struct http_account *basic, *digest; /* the scheme's own; the others are NULL */
	const struct http_token *bearer;
};

struct http_server {
	const char *url;             /* "https://switch.lab:8443/api": what paths are put behind */
	const char *ca;              /* file with the certificates to trust (PEM), absolute; NULL: the system's */
	const char *pinned_key;      /* "sha256//BASE64" of the server's public key; NULL: any that `ca` vouches for */
	const struct http_login *login; /* NULL: none */
	const struct secret *secret; /* what "{secret}" stands for, or NULL */
	const char *const *headers;  /* "Name: value" for every request; NULL-terminated, or NULL */
};

struct http_request {
	const char *path;            /* begins with '/'; query included */
	const char *method;          /* NULL: POST with a body, else GET */
	const char *body;            /* NULL: none */
	const char *const *headers;  /* further ones; NULL-terminated, or NULL */
};

#define HTTP_SECRET "{secret}"

const char *http_request_method(const struct http_request *q);

/* The keys of a record whose field FIELD is a struct http_server or a struct http_request. */
#define HTTP_SERVER_KEYS(TYPE, FIELD) \
	{"url", "where the API is: the paths of requests are put behind it", &schema_http_url, \
	 .at = offsetof(TYPE, FIELD.url), .required = true}, \
	{"ca", "https only: file with the certificates to trust; the system's without it", &scalar_file, \
	 .at = offsetof(TYPE, FIELD.ca)}, \
	{"pinned-key", "https only: the server's public key; with it alone no certificate authority is asked", \
	 &schema_http_pin, .at = offsetof(TYPE, FIELD.pinned_key)}, \
	{"login", "who we are there", &schema_http_login, .at = offsetof(TYPE, FIELD.login), .boxed = true}, \
	{"secret", "what {secret} stands for in paths, headers and bodies", &schema_secret, \
	 .at = offsetof(TYPE, FIELD.secret), .boxed = true}, \
	{"headers", "sent with every request: \"Name: value\"", &scalar_lines, .at = offsetof(TYPE, FIELD.headers)}

#define HTTP_REQUEST_KEYS(TYPE, FIELD) \
	{"path", "put behind the url; begins with /", &schema_http_path, .at = offsetof(TYPE, FIELD.path), .required = true}, \
	{"method", "POST with a body, else GET, without it", &schema_http_method, .at = offsetof(TYPE, FIELD.method)}, \
	{"body", "what is sent; name its sort with a Content-Type header", &scalar_command, .at = offsetof(TYPE, FIELD.body)}

/* The same where the server's keys are not in the same record. */
#define HTTP_OWN_REQUEST_KEYS(TYPE, FIELD) \
	HTTP_REQUEST_KEYS(TYPE, FIELD), \
	{"headers", "further headers of this request: \"Name: value\"", &scalar_lines, .at = offsetof(TYPE, FIELD.headers)}

extern const struct schema schema_http_url, schema_http_path, schema_http_method, schema_http_pin, schema_http_login;
extern const struct schema schema_http_request; /* struct http_request */

struct reader;
/* For the checks of records that have them. A request may be NULL. */
void http_check_server(struct reader *r, const struct http_server *s);
void http_check_request(struct reader *r, const struct http_server *s, const struct http_request *q);

#endif
