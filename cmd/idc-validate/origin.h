/*
 * origin -- a record of the templates stream, and where in the templates its members are
 * from.
 */
#ifndef IDC_VALIDATE_ORIGIN_H
#define IDC_VALIDATE_ORIGIN_H

#include <stddef.h>

#include <jv.h>

#include "map.h"
#include "templates.h"

struct origin {
	jv record;
	jv root;	     /* what the file holds, of a permission set; else invalid */
	struct file *file;   /* borrowed */
	const char *pointer; /* to the permission set or rule in it; borrowed */
};

struct origins {
	struct origin *list;
	size_t n;
	struct map sources; /* "FILE:LINE:COLUMN" to the index, plus 1 */
	jv all;		    /* the records as an array */
};

/*
 * The records of t in the order of the stream, which t's permission sets must be in; what
 * has none because of its errors is left out. t is borrowed until origins_release.
 */
void origins_init(struct origins *o, const struct templates *t);
void origins_release(struct origins *o);

/* The record that an index, or a Source, names; or NULL. */
const struct origin *origins_find(const struct origins *o, jv which);

/*
 * The JSON pointer to what the record has at a path of jq; to the permission set or rule
 * itself where the record has nothing, or the template says nothing about it. Owned.
 */
char *origin_pointer(const struct origin *x, jv path);

/* "the rule 'A' at a/A.json:3:3"; owned. */
char *origin_words(const struct origin *x);

#endif
