/*
 * setting -- how to speak to AWS: what the environment says, else what the profile does.
 *
 * Sources: "Settings reference" and "Service-specific endpoints", AWS SDKs and Tools
 * Reference Guide, https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html,
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
#ifndef IDC_SETTING_H
#define IDC_SETTING_H

#include "err.h"

enum setting {
	SETTING_CA_BUNDLE,
	SETTING_MAX_ATTEMPTS,
	SETTING_RETRY_MODE,
	SETTING_USE_FIPS,
	SETTING_USE_DUALSTACK,
	SETTING_IGNORE_ENDPOINTS,
	SETTING_IMDS_ENDPOINT,
	SETTING_IMDS_MODE,
	SETTING_IMDS_TIMEOUT,
	SETTING_IMDS_ATTEMPTS,
	SETTINGS
};

struct settings; /* opaque: a profile's; NULL is fine everywhere: there is none */

/*
 * Those of the profile (NULL: the one of the environment, or the default one), which need
 * not be there. NULL with err filled (ERR_CRED) when a file can't be read or understood, or
 * when its services section is missing.
 */
struct settings *settings_read(const char *profile, struct err *err);
void settings_free(struct settings *s);

/*
 * A value, borrowed, or NULL when nobody says anything; *where (may be NULL) is then who
 * said it, for messages: "AWS_RETRY_MODE", "the profile's retry_mode".
 */
const char *settings_get(const struct settings *s, enum setting what, const char **where);

/* The same of one that is "true" or "false", into *on (0 without one). 0, or -1 with err.
 */
int settings_switch(const struct settings *s, enum setting what, int *on,
	const char **where, struct err *err);

#define SETTING_WHERE_SIZE 80

/*
 * The endpoint for the service whose variable is AWS_ENDPOINT_URL_<service>: of that, of
 * AWS_ENDPOINT_URL, of the profile's services section (under the same name in lower case),
 * or the profile's for all services. *url is NULL when there is none, or when all are to be
 * ignored. 0, or -1 with err filled.
 */
int settings_endpoint(const struct settings *s, const char *service, const char **url,
	char where[SETTING_WHERE_SIZE], struct err *err);

#endif
