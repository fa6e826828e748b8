/*
 * profile -- the two files that the AWS CLI and SDKs share: profiles and SSO sessions.
 *
 * AWS_CONFIG_FILE (~/.aws/config) has "[default]", "[profile NAME]" and "[sso-session
 * NAME]" and "[services NAME]", AWS_SHARED_CREDENTIALS_FILE (~/.aws/credentials) "[NAME]".
 * A profile that stands in both has the settings of both; where they differ, those of the
 * credentials file. A file that is not there is an empty one.
 *
 * "name = value", names in any letter case; lines that start with # or ; are comments, and
 * so is a # or ; after a blank in a value (but not in credential_process, which is the
 * shell's to read). Lines that are indented deeper than the setting before them go on
 * with it; where that has no value, they are settings nested in it.
 *
 * Source: "Shared config and credentials files", AWS SDKs and Tools Reference Guide,
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
#ifndef IDC_PROFILE_H
#define IDC_PROFILE_H

#include "err.h"

struct profiles; /* opaque: both files */
struct profile;	 /* opaque: a profile, an SSO session, or services */

/*
 * Reads both files. NULL with err filled (ERR_CRED, "FILE:LINE: ...") when one can't be
 * read or understood; nothing of a line is in the text. The files' text is
 * overwritten by profiles_free (NULL is fine).
 */
struct profiles *profiles_read(struct err *err);
void profiles_free(struct profiles *p);

/* By name, or NULL. Borrowed from p. */
const struct profile *profiles_find(const struct profiles *p, const char *name);
const struct profile *profiles_session(const struct profiles *p, const char *name);
const struct profile *profiles_services(const struct profiles *p, const char *name);

/* Fills err (ERR_CRED): there is no such profile, and what may be meant; always -1. */
int profiles_absent(const struct profiles *p, const char *name, struct err *err);

/* A setting's value, or NULL when it is not there or empty. Borrowed. */
const char *profile_get(const struct profile *s, const char *name);

/* The same of one nested in parent (in lower case, and so is name). */
const char *profile_nested(const struct profile *s, const char *parent, const char *name);

/* The profile that was asked for: name unless it is NULL, AWS_PROFILE, AWS_DEFAULT_PROFILE;
 * or NULL. */
const char *profile_asked(const char *name);

/* The profile to use: the one that was asked for, or "default". */
const char *profile_name(const char *name);

/*
 * The profile's region, owned, or NULL in *region when it names none or there is no such
 * profile and nobody asked for it by name. 0, or -1 with err filled.
 */
int profile_region(const char *name, char **region, struct err *err);

/* path with the home directory for a "~" at its start; owned. */
char *profile_path(const char *path);

#endif
