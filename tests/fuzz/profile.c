/*
 * The shared config and credentials files: the text is both of them, and every profile that
 * can be asked for is read.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "default", "a", "b", "role", "sso" };
	static const char *const settings[] = { "region", "role_arn", "source_profile",
		"credential_process", "sso_session", "aws_secret_access_key" };
	char path[40];
	struct err err = { 0 };
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fuzz_file(data, size));
	setenv("AWS_CONFIG_FILE", path, 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", path, 1);
	struct profiles *p = profiles_read(&err);
	if (p == NULL)
		assert(err.kind == ERR_CRED && err.text[0] != '\0');
	for (size_t i = 0; p != NULL && i < sizeof(names) / sizeof(names[0]); i++) {
		const struct profile *found = profiles_find(p, names[i]);
		for (size_t k = 0; found != NULL && k < sizeof(settings) / sizeof(settings[0]);
			k++) {
			const char *value = profile_get(found, settings[k]);
			assert(value == NULL || *value != '\0');
		}
		if (found == NULL)
			assert(profiles_absent(p, names[i], &err) == -1);
		(void)profiles_session(p, names[i]);
		const struct profile *services = profiles_services(p, names[i]);
		if (services != NULL)
			(void)profile_nested(services, "sts", "endpoint_url");
	}
	profiles_free(p);
	return 0;
}
