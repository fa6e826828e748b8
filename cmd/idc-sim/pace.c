#include "pace.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"

static const char *const names[PACE_BUCKETS] = { "sso", "organizations", "access-analyzer",
	"iam", "sts" };

static size_t bucket_of(const char *service)
{
	size_t i = 0;
	if (strcmp(service, "identitystore") == 0)
		return 0;
	while (i < PACE_BUCKETS && strcmp(names[i], service) != 0)
		i++;
	return i;
}

/* Reads "N" or "SERVICE=N"; the bucket, or NULL. */
static struct bucket *read_value(struct pace *p, const char *value, unsigned long *n)
{
	const char *equals = strchr(value, '=');
	char *service = equals != NULL ? mem_bytes(value, (size_t)(equals - value))
				       : mem_string(names[0]);
	size_t i = bucket_of(service);
	free(service);
	if (i == PACE_BUCKETS ||
		text_number(equals != NULL ? equals + 1 : value, 1000000, n) != 0)
		return NULL;
	return &p->buckets[i];
}

int pace_set_rate(struct pace *p, const char *value)
{
	unsigned long n;
	struct bucket *b = read_value(p, value, &n);
	if (b != NULL)
		b->rate = n;
	return b != NULL ? 0 : -1;
}

int pace_set_burst(struct pace *p, const char *value)
{
	unsigned long n;
	struct bucket *b = read_value(p, value, &n);
	if (b == NULL || n == 0)
		return -1;
	b->burst = n;
	return 0;
}

unsigned long pace_rate(const struct pace *p, const char *service)
{
	size_t i = bucket_of(service);
	return i < PACE_BUCKETS ? p->buckets[i].rate : 0;
}

int pace_take(struct pace *p, const char *service, int64_t now_ms)
{
	size_t i = bucket_of(service);
	struct bucket *b = &p->buckets[i < PACE_BUCKETS ? i : 0];
	if (i == PACE_BUCKETS || b->rate == 0)
		return 1;
	double full = (double)(b->burst > 0 ? b->burst : b->rate);
	if (b->started)
		b->tokens += (double)(now_ms - b->filled_ms) * (double)b->rate / 1000;
	if (!b->started || b->tokens > full)
		b->tokens = full;
	b->started = 1;
	b->filled_ms = now_ms;
	if (b->tokens < 1)
		return 0;
	b->tokens -= 1;
	return 1;
}
