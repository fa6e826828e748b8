/*
 * json -- strict JSON, on top of libjq's values.
 *
 * libjq 1.6 is no validator: it takes NaN, leading zeros, invalid UTF-8 and
 * duplicate keys. So libjq's parser sees no text but strings with escapes: what reads is
 * our scanner, which is RFC 8259 to the letter, refuses duplicate keys and \u0000 (strings
 * are C strings here), has a ceiling on depth, and says where it found what. Nothing else
 * in this project calls jv_parse.
 *
 * Ownership, here and everywhere: our functions borrow jv arguments and return
 * owned ones; a function that keeps an argument has _take in its name.
 */
#ifndef IDC_JSON_H
#define IDC_JSON_H

#include <stddef.h>

#include <jv.h>

#include "buf.h"

#define JSON_DEPTH_MAX 128

/* A place in a text: both count from 1; column counts bytes. */
struct json_pos {
	size_t line;
	size_t column;
};

enum json_fault_kind { JSON_SYNTAX, JSON_ENCODING, JSON_DOUBLE_KEY, JSON_TOO_LARGE };

/* What json_check found. text is one line: what is wrong and what to do. */
struct json_fault {
	struct json_pos pos;
	enum json_fault_kind kind;
	char text[240];
};

/*
 * Whether the len bytes at text are one JSON value (white space around it is
 * fine). 0, or -1 with *fault filled. A byte order mark is refused, and said to be one.
 */
int json_check(const char *text, size_t len, struct json_fault *fault);

/*
 * json_check, then the value: a valid jv, owned; or an invalid one with *fault filled.
 */
jv json_parse(const char *text, size_t len, struct json_fault *fault);

/* A value as it stands in a text: a string without its quotes, anything else whole. */
struct json_span {
	char *text; /* NULL: there is none */
	size_t len;
	char first; /* of what: '"', '{', '[', or the first of a number or a word */
};

/*
 * json_check of an object, in which it finds the n members of these names without making
 * values of them: for records that come by the million. 0; or -1 when text is no object, or
 * there is an escape in a string that is wanted.
 */
int json_members(
	char *text, size_t len, const char *const *names, size_t n, struct json_span *out);

/* Puts a NUL behind each of the members, into the text that they were found in. */
void json_members_end(struct json_span *members, size_t n);

/*
 * Where every value of a text stands. Made in one pass over a text that passed
 * json_check; then each look-up costs the length of its pointer, not of the text.
 */
struct json_index;

/* text is borrowed and kept. Release with json_index_free (NULL is fine). */
struct json_index *json_index_new(const char *text, size_t len);
void json_index_free(struct json_index *x);

/*
 * The place of the value that an RFC 6901 JSON pointer ("/Assignments/2/Target/0") names:
 * of its first byte. A pointer that leads nowhere gives the place of the deepest value on
 * the way, so that a missing member is reported at the object it is missing from. key
 * != 0 gives the place of the last member's key instead of its value.
 */
struct json_pos json_index_find(const struct json_index *x, const char *pointer, int key);

/* json_index_find for a single look-up. */
struct json_pos json_locate(const char *text, size_t len, const char *pointer, int key);

/*
 * Appends v to b as compact JSON. Object members in the order they were
 * inserted, escapes only where RFC 8259 wants them, numbers as the shortest text that
 * reads back the same. 0, or -1 when b is full.
 */
int json_write(struct buf *b, jv v);

/* json_write with members sorted by key at every level: a canonical text. */
int json_write_sorted(struct buf *b, jv v);

/* The same as a string of the caller's. */
char *json_string(jv v);
char *json_string_sorted(jv v);

/* Appends s as a JSON string, quotes and all. */
int json_write_string(struct buf *b, const char *s, size_t len);

/*
 * Appends a member to an object that is being written, and a comma before it unless b ends
 * in the object's '{': for records that are written by the thousand. s NULL: no member. 0,
 * or -1 when b is full.
 */
int json_add_str(struct buf *b, const char *key, const char *s);
int json_add(struct buf *b, const char *key, jv v);

/*
 * Appends an RFC 6901 escaped token to a pointer: "/" and the key with ~ and / escaped.
 */
int json_pointer_add(struct buf *b, const char *key);

#endif
