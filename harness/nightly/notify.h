/*
 * Telling one recipient: by a request to a web server, or by a mail that sendmail(8) takes. Addresses and secrets are in no
 * error. What does not arrive is tried again a few times, unless the far end says that it never will.
 */
#ifndef RUNTEST_NIGHTLY_NOTIFY_H
#define RUNTEST_NIGHTLY_NOTIFY_H

#include "config/nightly.h"
#include "nightly/bulletin.h"
#include "util/err.h"

/* Is this recipient to be told of such a night? */
bool notify_wants(const struct recipient *to, const struct bulletin *b);

/* 0; -1: ERR_INFRA when the last try failed, ERR_CANCELLED. *tries: how many there were. */
int notify(const struct recipient *to, const struct bulletin *b, int *tries, struct err *e);

/* The parts of a web address: "https://HOST[:PORT]" into *server and the rest, from the slash on, into *path; malloc'd.
 * ERR_INFRA for anything else; the error does not show it. */
int notify_split_url(const char *url, char **server, char **path, struct err *e);

#endif
