/*
 * cred_xml -- what STS answers, read without leaving copies.
 */
#ifndef IDC_CRED_XML_H
#define IDC_CRED_XML_H

#include <stddef.h>

#include "cred.h"
#include "err.h"

/*
 * Reads AccessKeyId, SecretAccessKey, SessionToken and Expiration of the element
 * Credentials out of the len bytes at text into *out (zeroed by the caller, released by the
 * caller, also after a failure). 0, or -1 with err filled (ERR_CRED); nothing of the text
 * gets into it. What expat copies is overwritten, too.
 */
int cred_xml_read(const char *text, size_t len, struct cred *out, struct err *err);

#endif
