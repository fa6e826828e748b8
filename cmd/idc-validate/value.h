/*
 * value -- a JSON value of a template that knows where it stands.
 *
 * Values are opened from their container, used and closed; the container is
 * borrowed meanwhile. Findings are reported at the value's place in its file.
 */
#ifndef IDC_VALIDATE_VALUE_H
#define IDC_VALIDATE_VALUE_H

#include <stdarg.h>
#include <stddef.h>

#include <jv.h>

#include "files.h"

struct value {
	const struct value *up; /* the object or array it is in; NULL: the root of a file */
	struct file *file;
	const char *key; /* its name, in an object; borrowed */
	int index;	 /* in an array */
	jv v;
};

/* The root of a file. Takes v. */
void value_root(struct value *x, struct file *f, jv v);

/* Opens a member: 1; or 0 with nothing to close when up is no object that has it. */
int value_member(struct value *x, const struct value *up, const char *key);

/* Opens the i-th element of an array, which must have that many. */
void value_element(struct value *x, const struct value *up, int i);

void value_close(struct value *x);

/* The text of a string (borrowed from x), or NULL for any other kind. */
const char *value_string(const struct value *x);

/* Calls check for every element of a list; does nothing for any other kind. */
void value_each(const struct value *list,
	void (*check)(const struct value *element, void *ctx), void *ctx);

/* The same, but a value that is no list is its only element. */
void value_each_or_self(const struct value *x,
	void (*check)(const struct value *element, void *ctx), void *ctx);

/* Where it stands; key: where its name does. */
struct json_pos value_pos(const struct value *x, int key);

/* {File, Line, Column} of where it stands, as records have it; owned. */
jv value_source(const struct value *x);

/*
 * Reports something about the value, or about its name: what is wrong, and behind a '\n'
 * what to do.
 */
void value_report(const struct value *x, enum code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void value_vreport(const struct value *x, enum code code, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));
void value_report_name(const struct value *x, enum code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The JSON pointer to it, owned. */
char *value_pointer(const struct value *x);

/* What a kind of value is called: "a string". */
const char *value_kind_name(jv v);

#endif
