/*
 * fields -- objects whose members are known: one table for what may be there, what must be,
 * of which kind it is and what it is for.
 */
#ifndef IDC_VALIDATE_FIELDS_H
#define IDC_VALIDATE_FIELDS_H

#include <stddef.h>

#include "value.h"

/* Kinds of values, to be combined. */
#define KIND_STRING 1u
#define KIND_LIST 2u
#define KIND_OBJECT 4u
#define KIND_NUMBER 8u
#define KIND_BOOLEAN 16u
#define KIND_ANY 31u

struct field {
	const char *name;
	unsigned kinds;
	const char *required; /* what it is for, when it must be there; or NULL */
	/* Looks at a value of one of the kinds; may be NULL. */
	void (*check)(const struct value *x, void *ctx);
};

/*
 * Reports what is wrong with the members of x: unknown, missing, of a wrong kind; and lets
 * the others be checked. 0, or -1 when x is no object, which is reported too.
 */
int fields_check(const struct value *x, const struct field *fields, size_t n, void *ctx);

/* Whether x is of one of the kinds; if not, that is reported. */
int fields_is(const struct value *x, unsigned kinds);

/* Reports a string that is neither of the two words. */
void fields_word(const struct value *x, const char *const words[2]);

#endif
