/*
 * Files that come with the program and are only read: boot stack, board kinds, templates (docs/install.md). Installed they
 * are in PREFIX/share/runtest, PREFIX being where bin/runtest stands; in a checkout they are the checkout itself. Both have
 * images/, boards/ and contrib/project/ in them. RUNTEST_SHARE names another folder.
 */
#ifndef RUNTEST_UTIL_SHARE_H
#define RUNTEST_UTIL_SHARE_H

#include <stdbool.h>

#define SHARE_VARIABLE "RUNTEST_SHARE"

/* That folder, absolute, malloc'd; NULL when there is none: the program stands alone somewhere. */
char *share_folder(void);

/* The folder docs/ of the manual, which messages name pages of; malloc'd, NULL when it is not there. */
char *share_manual(void);

/* Is this program that of a checkout, where it is built and tested, and not an installed one? */
bool share_is_checkout(void);

#endif
