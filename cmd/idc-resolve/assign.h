/*
 * assign -- the account assignments: made in any order, merged and written in one.
 */
#ifndef RESOLVE_ASSIGN_H
#define RESOLVE_ASSIGN_H

#include <stddef.h>
#include <stdint.h>

#include "input.h"
#include "org.h"
#include "principals.h"
#include "stream.h"

/* One reason for one assignment. Sixteen bytes: there can be millions. */
struct assignment {
	uint32_t set;	    /* index in input, which is sorted by name */
	uint32_t account;   /* index in org, which is sorted by id */
	uint32_t principal; /* index in principals; once written, rank in their order */
	uint32_t rule;
};

struct assignments {
	struct assignment *list;
	size_t n, cap;
	uint32_t *by_rank; /* in order; of several names of one id, the first */
};

/* What was written, for the summary. */
struct assign_counts {
	size_t assignments, accounts, principals;
};

/* All of it zero is an empty one. */
void assignments_release(struct assignments *a);

void assignments_add(struct assignments *a, uint32_t set, uint32_t account,
	uint32_t principal, uint32_t rule);

/*
 * Sorts, merges what several rules ask for, and writes the AccountAssignment records; all
 * principals have their ids by now. To be called once.
 */
struct assign_counts assignments_write(struct assignments *a, const struct input *in,
	const struct org *org, const struct principals *p, struct stream_out *out);

#endif
