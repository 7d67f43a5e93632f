/* Reservations as `runtest reserve --list` and `runtest who` show them. */
#ifndef RUNTEST_CLI_RESERVATION_H
#define RUNTEST_CLI_RESERVATION_H

#include <jansson.h>
#include <stddef.h>

#include "farm/lease.h"
#include "util/buf.h"

struct reservation {
	const char *unit;
	struct lease lease;
};

/* As a table with headings. */
void reservations_table(const struct reservation *all, size_t n, struct buf *out);

/* {"user", "since", "until", "ends", "idle", "for"} */
json_t *reservation_json(const struct lease *l);

#endif
