#include "sessions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "random.h"

static struct session *add(struct sessions *s, const char *key, const char *secret,
	const char *token, const char *account, const char *arn)
{
	struct session *n = mem_alloc(sizeof(*n));
	const char *name = strrchr(arn, '/');
	n->access_key_id = mem_string(key);
	n->secret_access_key = mem_string(secret);
	n->session_token = mem_string(token);
	n->account = mem_string(account);
	n->arn = mem_string(arn);
	n->user_id = mem_format("AROASIMULATED0000001:%s", name != NULL ? name + 1 : arn);
	map_put(&s->by_key, key, n);
	return n;
}

void sessions_init(struct sessions *s, const char *account, uint64_t seed)
{
	*s = (struct sessions){ .random = seed ^ 0x5e551045u };
	char *arn = mem_format("arn:aws:sts::%s:assumed-role/pipeline/session", account);
	add(s, SIM_ACCESS_KEY_ID, SIM_SECRET_ACCESS_KEY, SIM_SESSION_TOKEN, account, arn);
	free(arn);
}

static void session_free(void *p)
{
	struct session *n = p;
	free(n->access_key_id);
	free(n->secret_access_key);
	free(n->session_token);
	free(n->account);
	free(n->arn);
	free(n->user_id);
	free(n);
}

void sessions_release(struct sessions *s)
{
	map_release(&s->by_key, session_free);
}

const struct session *sessions_add(
	struct sessions *s, const char *account, const char *arn, time_t expires)
{
	char key[21], secret[41], token[80];
	unsigned long long r[5];
	for (size_t i = 0; i < 5; i++)
		r[i] = random_next(&s->random);
	snprintf(key, sizeof(key), "ASIA%016llX", r[0]);
	snprintf(secret, sizeof(secret), "simulated/%014llx%016llx", r[1] >> 8, r[2]);
	snprintf(
		token, sizeof(token), "simulatedSessionToken+%016llx%016llx==", r[3], r[4]);
	struct session *n = add(s, key, secret, token, account, arn);
	n->expires = expires;
	return n;
}

const struct session *sessions_find(const struct sessions *s, const char *access_key_id)
{
	return map_get(&s->by_key, access_key_id);
}
