/*
 * Credentials of the environment.
 */
#include "cred_source.h"

#include "mem.h"
#include "secret.h"

int cred_environment(struct cred *out, struct err *err)
{
	static const char *const names[] = { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
		"AWS_SESSION_TOKEN" };
	char **const members[] = { &out->access_key_id, &out->secret_access_key,
		&out->session_token };

	if (!cred_env(names[0]) && !cred_env(names[1]))
		return cred_none(err, "%s is not set", names[0]);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = cred_env(names[i]);

		/* Half an identity is a mistake, not a reason to act as another one. */
		if (!value && i < 2)
			return err_set(err, ERR_CRED, "%s is set, but %s is not",
				names[1 - i], names[i]);
		if (value && !secret_is_clean(value))
			return err_set(err, ERR_CRED,
				"%s holds a blank or a control character: set it again",
				names[i]);
		*members[i] = mem_string(value);
	}
	return 0;
}
