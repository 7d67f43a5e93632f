/*
 * The files of a revision, written into a folder: exactly the bytes that the commit has. Attributes of the repository
 * (line ends, filters, export-ignore) do not count, and no index or checkout of the user's is looked at or touched.
 */
#ifndef RUNTEST_GIT_EXPORT_H
#define RUNTEST_GIT_EXPORT_H

#include <time.h>

#include "git/revision.h"

/*
 * Write the revision's tree into the empty folder `to`, every file with the same date, of the permissions only the x bit.
 * A submodule is written out as well, at the commit that the revision records, whatever its own checkout is at.
 * ERR_BUILD: a submodule or an object that this machine does not have, a symbolic link out of the tree, a path that no
 * checkout would have; ERR_IO, ERR_INFRA, ERR_CANCELLED.
 */
int git_export(const struct git_revision *r, const char *to, time_t date, struct err *e);

#endif
