/*
 * store -- records put aside to be read again one by one: the first megabyte in memory,
 * what is more in a file of TMPDIR that has no name. A plan's text is long, and is looked
 * at again piece by piece.
 */
#ifndef IDC_APPLY_STORE_H
#define IDC_APPLY_STORE_H

#include <stdint.h>

#include <jv.h>

#include "buf.h"
#include "err.h"

struct store {
	struct buf text;    /* what is not in the file */
	struct buf scratch; /* a record on its way from the file */
	uint64_t in_file; /* bytes, which come before those of text; 0: there is no file */
	int fd;
};

void store_init(struct store *s);
void store_release(struct store *s);

/*
 * Adds rec (borrowed), which is called id. 0 and *place, where it is; or -1 with err filled
 * (ERR_SYS).
 */
int store_add(struct store *s, const char *id, jv rec, uint32_t *place, struct err *err);

/*
 * The record at a place that store_add gave: owned; or invalid with err filled (ERR_SYS).
 */
jv store_get(struct store *s, uint32_t place, struct err *err);

/* Whether the record at place is called id: 1 or 0, or -1 with err filled (ERR_SYS). */
int store_is(struct store *s, uint32_t place, const char *id, struct err *err);

#endif
