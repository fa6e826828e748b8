#include "random.h"

#include <stdio.h>

uint64_t random_next(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

size_t random_pick(uint64_t *state, size_t n)
{
	return (size_t)(random_next(state) % n);
}

int random_chance(uint64_t *state, double probability)
{
	return (double)(random_next(state) >> 11) < probability * 9007199254740992.0;
}

void random_uuid(uint64_t *state, char out[37])
{
	unsigned long long a = random_next(state), b = random_next(state);
	snprintf(out, 37, "%08llx-%04llx-%04llx-%04llx-%012llx", a >> 32, a >> 16 & 0xffff,
		a & 0xffff, b >> 48, b & 0xffffffffffff);
}
