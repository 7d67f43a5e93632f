/* Which address is answered by what. */
#ifndef RUNTEST_SERVE_ROUTES_H
#define RUNTEST_SERVE_ROUTES_H

#include "serve/answer.h"

enum route_kind {
	ROUTE_NONE,    /* 404 */
	ROUTE_ERRAND,  /* made by `how` in a process of its own */
	ROUTE_MOVED,   /* the same with a slash behind it: what is relative in it starts there */
	ROUTE_FILE,    /* /runs/RUN/PART... as it lies on the disk */
	ROUTE_STREAM,  /* /live/RUN/SESSION/events */
	ROUTE_ASSET,   /* /assets/NAME: everybody may have it */
	ROUTE_LOGIN,   /* /login: the page, for everybody */
	ROUTE_CHECK,   /* /login/check: is the token right? A cookie for it */
	ROUTE_OUT,     /* /login/out: the cookie away */
};

struct route {
	enum route_kind kind;
	answer_fn *how;
};

struct route route_find(const struct target *t);
bool route_is_open(const struct route *r); /* also without a token */

#endif
