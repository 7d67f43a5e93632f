/*
 * A tag of XML that was printed line by line, without care for the rules of XML: texts may hold anything, quoted
 * values may hold ">". No document is parsed here, only one tag at a time.
 */
#ifndef RUNTEST_PROTO_XMLTAG_H
#define RUNTEST_PROTO_XMLTAG_H

#include <stdbool.h>
#include <stddef.h>

struct xml_tag {
	const char *name; /* into the line, name_len bytes */
	size_t name_len;
	bool closing;     /* </name> */
	bool empty;       /* <name/> */
	bool cut;         /* the line ends before its ">" */
	const char *attributes;
	size_t attributes_len;
	size_t len;       /* bytes of the whole tag */
};

/* The tag that begins at line[0], which is "<"; false: none does. */
bool xml_tag_read(struct xml_tag *t, const char *line, size_t n);

bool xml_tag_is(const struct xml_tag *t, const char *name);

/* The value of an attribute, with the five entities resolved, cut to fit; false: it has none of that name. */
bool xml_tag_attribute(const struct xml_tag *t, const char *name, char *out, size_t size);

/* Text with the five entities resolved, NUL-terminated, cut to fit; returns its length. */
size_t xml_text(char *out, size_t size, const char *text, size_t n);

#endif
