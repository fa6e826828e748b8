#include "aws_pace.h"

#include <math.h>

#define CUT 0.7
#define GROWTH_PER_S 0.05
#define GROWTH_LEAST 0.2
#define SLOWEST 0.2
#define UNLIMITED 500.0
#define KNOWN_LEAST 6.0 /* a rate seen is only known from so many on */
#define SECOND_MS 1000
#define TOGETHER_S 0.25 /* what may go in so much time goes at once: fewer wake-ups */
/* Not all at first: they wait for their connections, what follows does not, so that more
   than a second's worth would come to AWS within a second. */
#define FIRST 0.85

void aws_pace_init(struct aws_bucket *b, double limit, int64_t now_ms)
{
	*b = (struct aws_bucket){ .limit = limit,
		.rate = limit,
		.tokens = fmax(limit * FIRST, 1),
		.at_ms = now_ms,
		.cut_ms = INT64_MIN,
		.hold_ms = INT64_MIN,
		.window_ms = now_ms };
}

/* Brings the rate and the tokens up to now. */
static void refill(struct aws_bucket *b, int64_t now_ms)
{
	double s = (double)(now_ms - b->at_ms) / SECOND_MS;

	b->at_ms = now_ms;
	if (b->rate <= 0)
		return;
	b->tokens = fmin(b->tokens + b->rate * s, fmax(b->rate, 1));
	if (b->refused)
		return;
	if (b->limit > 0) {
		b->rate = fmin(b->rate + b->limit * GROWTH_PER_S * s, b->limit);
	} else {
		b->rate += (b->rate * GROWTH_PER_S + GROWTH_LEAST) * s;
		if (b->rate > UNLIMITED)
			b->rate = 0;
	}
}

static void count(struct aws_bucket *b, int64_t now_ms)
{
	if (now_ms - b->window_ms > 2 * (int64_t)SECOND_MS) {
		/* A second of the old window stays: a rate is known at its start, too. */
		b->window_n *= SECOND_MS / (double)(now_ms - b->window_ms);
		b->window_ms = now_ms - SECOND_MS;
	}
	b->window_n++;
}

int aws_pace_take(struct aws_bucket *b, int64_t now_ms)
{
	refill(b, now_ms);
	if (now_ms < b->hold_ms || (b->rate > 0 && b->tokens < 1))
		return 0;
	if (b->rate > 0)
		b->tokens--;
	count(b, now_ms);
	return 1;
}

int64_t aws_pace_wait_ms(struct aws_bucket *b, int64_t now_ms, size_t n)
{
	int64_t held_ms = now_ms < b->hold_ms ? b->hold_ms - now_ms : 0;
	int64_t wait_ms;
	double wanted;

	refill(b, now_ms);
	wanted = fmax(fmin((double)n, floor(b->rate * TOGETHER_S)), 1);
	if (b->rate <= 0 || b->tokens >= wanted)
		return held_ms;
	wait_ms = (int64_t)ceil((wanted - b->tokens) / b->rate * SECOND_MS);
	return wait_ms > held_ms ? wait_ms : held_ms;
}

void aws_pace_throttled(struct aws_bucket *b, int64_t now_ms, int64_t after_ms)
{
	double seconds = (double)(now_ms - b->window_ms) / SECOND_MS;

	refill(b, now_ms);
	b->refused = 1;
	if (after_ms > 0 && now_ms + after_ms > b->hold_ms)
		b->hold_ms = now_ms + after_ms;
	if (b->cut_ms != INT64_MIN && now_ms - b->cut_ms < SECOND_MS)
		return;
	if (b->rate <= 0)
		b->rate =
			fmin(fmax(b->window_n / fmax(seconds, 1), KNOWN_LEAST), UNLIMITED);
	b->rate = fmax(b->rate * CUT, b->limit > 0 ? fmin(SLOWEST, b->limit) : SLOWEST);
	b->tokens = 0;
	b->cut_ms = now_ms;
}

void aws_pace_answered(struct aws_bucket *b, int64_t now_ms)
{
	refill(b, now_ms);
	b->refused = 0;
}
