/*
 * random -- numbers that are the same for the same seed, on every machine: splitmix64
 * (Steele, Lea, Flood 2014).
 */
#ifndef IDC_SIM_RANDOM_H
#define IDC_SIM_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* The next of the sequence that *state stands in; any number is a seed. */
uint64_t random_next(uint64_t *state);

/* One of 0 to n - 1; n is at least 1. */
size_t random_pick(uint64_t *state, size_t n);

/* Whether something of that probability (0 to 1) happens. */
int random_chance(uint64_t *state, double probability);

/* A UUID, as AWS has them for requests. */
void random_uuid(uint64_t *state, char out[37]);

#endif
