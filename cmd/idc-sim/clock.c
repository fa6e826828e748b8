#include "clock.h"

#include "when.h"

#define FORWARD_MAX_MS (INT64_C(100) * 365 * 86400 * 1000)

void clock_start(struct clock *c)
{
	if (c->speed == 0)
		c->speed = 1;
	c->started_ms = when_ms();
	c->started = time(NULL);
}

int64_t clock_ms(const struct clock *c)
{
	return (when_ms() - c->started_ms) * (int64_t)c->speed + c->forward_ms;
}

time_t clock_now(const struct clock *c)
{
	return c->started + (time_t)(clock_ms(c) / 1000);
}

time_t clock_signed(const struct clock *c)
{
	return time(NULL) + (time_t)(c->skew_ms / 1000);
}

int clock_forward(struct clock *c, int64_t ms)
{
	if (ms > FORWARD_MAX_MS - c->forward_ms)
		return -1;
	c->forward_ms += ms;
	return 0;
}

int64_t clock_real(const struct clock *c, int64_t ms)
{
	return (ms + (int64_t)c->speed - 1) / (int64_t)c->speed;
}
