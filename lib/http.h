/*
 * http -- many HTTP requests in flight over one libcurl multi handle.
 *
 * Keep-alive, TLS 1.2 and up with verification that can't be turned off, plain http to
 * loopback addresses only, redirects never followed, a ceiling on the size of responses,
 * which counts them unpacked where they came with gzip. No retries, no AWS.
 *
 * With a trace (trace.h), every exchange is in it.
 *
 * Proxies are taken from https_proxy, HTTPS_PROXY, ALL_PROXY and NO_PROXY by libcurl's
 * rules; loopback, container and metadata hosts are never reached through one. AWS_CA_BUNDLE
 * names a file of certificates to trust instead of the system's, a proxy's, too.
 */
#ifndef IDC_HTTP_H
#define IDC_HTTP_H

#include <stddef.h>

#include "err.h"

#define HTTP_BODY_MAX (64u << 20)

struct http; /* opaque */

struct http_header {
	const char *name;
	const char *value;
};

struct http_request {
	const char *method;
	const char *url;		   /* http or https, without user name */
	const struct http_header *headers; /* copied by http_start */
	size_t n_headers;
	const char *body; /* copied; may be NULL */
	size_t body_len;
	long connect_timeout_ms; /* 0: 10 s */
	long idle_timeout_s;	 /* with nothing coming or going; 0: 30 s */
	long timeout_ms;	 /* of the whole exchange; 0: 60 s */
	int container_host;	 /* http to AWS's container hosts, too */
	int open;		 /* gives no credentials: a trace may show all of it */
	int metadata_host;	 /* http to the EC2 instance metadata service, too */
};

/* What kept an answer from arriving whole. */
enum http_fault {
	HTTP_FINE,
	HTTP_RESOLVE, /* no such host */
	HTTP_REFUSED, /* nobody listens there */
	HTTP_CONNECT, /* no connection for another reason */
	HTTP_PROXY,   /* the proxy refused */
	HTTP_TLS,     /* the certificate is not to be trusted */
	HTTP_TIMEOUT,
	HTTP_CUT,	/* the connection ended before the answer did */
	HTTP_TOO_LARGE, /* over HTTP_BODY_MAX, or 256 KiB of headers */
	HTTP_OTHER
};

/* Borrowed by the callback, gone when it returns. */
struct http_response {
	long status;	  /* 0 when err says why there is none */
	const char *body; /* NUL-terminated, len bytes */
	size_t body_len;
	const char *content_type; /* "" when there was none */
	const char *request_id;	  /* x-amzn-RequestId or x-amz-request-id, or "" */
	const char *error_type;	  /* x-amzn-ErrorType, or "" */
	long retry_after_s;	  /* Retry-After in seconds, or -1 */
	const char *date;	  /* Date, or "" */
	enum http_fault fault;
	const struct err *err; /* NULL, or ERR_NET: no whole answer */
};

typedef void http_done(void *ctx, const struct http_response *res);

/* A client, or NULL with err filled. */
struct http *http_new(const char *user_agent, struct err *err);

/* The file of certificates to trust instead of those of AWS_CA_BUNDLE. */
void http_trust(struct http *h, const char *ca_bundle);
void http_free(struct http *h);

/* Drops what is in flight without calling back. http_free does so, too. */
void http_drop(struct http *h);

/* The same for those requests only that were started with ctx. */
void http_cancel(struct http *h, const void *ctx);

/*
 * Starts a request; done is called from http_step, exactly once. -1 with err filled when
 * the request can't be made at all (ERR_DATA: no such URL, or plain http to a host that is
 * not loopback). Headers and bodies are overwritten before their memory is given back.
 */
int http_start(struct http *h, const struct http_request *req, http_done *done, void *ctx,
	struct err *err);

/*
 * What plain http may be sent to: host (a name or an address, IPv6 with or without
 * brackets) is loopback, one of the link-local hosts that give containers their
 * credentials, or the one that gives EC2 instances theirs (for the sources see
 * cred_container.c and cred_instance.c).
 */
int http_is_loopback(const char *host);
int http_is_container(const char *host);
int http_is_metadata(const char *host);

/* Requests in flight. */
size_t http_pending(const struct http *h);

/*
 * Moves transfers on and calls back for those that ended; waits at most timeout_ms for
 * something to happen. Returns early when anything did: bytes, a signal, extra_fd (or -1)
 * readable. 0 or -1 with err. Not to be called from a callback; http_start may be.
 */
int http_step(struct http *h, int timeout_ms, int extra_fd, struct err *err);

#endif
