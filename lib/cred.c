#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "cred.h"

static void wipe_string(char **s)
{
	if (*s)
		OPENSSL_cleanse(*s, strlen(*s));
	free(*s);
	*s = NULL;
}

void cred_release(struct cred *cred)
{
	wipe_string(&cred->access_key_id);
	wipe_string(&cred->secret_access_key);
	wipe_string(&cred->session_token);
	cred->expires = 0;
}

int cred_expiring(const struct cred *cred, time_t now, long margin_s)
{
	return cred->expires != 0 && cred->expires - now <= margin_s;
}
