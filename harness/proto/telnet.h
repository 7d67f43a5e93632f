/*
 * The telnet protocol of a console's client: data apart from commands, and the options agreed upon (RFC 854, 855, 856,
 * 857, 858; who may ask for what, and what is an answer, as RFC 1143 has it). Pure: bytes go in, data and replies come
 * out; the caller moves them.
 */
#ifndef RUNTEST_PROTO_TELNET_H
#define RUNTEST_PROTO_TELNET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

/* The options that can be agreed upon; all others are refused. */
enum telnet_option {
	TELNET_BINARY = 0,
	TELNET_ECHO = 1,
	TELNET_SUPPRESS_GO_AHEAD = 3,
	TELNET_COM_PORT = 44, /* RFC 2217; comport.h */
};

enum telnet_answer {
	TELNET_UNASKED,
	TELNET_ASKED,
	TELNET_AGREED,
	TELNET_REFUSED,
};

enum { TELNET_OPTIONS = 4, TELNET_SUB_MAX = 512 }; /* a longer subnegotiation is none of ours, and skipped */

struct telnet {
	int state;
	uint8_t command;
	enum telnet_answer we[TELNET_OPTIONS], they[TELNET_OPTIONS];
	struct buf sub; /* a subnegotiation on its way; the option first */
	bool sub_skipped, after_cr;
	struct buf out; /* replies and requests; the caller sends them and drops what is sent */
	/* A whole subnegotiation about the option; may be NULL. */
	void (*told)(void *ctx, uint8_t option, const uint8_t *bytes, size_t n);
	void *ctx;
};

void telnet_init(struct telnet *t);
void telnet_finish(struct telnet *t);

/* Ask that we, or they, do it: WILL, or DO. Asked for already: nothing. */
void telnet_offer(struct telnet *t, enum telnet_option o);
void telnet_request(struct telnet *t, enum telnet_option o);

enum telnet_answer telnet_ours(const struct telnet *t, enum telnet_option o);
enum telnet_answer telnet_theirs(const struct telnet *t, enum telnet_option o);

/* What the server sent, in pieces of any size: the console's bytes are added to `data`. */
void telnet_feed(struct telnet *t, const void *bytes, size_t n, struct buf *data);

/* One byte for the console as it goes over the line; returns how many bytes that are (1 or 2). */
size_t telnet_encode(const struct telnet *t, uint8_t byte, uint8_t out[2]);

/* A subnegotiation, with its frame. */
void telnet_tell(struct telnet *t, uint8_t option, const uint8_t *bytes, size_t n);

#endif
