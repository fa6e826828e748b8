#include "setting.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mem.h"
#include "profile.h"

struct settings {
	struct profiles *profiles;
	const struct profile *profile;	/* or NULL */
	const struct profile *services; /* or NULL */
};

#define SETTING(variable, setting)                                                         \
	{                                                                                  \
		variable, setting, "the profile's " setting                                \
	}

static const struct {
	const char *variable;
	const char *name;
	const char *where;
} table[SETTINGS] = {
	[SETTING_CA_BUNDLE] = SETTING("AWS_CA_BUNDLE", "ca_bundle"),
	[SETTING_MAX_ATTEMPTS] = SETTING("AWS_MAX_ATTEMPTS", "max_attempts"),
	[SETTING_RETRY_MODE] = SETTING("AWS_RETRY_MODE", "retry_mode"),
	[SETTING_USE_FIPS] = SETTING("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
	[SETTING_USE_DUALSTACK] =
		SETTING("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
	[SETTING_IGNORE_ENDPOINTS] = SETTING(
		"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"),
	[SETTING_IMDS_ENDPOINT] = SETTING(
		"AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint"),
	[SETTING_IMDS_MODE] = SETTING("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
		"ec2_metadata_service_endpoint_mode"),
	[SETTING_IMDS_TIMEOUT] =
		SETTING("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout"),
	[SETTING_IMDS_ATTEMPTS] = SETTING(
		"AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts"),
};

static const char *variable(const char *name)
{
	const char *s = getenv(name);

	return s && *s ? s : NULL;
}

static int find_services(struct settings *s, const char *profile, struct err *err)
{
	const char *name = s->profile ? profile_get(s->profile, "services") : NULL;

	if (!name)
		return 0;
	s->services = profiles_services(s->profiles, name);
	if (!s->services)
		return err_set(err, ERR_CRED,
			"profile '%.64s' refers to [services %.64s], which is not there",
			profile, name);
	return 0;
}

struct settings *settings_read(const char *profile, struct err *err)
{
	struct settings *s = mem_alloc(sizeof(*s));

	*s = (struct settings){ .profiles = profiles_read(err) };
	if (s->profiles)
		s->profile = profiles_find(s->profiles, profile_name(profile));
	if (!s->profiles || find_services(s, profile_name(profile), err) != 0) {
		settings_free(s);
		return NULL;
	}
	return s;
}

void settings_free(struct settings *s)
{
	if (s)
		profiles_free(s->profiles);
	free(s);
}

const char *settings_get(const struct settings *s, enum setting what, const char **where)
{
	const char *value = variable(table[what].variable);

	if (where)
		*where = value ? table[what].variable : table[what].where;
	if (!value && s && s->profile)
		value = profile_get(s->profile, table[what].name);
	return value;
}

int settings_switch(const struct settings *s, enum setting what, int *on,
	const char **where, struct err *err)
{
	const char *place;
	const char *value = settings_get(s, what, &place);

	if (where)
		*where = place;
	*on = value && strcasecmp(value, "true") == 0;
	if (value && !*on && strcasecmp(value, "false") != 0)
		return err_set(err, ERR_DATA, "%s must be 'true' or 'false'", place);
	return 0;
}

/* The profile's, in its services section or for all services. */
static const char *own_endpoint(const struct settings *s, const char *service)
{
	char name[40];
	const char *url;
	size_t i = 0;

	for (; service[i] && i + 1 < sizeof(name); i++)
		name[i] = (char)tolower((unsigned char)service[i]);
	name[i] = '\0';
	url = s->services ? profile_nested(s->services, name, "endpoint_url") : NULL;
	if (!url && s->profile)
		url = profile_get(s->profile, "endpoint_url");
	return url;
}

int settings_endpoint(const struct settings *s, const char *service, const char **url,
	char where[SETTING_WHERE_SIZE], struct err *err)
{
	static const char all[] = "AWS_ENDPOINT_URL";
	int ignored;

	*url = NULL;
	if (settings_switch(s, SETTING_IGNORE_ENDPOINTS, &ignored, NULL, err) != 0)
		return -1;
	if (ignored)
		return 0;
	(void)snprintf(where, SETTING_WHERE_SIZE, "%s_%s", all, service);
	*url = variable(where);
	if (*url)
		return 0;
	*url = variable(all);
	(void)snprintf(
		where, SETTING_WHERE_SIZE, "%s", *url ? all : "the profile's endpoint_url");
	if (!*url && s)
		*url = own_endpoint(s, service);
	return 0;
}
