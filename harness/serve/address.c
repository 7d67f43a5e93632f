#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "serve/serve.h"

static int parse_port(const char *text, uint16_t *port)
{
	size_t n = strspn(text, "0123456789");
	long value = n && n < 6 && !text[n] ? strtol(text, NULL, 10) : -1;

	if (value < 0 || value > 65535)
		return -1;
	*port = (uint16_t)value;
	return 0;
}

static int fill(struct sockaddr_storage *out, const char *host, uint16_t port)
{
	struct sockaddr_in *four = (struct sockaddr_in *)out;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;

	memset(out, 0, sizeof *out);
	if (!*host || strcmp(host, "localhost") == 0)
		host = "127.0.0.1";
	if (inet_pton(AF_INET, host, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons(port);
		return 0;
	}
	if (inet_pton(AF_INET6, host, &six->sin6_addr) != 1)
		return -1;
	six->sin6_family = AF_INET6;
	six->sin6_port = htons(port);
	return 0;
}

int serve_address_parse(struct sockaddr_storage *out, const char *text)
{
	bool bracket = text[0] == '[';
	const char *end = bracket ? strchr(text, ']') : NULL, *colon = bracket ? end : strrchr(text, ':');
	char host[INET6_ADDRSTRLEN] = "";
	uint16_t port = SERVE_PORT;
	size_t n;

	if (bracket && (!end || (end[1] && end[1] != ':')))
		return -1;
	if (bracket)
		colon = end[1] ? end + 1 : NULL;
	else if (colon && strchr(text, ':') != colon)
		colon = NULL; /* an IPv6 address without brackets has no port */
	n = bracket ? (size_t)(end - text) - 1 : colon ? (size_t)(colon - text) : strlen(text);
	if (!*text || n >= sizeof host || (colon && parse_port(colon + 1, &port) < 0))
		return -1;
	memcpy(host, text + bracket, n);
	host[n] = '\0';
	if (bracket && !strchr(host, ':'))
		return -1;
	return fill(out, host, port);
}

bool serve_address_is_loopback(const struct sockaddr_storage *a)
{
	if (a->ss_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)a)->sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)a)->sin6_addr);
}
