/*
 * rec -- reading and building records (JSON objects) without libjq's sharp edges.
 *
 * Accessors borrow the record, never abort on a wrong kind, and return borrowed
 * strings that live as long as the record is neither freed nor changed.
 * Builders take the record and give it back: r = rec_set_str(r, "Name", name).
 * Members keep the order in which they are first set; that order is the one in
 * which they are written.
 */
#ifndef IDC_REC_H
#define IDC_REC_H

#include <jv.h>

/* The string at key, or NULL when there is none or it is no string. Borrowed. */
const char *rec_str(jv rec, const char *key);

/* The same, with fallback instead of NULL. */
const char *rec_str_or(jv rec, const char *key, const char *fallback);

/* The value at key, owned; invalid when there is none or rec is no object. */
jv rec_get(jv rec, const char *key);

/* The element at i of an array, owned; invalid outside of it. */
jv rec_at(jv array, int i);

/* The string at i of an array, borrowed, or NULL. */
const char *rec_str_at(jv array, int i);

/* Number of elements of an array or members of an object; 0 for anything else. */
int rec_len(jv v);

/* Whether rec is an object that has key. */
int rec_has(jv rec, const char *key);

/* The number at key, or fallback. */
double rec_num(jv rec, const char *key, double fallback);

/* Whether the value at key is true. */
int rec_true(jv rec, const char *key);

/* Whether rec's Kind is kind. */
int rec_is(jv rec, const char *kind);

/* A new object with Kind set first. */
jv rec_new(const char *kind);

/* Sets key, taking rec and value. rec_set_str with a NULL s sets nothing. */
jv rec_set(jv rec, const char *key, jv value);
jv rec_set_str(jv rec, const char *key, const char *s);
jv rec_set_num(jv rec, const char *key, double n);

/* Copies from's value at key, if it has one, taking rec, borrowing from. */
jv rec_set_from(jv rec, const char *key, jv from);

/* Appends to an array, taking both. */
jv rec_push(jv array, jv value);
jv rec_push_str(jv array, const char *s);

/* Whether two values are equal (jv_equal that borrows). */
int rec_equal(jv a, jv b);

/* An array of strings sorted bytewise without duplicates; borrows, returns owned. */
jv rec_sorted_unique(jv strings);

#endif
