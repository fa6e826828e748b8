/*
 * sig4 -- AWS Signature Version 4 in request headers. Pure: no clock, no environment.
 *
 * Source: "AWS Signature Version 4 for API requests", IAM User Guide,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
#ifndef IDC_SIG4_H
#define IDC_SIG4_H

#include <stddef.h>
#include <time.h>

#include "buf.h"
#include "cred.h"
#include "err.h"

struct sig4_header {
	const char *name;  /* any letter case */
	const char *value; /* raw; folding and trimming are done here */
};

/*
 * A key that was derived from a secret, for one day, region and service: kept from one
 * request to the next, it is derived once. All zero at first; to be wiped in the end.
 */
struct sig4_key {
	char secret[128];
	char scope[128];
	unsigned char bytes[32];
};

struct sig4_request {
	const char *method;
	const char *path;  /* as on the request line, without the query; "" is "/" */
	const char *query; /* without "?"; NULL or "" when there is none */
	const struct sig4_header *headers; /* any order, Host among them */
	size_t n_headers;
	const char *body;
	size_t body_len;
	const char *region;
	const char *service; /* signing name */
	/* Resolves dots and double slashes: all services but S3. S3 paths would also have
	 * to be encoded once less than is done here. */
	int normalize_path;
	int sign_body;	      /* adds and signs x-amz-content-sha256 */
	struct sig4_key *key; /* where the derived key is kept; NULL: nowhere */
};

/*
 * What signing produced. None of it is ever to be shown outside of tests: authorization has
 * the signature, canonical_request the session token where there is one.
 */
struct sig4_result {
	struct buf canonical_request;
	struct buf string_to_sign;
	char amz_date[17];	 /* value of X-Amz-Date */
	char content_sha256[65]; /* hex of the body's hash */
	char signature[65];
	struct buf authorization; /* value of Authorization */
};

/*
 * Signs req at now with cred (borrowed). X-Amz-Date, a session token as
 * X-Amz-Security-Token, and with sign_body X-Amz-Content-Sha256 are signed too; where
 * req->headers has one of them already (as a request that is being verified has), it is
 * taken from there. 0, or -1 with err filled (ERR_DATA: a request over the ceilings;
 * ERR_SYS: OpenSSL failed). The caller releases *out in either case. Without req->key, the
 * derived key is wiped before it returns.
 */
int sig4_sign(const struct sig4_request *req, const struct cred *cred, time_t now,
	struct sig4_result *out, struct err *err);
void sig4_result_release(struct sig4_result *out);
void sig4_key_wipe(struct sig4_key *key);

/* Lower case hex of SHA-256 over p. 0 or -1. */
int sig4_sha256_hex(char out[65], const void *p, size_t len);

/* Appends s percent-encoded as SigV4 and RFC 3986 want it (unreserved kept). */
int sig4_encode(struct buf *b, const char *s, size_t len, int keep_slash);

#endif
