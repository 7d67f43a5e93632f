/* Where a variant's sources are, and its patches: the forms of `source` and `patches`. */
#ifndef RUNTEST_CONFIG_VARIANT_SOURCE_H
#define RUNTEST_CONFIG_VARIANT_SOURCE_H

#include "config/schema.h"

extern const struct schema schema_source;  /* becomes a struct variant_source */
extern const struct schema schema_patches; /* becomes an array of struct variant_patch */

#endif
