/*
 * aws_pace -- how fast requests may go: a token bucket that learns.
 *
 * A bucket with a limit (requests a second) holds one second's worth, and a bit less at the
 * start. One without lets everything through. Either is cut when AWS throttles (at most once a second,
 * however many answers say so), down to one request in five seconds, and recovers by 5 % a
 * second, but only while the latest answer was none of those: what is refused every time
 * is asked less and less. The clock is an argument.
 */
#ifndef IDC_AWS_PACE_H
#define IDC_AWS_PACE_H

#include <stddef.h>
#include <stdint.h>

struct aws_bucket {
	double limit; /* requests a second; 0: none */
	double rate;  /* what goes now; 0: no limit */
	double tokens;
	int64_t at_ms;	   /* when tokens was right */
	int64_t cut_ms;	   /* when the rate was last cut; INT64_MIN: never */
	int64_t window_ms; /* requests sent since then, */
	double window_n;   /* to know the rate of a bucket without limit */
	int64_t hold_ms;   /* nothing before that; INT64_MIN: no such time */
	int refused;	   /* the latest answer was "too many requests" */
};

void aws_pace_init(struct aws_bucket *b, double limit, int64_t now_ms);

/* Takes a token: 1, or 0 when there is none yet. */
int aws_pace_take(struct aws_bucket *b, int64_t now_ms);

/*
 * Milliseconds until aws_pace_take can succeed for all of n, or for what a quarter of a
 * second gives, whichever is less: to wake up for each of them would cost more than the
 * waiting.
 */
int64_t aws_pace_wait_ms(struct aws_bucket *b, int64_t now_ms, size_t n);

/* An answer was "too many requests", and nothing more for after_ms (0: it did not say). */
void aws_pace_throttled(struct aws_bucket *b, int64_t now_ms, int64_t after_ms);

/* An answer was any other. */
void aws_pace_answered(struct aws_bucket *b, int64_t now_ms);

#endif
