/*
 * cred_json -- the container endpoint's answer, read without leaving copies.
 *
 * A jv can't be wiped, so this one answer does not become one.
 */
#ifndef IDC_CRED_JSON_H
#define IDC_CRED_JSON_H

#include <stddef.h>

#include "cred.h"
#include "err.h"

/*
 * Reads {"AccessKeyId", "SecretAccessKey", "Token", "Expiration"} out of the len bytes at
 * text into *out (zeroed by the caller; released by the caller, also after a failure).
 * 0, or -1 with err filled (ERR_CRED). Nothing of the text ever gets into err.
 */
int cred_json_read(const char *text, size_t len, struct cred *out, struct err *err);

#endif
