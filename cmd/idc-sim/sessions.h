/*
 * sessions -- the credentials that the simulator knows: the throw-away ones that it hands
 * to its COMMAND, and those that STS gave out.
 */
#ifndef IDC_SIM_SESSIONS_H
#define IDC_SIM_SESSIONS_H

#include <stdint.h>
#include <time.h>

#include "map.h"

/* They open nothing but a simulator. */
#define SIM_ACCESS_KEY_ID "ASIASIMULATED0000000"
#define SIM_SECRET_ACCESS_KEY "simulated/secret/key/that/opens/nothing0"
#define SIM_SESSION_TOKEN "c2ltdWxhdGVkIHNlc3Npb24gdG9rZW4sIG9wZW5zIG5vdGhpbmc="

struct session {
	char *access_key_id, *secret_access_key, *session_token;
	char *account, *arn, *user_id; /* whose they are */
	time_t expires;		       /* 0: never */
};

struct sessions {
	struct map by_key;
	uint64_t random;
};

/* The first session is the one of SIM_ACCESS_KEY_ID, of that account. */
void sessions_init(struct sessions *s, const char *account, uint64_t seed);
void sessions_release(struct sessions *s);

/* Makes credentials of a role: arn is arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION. All
 * is copied; owned by s. */
const struct session *sessions_add(
	struct sessions *s, const char *account, const char *arn, time_t expires);

const struct session *sessions_find(const struct sessions *s, const char *access_key_id);

#endif
