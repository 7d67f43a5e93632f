/*
 * The manifest of a cache entry, KEY/manifest.json: what went in, for people, and which artefacts came out, with their
 * hashes, for us. The artefacts' signature (size and date) tells whether they are still as they were.
 */
#ifndef RUNTEST_BUILD_MANIFEST_H
#define RUNTEST_BUILD_MANIFEST_H

#include "build/recipe.h"

/* Where things are in an entry (and in the folder that is going to be one). */
#define ENTRY_ARTEFACTS "out"
#define ENTRY_LOG "build.log"
#define ENTRY_MANIFEST "manifest.json"

/* Hash the artefacts that the variant names, in `entry`, and write the manifest there. ERR_BUILD names one that the
 * command did not leave, `log` in the hint. */
int manifest_write(const char *entry, const struct recipe *r, int64_t ms, struct err *e);

/* Fill in r's artefacts from the entry at r->folder. -1 (no error text) when there is none, or it is not whole. */
int manifest_read(struct build_result *r, struct arena *a);

#endif
