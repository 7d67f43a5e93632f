/* The scalars that configuration files are made of: each a description with its reading. */
#ifndef RUNTEST_CONFIG_SCALAR_H
#define RUNTEST_CONFIG_SCALAR_H

#include "config/schema.h"

/* A day is longer than any session; sums of durations stay far from overflow. */
enum { SCALAR_DURATION_MAX_MS = 24 * 60 * 60 * 1000 };

/* Becomes a const char *. */
extern const struct schema scalar_line;       /* one line of text, not empty */
extern const struct schema scalar_command;    /* a text to send; it may have line ends, and no NULs */
extern const struct schema scalar_name;       /* letters, digits, - and _ in lower case: safe in paths and on screens */
extern const struct schema scalar_own_name;   /* the same, and the name of the file it stands in */
extern const struct schema scalar_host;       /* the name of a machine: letters, digits, dots, - and _ */
extern const struct schema scalar_identifier; /* a capture group of a regular expression */
extern const struct schema scalar_inside;     /* a path below some folder, that may not lead out of it */
extern const struct schema scalar_file;       /* an existing file; relative to the YAML file; becomes absolute */
extern const struct schema scalar_folder;     /* the same for a folder */

extern const struct schema scalar_duration; /* "5s"; becomes an int64_t in ms, from 1 */
extern const struct schema scalar_size;     /* "2G"; becomes a uint64_t, from 1 */
extern const struct schema scalar_address;  /* "0x40000000"; becomes a uint64_t */
extern const struct schema scalar_regex;    /* becomes a struct text_pattern */

/* Lists of the above; become NULL-terminated arrays. */
extern const struct schema scalar_lines; /* may be empty */
extern const struct schema scalar_names;
extern const struct schema scalar_files; /* may be empty */

/* Parse functions for descriptions elsewhere. */
void scalar_parse_text(struct reader *r, const struct schema *s, const struct yaml *n, void *out); /* one line */
void scalar_parse_glob(struct reader *r, const struct schema *s, const struct yaml *n, void *out); /* name with *?[] */
void scalar_parse_integer(struct reader *r, const struct schema *s, const struct yaml *n, void *out); /* int */
void scalar_parse_word(struct reader *r, const struct schema *s, const struct yaml *n, void *out);    /* enum */
void scalar_parse_word_text(struct reader *r, const struct schema *s, const struct yaml *n, void *out);

#endif
