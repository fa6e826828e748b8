/*
 * text -- small things about strings: near misses, globs, UTF-8, safe output, hex.
 */
#ifndef IDC_TEXT_H
#define IDC_TEXT_H

#include <stddef.h>

#include "buf.h"

/*
 * The nearest of n candidates to word, for "did you mean ...?", or NULL when none is
 * near enough (edit distance with transpositions, letter case ignored, at most
 * a third of the word's length, and at least one). The pointer is one of
 * candidates. Of equally near ones the first wins.
 */
const char *text_nearest(const char *word, const char *const *candidates, size_t n);

/* Whether s matches pattern, in which * stands for any run and ? for one byte. */
int text_glob(const char *pattern, const char *s);

/*
 * The length in bytes (1 to 4) of the well-formed UTF-8 sequence at p, of which len
 * bytes may be read, or 0 when it is not well-formed (RFC 3629).
 */
size_t text_utf8(const char *p, size_t len);

/*
 * Appends s to b for a person's eyes: control characters, those that turn the direction of
 * writing, and malformed UTF-8 as \xNN, byte by byte. The columns it takes, one a
 * character.
 */
size_t text_safe(struct buf *b, const char *s);

/* Whether s starts or ends with the other string. */
int text_starts(const char *s, const char *prefix);
int text_ends(const char *s, const char *suffix);

/* strcmp for qsort over arrays of char *. */
int text_compare(const void *a, const void *b);

/* 2 * len lower case hex digits and a NUL into out. */
void text_hex(char *out, const unsigned char *p, size_t len);

/* Whether s is 12 digits: an AWS account id. */
int text_is_account_id(const char *s);

/* Whether s can be the name of a region, and so a part of a host name. */
int text_is_region(const char *s);

/*
 * A whole decimal number from 0 to max in *out; 0, or -1 when s is
 * anything else.
 */
int text_number(const char *s, unsigned long max, unsigned long *out);

#endif
