/* JSON Schema (draft 2020-12) for editors, from the same descriptions that read the files. */
#ifndef RUNTEST_CONFIG_JSONSCHEMA_H
#define RUNTEST_CONFIG_JSONSCHEMA_H

#include "config/schema.h"

/* The schema's text, indented, ending in a newline; malloc'd. */
char *jsonschema_text(const struct schema_file *file);

#endif
