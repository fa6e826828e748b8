/*
 * moment -- how long operations take, learned, and when to ask about them.
 *
 * What is learned is a distribution: how likely an operation lasts how long. A poll tells
 * of an operation only that it lasted longer than so much, or not longer; each that has
 * ended moves the distribution to what fits between the two. Some of it is spread evenly
 * there, so that what was never looked at becomes doubtful, and a time when operations have
 * become quicker is found.
 *
 * When to ask is a matter of cost: too early costs a request, too late the places of those
 * that have ended. The moment is the one at which an end that is seen costs least. So
 * operations that began together and take alike are asked about once, just after their end;
 * what varies is asked about the more often, the more of them may have ended.
 *
 * Does not know time or AWS.
 */
#ifndef IDC_APPLY_MOMENT_H
#define IDC_APPLY_MOMENT_H

#include <stddef.h>

#define MOMENT_BINS 900
#define MOMENT_MAX_MS 60000 /* longer is never waited */

struct moment {
	double edge[MOMENT_BINS + 1];  /* of the bins, in ms */
	double mass[MOMENT_BINS];      /* how likely an end there; all together 1 */
	double ended[MOMENT_BINS + 1]; /* at the edges: how likely it has ended, */
	double late[MOMENT_BINS + 1];  /* and for how many ms on average */
	size_t learned;		       /* from so many operations */
};

/* An operation under way. */
struct moment_age {
	double ms;	/* since it was accepted */
	double past_ms; /* it was seen in progress at that age */
};

/* Nothing is known: anything from milliseconds to an hour is as likely as ten times that.
 */
void moment_init(struct moment *m);

/* What other knows, as a first guess that what is learned soon outweighs. */
void moment_copy(struct moment *m, const struct moment *other);

/* One lasted longer than more_ms (0 and up) and no longer than most_ms. */
void moment_learn(struct moment *m, double more_ms, double most_ms);

/*
 * In how many milliseconds to ask about n operations (1 and up) together: at least
 * least_ms, at most MOMENT_MAX_MS. price_ms is what asking is worth, in milliseconds of
 * places, for all of them together.
 */
double moment_next(const struct moment *m, const struct moment_age *ages, size_t n,
	double price_ms, double least_ms);

#endif
