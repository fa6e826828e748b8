/*
 * targets -- what Target and Exclude name, as sets of accounts.
 *
 * Each distinct target text is one selector, however many rules use it: parsed, looked up
 * and turned into a bit set of accounts (bit i: org's account i) once.
 */
#ifndef RESOLVE_TARGETS_H
#define RESOLVE_TARGETS_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "map.h"
#include "org.h"
#include "target.h"

/* What became of a selector. */
enum verdict {
	SELECTS,      /* ACTIVE accounts */
	SELECTS_NONE, /* an existing OU that is empty */
	NOT_ACTIVE,   /* an account named by id, which is suspended, closed or pending */
	NOT_FOUND     /* nothing of that name, or nothing that matches */
};

struct selector {
	char *text;
	struct target target;
	uint32_t node; /* of an OU, or ORG_NONE */
	enum verdict verdict;
	char *message;	     /* for every verdict but SELECTS */
	char *label_message; /* the label is not the real name; or NULL */
	int is_target;	     /* in some Target, not only in Excludes */
	int said;	     /* a warning about it was shown */
	uint64_t *bits;	     /* ACTIVE accounts */
};

struct selectors {
	struct selector *list;
	size_t n, cap;
	struct map by_text; /* index + 1 */
	size_t words;	    /* length of every bits */
	uint64_t *left_out; /* not ACTIVE, but else in a Target that names many */
};

void selectors_init(struct selectors *s);
void selectors_release(struct selectors *s);

/*
 * The index of a target text, out of a Target or an Exclude, in *ref. 0, or -1 with err
 * filled: it is no target.
 */
int selectors_add(struct selectors *s, const char *text, int is_target, uint32_t *ref,
	struct err *err);

/*
 * Starts whatever AWS still has to be asked for the selectors. 1 while something is, 0 when
 * all is known. The accounts have been listed by then.
 */
int selectors_ask(struct selectors *s, struct org *org);

/* Turns all selectors into bits, verdicts and messages. */
void selectors_match(struct selectors *s, const struct org *org);

/* Sets of accounts: whether i is in it, and how many are. */
int bits_has(const uint64_t *bits, uint32_t i);
size_t bits_count(const uint64_t *bits, size_t words);

#endif
