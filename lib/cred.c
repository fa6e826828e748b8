#include "cred.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cred_source.h"
#include "profile.h"
#include "secret.h"
#include "text.h"

#define TRIED_MAX 4096

void cred_release(struct cred *cred)
{
	secret_free(&cred->access_key_id);
	secret_free(&cred->secret_access_key);
	secret_free(&cred->session_token);
	memset(cred, 0, sizeof(*cred));
}

int cred_expiring(const struct cred *cred, time_t now, long margin_s)
{
	return cred->expires != 0 && cred->expires - now <= margin_s;
}

int cred_is_renewable(const struct cred *cred)
{
	return cred->assumed || cred->source != CRED_ENVIRONMENT;
}

int cred_is_role(const char *s)
{
	const char *iam = text_starts(s, "arn:aws") ? strstr(s, ":iam::") : NULL;
	const char *role = iam ? strstr(iam, ":role/") : NULL;

	return role && role - iam == 18 && role[6] && secret_is_clean(s) &&
	       strlen(s) <= 2048;
}

/* --- what the sources share --------------------------------------------------------- */

const char *cred_env(const char *name)
{
	const char *s = getenv(name);

	return s && *s ? s : NULL;
}

int cred_none(struct err *err, const char *fmt, ...)
{
	va_list ap;

	err_set(err, ERR_CRED, "%s", "");
	va_start(ap, fmt);
	(void)vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return CRED_NONE;
}

int cred_blame(struct err *err, const char *fmt, ...)
{
	char what[sizeof(err->text) / 2];
	struct buf text;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	buf_init(&text, 2 * sizeof(err->text));
	buf_addf(&text, "%s: %s", what, err->text);
	(void)snprintf(err->text, sizeof(err->text), "%s", buf_str(&text));
	buf_release(&text);
	return -1;
}

/* --- the order ---------------------------------------------------------------------- */

static int environment(const struct cred_look *look, struct cred *out, struct err *err)
{
	if (look->wanted->profile)
		return cred_none(err, "not looked at, because of --profile");
	return cred_environment(out, err);
}

static const struct {
	enum cred_source source;
	const char *name;
	int (*get)(const struct cred_look *look, struct cred *out, struct err *err);
} sources[] = {
	{ CRED_ENVIRONMENT, "environment", environment },
	{ CRED_PROFILE, "profile", cred_profile },
	{ CRED_WEB_IDENTITY, "web identity", cred_web_identity },
	{ CRED_CONTAINER, "container", cred_container },
	{ CRED_INSTANCE, "EC2 instance", cred_instance },
};

/* The first hop. */
static int first(const struct cred_look *look, struct cred *out, struct err *err)
{
	struct buf tried;
	int status = CRED_NONE;

	buf_init(&tried, TRIED_MAX);
	buf_adds(&tried, "no credentials: ");
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]) && status == CRED_NONE;
		i++) {
		if (look->wanted->source != CRED_ANY &&
			look->wanted->source != sources[i].source)
			continue;
		status = sources[i].get(look, out, err);
		if (status != 0)
			cred_release(out);
		out->source = sources[i].source;
		if (status == CRED_NONE)
			buf_addf(&tried, "%s%s: %s",
				text_ends(buf_str(&tried), ": ") ? "" : "; ",
				sources[i].name, err->text);
		else if (status != 0)
			cred_blame(err, "no credentials: %s", sources[i].name);
	}
	if (status == CRED_NONE)
		err_set(err, ERR_CRED, "%s", buf_str(&tried));
	buf_release(&tried);
	return status == 0 ? 0 : -1;
}

static int second(const struct cred_look *look, struct cred *cred, struct err *err)
{
	const struct cred_role role = { .arn = look->wanted->assume_role };
	struct cred by = *cred;
	int status;

	memset(cred, 0, sizeof(*cred));
	status = cred_assume(look, &role, &by, cred, err);
	if (status != 0)
		cred_blame(err, "no credentials: --assume-role '%.200s'", role.arn);
	cred->source = by.source;
	cred->assumed = 1;
	cred_release(&by);
	return status;
}

int cred_find(struct http *http, const struct cred_wanted *wanted, time_t now,
	struct cred *out, struct err *err)
{
	long skew_s = 0;
	struct cred_look look = {
		.http = http, .wanted = wanted, .start = now, .skew_s = &skew_s
	};
	int status;

	cred_look_begin(&look);
	memset(out, 0, sizeof(*out));
	status = first(&look, out, err);
	if (status == 0 && wanted->assume_role)
		status = second(&look, out, err);
	if (status != 0) {
		cred_release(out);
		err->kind = ERR_CRED;
		/* STS's code, of a call that is not the caller's. */
		err->code[0] = '\0';
	}
	out->skew_s = skew_s;
	return status;
}
