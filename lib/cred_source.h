/*
 * cred_source -- the sources of credentials, one a file. Behind cred.h; nothing but
 * lib/cred*.c includes it.
 *
 * Each returns 0 with *out filled (zeroed by the caller, released by him in any case);
 * CRED_NONE when it is not set up, err's text saying so; or -1 with err filled (its text
 * says what failed, without naming the source).
 */
#ifndef IDC_CRED_SOURCE_H
#define IDC_CRED_SOURCE_H

#include <stdint.h>

#include "cred.h"
#include "http.h"

enum { CRED_NONE = 1 };

/* One look for credentials. */
struct cred_look {
	struct http *http;
	const struct cred_wanted *wanted;
	time_t start;	      /* when it began, by the caller's clock */
	int64_t start_ms;     /* the same by the machine's, and */
	int64_t end_ms;	      /* when it has to have ended */
	sig_atomic_t signals; /* those that had come by then */
	long *skew_s;	      /* how far AWS's clock is ahead of the caller's, once known */
};

/* Sets start_ms, end_ms and signals, of now. */
void cred_look_begin(struct cred_look *look);

/* The time by AWS's clock, as far as it is known. */
time_t cred_now(const struct cred_look *look);

/* The milliseconds of the machine's time that are left; 0 after a signal, too. */
int64_t cred_left_ms(const struct cred_look *look);

/*
 * Waits, for as long as is left and a quarter of a second at most, until something happens;
 * fd (or -1) being readable is something, too. 0, or -1 with err filled: nothing is left,
 * or the engine failed.
 */
int cred_wait(const struct cred_look *look, int fd, struct err *err);

int cred_environment(struct cred *out, struct err *err);
int cred_container(const struct cred_look *look, struct cred *out, struct err *err);
int cred_instance(const struct cred_look *look, struct cred *out, struct err *err);
int cred_web_identity(const struct cred_look *look, struct cred *out, struct err *err);
int cred_profile(const struct cred_look *look, struct cred *out, struct err *err);

/*
 * What command (of credential_process) writes. Its standard input is empty, its standard
 * error ours; after timeout_ms of the machine's time, or when the look is over, it is
 * killed.
 */
int cred_process(const struct cred_look *look, const char *command, int timeout_ms,
	struct cred *out, struct err *err);

/* --- an SSO login ------------------------------------------------------------------- */

/* All borrowed. */
struct cred_sso {
	const char *profile; /* for the advice to log in */
	const char *session; /* name of an sso-session, or NULL: by start URL */
	const char *start_url;
	const char *region;
	const char *account_id;
	const char *role_name;
};

int cred_sso(const struct cred_look *look, const struct cred_sso *sso, struct cred *out,
	struct err *err);

/*
 * The access token of the login, owned (secret_free), or NULL with err filled. One that has
 * expired and can be refreshed is: the new one is kept in the cache, as far as that can be
 * written.
 */
char *cred_sso_token(
	const struct cred_look *look, const struct cred_sso *sso, struct err *err);

/* Always -1: what is wrong, and that logging in helps. */
int cred_sso_log_in(const struct cred_sso *sso, const char *what, struct err *err);

/* --- roles -------------------------------------------------------------------------- */

/* All borrowed; NULL where there is none. */
struct cred_role {
	const char *arn;
	const char *session_name; /* NULL: AWS_ROLE_SESSION_NAME, or one of our making */
	const char *external_id;
	const char *duration_s; /* a number, as the profile has it */
	const char *token_file; /* of a web identity */
};

/* STS AssumeRole, by the credentials by. */
int cred_assume(const struct cred_look *look, const struct cred_role *role,
	const struct cred *by, struct cred *out, struct err *err);

/* STS AssumeRoleWithWebIdentity. */
int cred_assume_web(const struct cred_look *look, const struct cred_role *role,
	struct cred *out, struct err *err);

/* --- what they share ---------------------------------------------------------------- */

/* A variable's value, or NULL when it is unset or empty. */
const char *cred_env(const char *name);

/* Always CRED_NONE, with a text. */
int cred_none(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Puts "what: " before err's text; always -1. What does not fit is cut off. */
int cred_blame(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

enum cred_verdict {
	CRED_DONE,
	CRED_FAILED,
	CRED_AGAIN,
	CRED_ANEW /* again, and it does not count as a try */
};

/*
 * One exchange, waited for, and repeated while judge says CRED_AGAIN, tries times at most.
 * judge is given every answer (res->err set: none came), and fills err unless it returns
 * CRED_DONE; it may set *wait_ms, which is pause_ms before. When the wait is longer than
 * what is left, it is not begun.
 */
struct cred_exchange {
	const struct http_request *req; /* or NULL: what write makes for every try */
	const struct http_request *(*write)(void *ctx, struct err *err);
	int tries;
	int64_t pause_ms;
	enum cred_verdict (*judge)(void *ctx, const struct http_response *res,
		int64_t *wait_ms, struct err *err);
	void *ctx;
};

/* 0, or -1 with err filled. Blocks for as long as is left. */
int cred_fetch(
	const struct cred_look *look, const struct cred_exchange *x, struct err *err);

#endif
