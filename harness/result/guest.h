/* What the guest's own tests come to in words. */
#ifndef RUNTEST_RESULT_GUEST_H
#define RUNTEST_RESULT_GUEST_H

#include "result/model.h"
#include "util/buf.h"

/* Did the guest's tests speak against it: did one fail, or was their output at fault? */
bool guest_tests_failed(const struct session_result *s);

/* "7 guest tests passed, 1 skipped"; nothing where there are none. Printable. */
void guest_add_counts(struct buf *out, const struct session_result *s);

/* "guest test NAME failed, 2 others too", or what is wrong with the output. Printable, one line. */
void guest_add_failure(struct buf *out, const struct session_result *s);

#endif
