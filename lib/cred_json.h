/*
 * cred_json -- JSON with secrets in it, read without leaving copies.
 *
 * A jv can't be wiped, so these answers do not become one.
 */
#ifndef IDC_CRED_JSON_H
#define IDC_CRED_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "cred.h"
#include "err.h"

/* What the members are called. */
struct cred_json_names {
	const char *inside; /* the member that is the object with the rest, or NULL */
	const char *access_key_id;
	const char *secret_access_key;
	const char *session_token;
	const char *expires;	/* RFC 3339 */
	const char *expires_ms; /* or, a number: milliseconds since 1970 */
};

extern const struct cred_json_names cred_json_container; /* and EC2 instances */
extern const struct cred_json_names cred_json_process;
extern const struct cred_json_names cred_json_sso;

/*
 * Reads the len bytes at text into *out (zeroed by the caller; released by the caller,
 * also after a failure). 0, or -1 with err filled (ERR_CRED). Nothing of the text ever
 * gets into err.
 */
int cred_json_read(const char *text, size_t len, const struct cred_json_names *names,
	struct cred *out, struct err *err);

/*
 * Members of the object that is the len bytes at text: a string of visible ASCII, owned
 * (secret_free), or NULL when there is none; a whole number from 0, or -1.
 */
char *cred_json_string(const char *text, size_t len, const char *name);
int64_t cred_json_number(const char *text, size_t len, const char *name);

#endif
