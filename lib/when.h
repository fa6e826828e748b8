/*
 * when -- time, as AWS and our streams write it. All of it UTC.
 *
 * Library functions never read the clock themselves: they are given it. Programs
 * read it with when_now() and when_ms().
 */
#ifndef IDC_WHEN_H
#define IDC_WHEN_H

#include <stdint.h>
#include <time.h>

#define WHEN_RFC3339_SIZE sizeof("2026-11-24T02:00:00Z")
#define WHEN_BASIC_SIZE sizeof("20261124T020000Z")

/*
 * The clock, in seconds since 1970. IDC_TIME in the environment (RFC 3339 or seconds)
 * replaces it in what streams say and in what Expires is compared with, so that
 * output can be reproduced; signing always uses the real clock (time(2)).
 */
time_t when_now(void);

/*
 * A clock that never goes back, in milliseconds since some start. IDC_SPEED in the
 * environment, a whole number, makes it run as many times faster: for tests against a
 * simulator whose clock does so, too. Dates stay the machine's.
 */
int64_t when_ms(void);
#define WHEN_SPEED_MAX 10000

/* How long to wait, as poll(2) wants it, for ms of when_ms to pass; negative stays as it
 * is. */
int when_wait(int ms);

/*
 * t as 2026-11-24T02:00:00Z, and as 20261124T020000Z (SigV4). Years have four digits: what
 * lies before 0000 or behind 9999 is written as the first or the last second of them.
 */
void when_rfc3339(char out[WHEN_RFC3339_SIZE], time_t t);
void when_basic(char out[WHEN_BASIC_SIZE], time_t t);

/*
 * Reads an RFC 3339 date-time (fractions dropped, offset applied). 0 or -1, also when the
 * offset leads out of the years 0000 to 9999.
 */
int when_parse_rfc3339(const char *s, time_t *out);

/*
 * Reads an ISO 8601 duration of days, hours, minutes and seconds ("PT4H", "PT1H30M") into
 * seconds. 0, or -1 when s is no such duration or longer than ten years.
 */
int when_parse_iso_duration(const char *s, long *seconds);

/* Reads "50ms", "3s", "2m", "1h" or "0" into milliseconds. 0 or -1. */
int when_parse_span(const char *s, int64_t *ms);

#endif
