/* The reference of every key for people, in Markdown, from the same descriptions that read the files. */
#ifndef RUNTEST_CONFIG_REFERENCE_H
#define RUNTEST_CONFIG_REFERENCE_H

/* docs/configuration.md as it should be; malloc'd. */
char *reference_text(void);

#endif
