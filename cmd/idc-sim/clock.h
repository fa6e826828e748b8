/*
 * clock -- the simulator's time. It can run faster than the machine's and be set forward,
 * so that hours pass in seconds; only signatures are judged by the machine's own clock,
 * which a skew can put off.
 */
#ifndef IDC_SIM_CLOCK_H
#define IDC_SIM_CLOCK_H

#include <stdint.h>
#include <time.h>

struct clock {
	unsigned long speed; /* simulated seconds in one of the machine's */
	int64_t skew_ms;     /* how far the server's idea of signatures' dates is ahead */
	int64_t started_ms, forward_ms;
	time_t started;
};

/* Starts at the machine's time, with speed 1 unless set. */
void clock_start(struct clock *c);

/* Milliseconds since the start, and the date. */
int64_t clock_ms(const struct clock *c);
time_t clock_now(const struct clock *c);

/* The date by which signatures are judged, and which answers have. */
time_t clock_signed(const struct clock *c);

/* Sets it ahead. 0, or -1: by more than 100 years in all. */
int clock_forward(struct clock *c, int64_t ms);

/* How long the machine takes for ms of this clock, rounded up. */
int64_t clock_real(const struct clock *c, int64_t ms);

#endif
