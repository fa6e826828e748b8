#include "http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>
#include <openssl/crypto.h>

#include "buf.h"
#include "mem.h"
#include "text.h"
#include "trace.h"
#include "when.h"

#define HEADERS_MAX (256u << 10)
#define CONNECT_TIMEOUT_MS 10000L
#define TIMEOUT_MS 60000L
#define IDLE_TIMEOUT_S 30L
#define KEPT_CONNECTIONS 64L
#define RETRY_AFTER_MAX_S 86400

/* The headers of an answer that are looked at. */
enum {
	CONTENT_TYPE,
	DATE,
	RETRY_AFTER,
	ERROR_TYPE,
	REQUEST_ID,
	REQUEST_ID_OF_S3,
	N_HEADERS
};
static const char *const looked_at[N_HEADERS] = { "Content-Type", "Date", "Retry-After",
	"x-amzn-ErrorType", "x-amzn-RequestId", "x-amz-request-id" };

/* Where a request goes. */
struct place {
	CURLU *url;
	char *host; /* for messages: "name" or "name:port" */
	int direct; /* never through a proxy */
};

struct exchange {
	struct http *h;
	struct exchange *next;
	struct exchange *prev;
	CURL *easy;
	struct place to;
	struct curl_slist *headers;
	char *sent; /* the request's body */
	size_t sent_len;
	struct buf body;
	size_t header_bytes;
	char *answered[N_HEADERS]; /* their values; NULL: the answer has none */
	unsigned long trace_n;	   /* 0: not traced */
	int open;
	struct buf head; /* of the answer, for a trace */
	char error[CURL_ERROR_SIZE];
	http_done *done;
	void *ctx;
};

struct http {
	CURLM *multi;
	char *user_agent;
	char *ca_bundle;
	struct exchange *first;
	size_t pending;
};

/* --- where plain http may go -------------------------------------------------------- */

/* The address without the brackets that a URL puts around IPv6. */
static void bare_host(char *out, size_t size, const char *host)
{
	size_t len = strlen(host);

	if (len > 1 && host[0] == '[' && host[len - 1] == ']') {
		host++;
		len -= 2;
	}
	if (len >= size)
		len = 0;
	memcpy(out, host, len);
	out[len] = '\0';
}

int http_is_loopback(const char *host)
{
	char bare[64];
	struct in_addr v4;
	struct in6_addr v6;

	bare_host(bare, sizeof(bare), host);
	if (inet_pton(AF_INET, bare, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	if (inet_pton(AF_INET6, bare, &v6) == 1)
		return memcmp(&v6, &in6addr_loopback, sizeof(v6)) == 0;
	return strcasecmp(bare, "localhost") == 0;
}

int http_is_container(const char *host)
{
	/* ECS (and CodeBuild), then EKS Pod Identity. */
	static const char *const hosts[] = { "169.254.170.2", "169.254.170.23",
		"fd00:ec2::23" };
	char bare[64];

	bare_host(bare, sizeof(bare), host);
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if (strcasecmp(bare, hosts[i]) == 0)
			return 1;
	return 0;
}

int http_is_metadata(const char *host)
{
	char bare[64];

	bare_host(bare, sizeof(bare), host);
	return strcasecmp(bare, "169.254.169.254") == 0 ||
	       strcasecmp(bare, "fd00:ec2::254") == 0;
}

/* The part of a URL, owned by curl; NULL when it has none. */
static char *url_part(CURLU *url, CURLUPart part)
{
	char *s = NULL;

	return curl_url_get(url, part, &s, 0) == CURLUE_OK ? s : NULL;
}

/* Why a request to this scheme and host must not be made, or NULL. */
static const char *forbidden(
	const char *scheme, const char *host, const struct http_request *req)
{
	if (strcasecmp(scheme, "https") == 0)
		return NULL;
	if (strcasecmp(scheme, "http") != 0)
		return "only https is spoken";
	if (http_is_loopback(host) || (req->container_host && http_is_container(host)) ||
		(req->metadata_host && http_is_metadata(host)))
		return NULL;
	return "plain http is only for this machine: use https";
}

/* Takes req's URL apart into *out, whose parts are the caller's. */
static int parse_url(const struct http_request *req, struct place *out, struct err *err)
{
	char *scheme = NULL;
	char *name = NULL;
	char *port = NULL;
	char *user = NULL;
	const char *why = "it is no URL";

	out->url = curl_url();
	if (out->url && curl_url_set(out->url, CURLUPART_URL, req->url, 0) == CURLUE_OK) {
		scheme = url_part(out->url, CURLUPART_SCHEME);
		name = url_part(out->url, CURLUPART_HOST);
		port = url_part(out->url, CURLUPART_PORT);
		user = url_part(out->url, CURLUPART_USER);
		if (scheme && name)
			why = forbidden(scheme, name, req);
		if (user)
			why = "it must not have a user name";
	}
	if (!why) {
		out->host = mem_format("%s%s%s", name, port ? ":" : "", port ? port : "");
		out->direct = http_is_loopback(name) || http_is_container(name) ||
			      http_is_metadata(name);
	} else {
		/* The URL itself may hold a password: name its host at most. */
		err_set(err, ERR_DATA, "can't use the URL of '%s': %s", name ? name : "?",
			why);
		curl_url_cleanup(out->url);
	}
	curl_free(scheme);
	curl_free(name);
	curl_free(port);
	curl_free(user);
	return why ? -1 : 0;
}

/* --- one exchange ------------------------------------------------------------------- */

static size_t on_body(char *data, size_t size, size_t n, void *ctx)
{
	struct exchange *x = ctx;

	return buf_add(&x->body, data, size * n) == 0 ? size * n : 0;
}

static void forget_headers(struct exchange *x)
{
	for (size_t i = 0; i < N_HEADERS; i++) {
		free(x->answered[i]);
		x->answered[i] = NULL;
	}
}

/* Of a header that stands twice, the first one counts. */
static void keep_header(struct exchange *x, const char *line, size_t len)
{
	for (size_t i = 0; i < N_HEADERS; i++) {
		size_t from = strlen(looked_at[i]);
		size_t to = len;

		if (x->answered[i] || len <= from || line[from] != ':' ||
			strncasecmp(line, looked_at[i], from) != 0)
			continue;
		for (from++; from < to && strchr(" \t", line[from]); from++)
			;
		for (; to > from && strchr(" \t\r\n", line[to - 1]); to--)
			;
		x->answered[i] = mem_bytes(line + from, to - from);
	}
}

/*
 * A line of the head of an answer. A proxy's answer and one such as "100 Continue" come
 * before the answer, each with a status line of its own. (curl_easy_header() tells them
 * apart, too, but Ubuntu 22.04, which CodeBuild's image is, has libcurl 7.81 without it.)
 */
static size_t on_header(char *data, size_t size, size_t n, void *ctx)
{
	struct exchange *x = ctx;

	x->header_bytes += size * n;
	if (size * n > 5 && memcmp(data, "HTTP/", 5) == 0)
		forget_headers(x);
	else
		keep_header(x, data, size * n);
	if (x->trace_n)
		buf_add(&x->head, data, size * n);
	return x->header_bytes <= HEADERS_MAX ? size * n : 0;
}

/* --- what of it a trace shows -------------------------------------------------------- */

static enum trace_kind head_kind(const struct exchange *x)
{
	return x->open ? TRACE_HEAD : TRACE_CLOSED;
}

static void trace_body(
	const struct exchange *x, const char *whose, char mark, const char *p, size_t len)
{
	char *what;

	if (len == 0)
		return;
	what = mem_format("%s body, %zu bytes%s", whose, len,
		x->open ? "" : ", not shown: it may hold credentials");
	trace_block(x->trace_n, what, mark, TRACE_BODY, p, x->open ? len : 0);
	free(what);
}

/* The heads of requests as they go out, a proxy's CONNECT, too. */
static int on_debug(CURL *easy, curl_infotype type, char *data, size_t len, void *ctx)
{
	const struct exchange *x = ctx;
	char *what;

	(void)easy;
	if (type != CURLINFO_HEADER_OUT)
		return 0;
	what = mem_format("request to %s", x->to.host);
	trace_block(x->trace_n, what, '>', head_kind(x), data, len);
	free(what);
	if (len < 8 || strncmp(data, "CONNECT ", 8) != 0)
		trace_body(x, "request", '>', x->sent, x->sent_len);
	return 0;
}

static void set_trace(struct exchange *x, const struct http_request *req)
{
	if (!trace_on())
		return;
	x->trace_n = trace_next();
	x->open = req->open;
	curl_easy_setopt(x->easy, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(x->easy, CURLOPT_DEBUGFUNCTION, on_debug);
	curl_easy_setopt(x->easy, CURLOPT_DEBUGDATA, x);
}

/* Milliseconds from the start of the exchange. */
static long long info_ms(CURL *easy, CURLINFO what)
{
	curl_off_t us = 0;

	return curl_easy_getinfo(easy, what, &us) == CURLE_OK ? (long long)us / 1000 : 0;
}

static void trace_answer(const struct exchange *x, const struct http_response *res)
{
	char *what;
	char *address = NULL;

	if (!x->trace_n)
		return;
	curl_easy_getinfo(x->easy, CURLINFO_PRIMARY_IP, &address);
	what = mem_format("%s%s from %s (%s), in ms: name %lld, connection %lld, TLS %lld, "
			  "first byte %lld, end %lld",
		res->err ? "no answer: " : "answer", res->err ? res->err->text : "",
		x->to.host, address && *address ? address : "no address",
		info_ms(x->easy, CURLINFO_NAMELOOKUP_TIME_T),
		info_ms(x->easy, CURLINFO_CONNECT_TIME_T),
		info_ms(x->easy, CURLINFO_APPCONNECT_TIME_T),
		info_ms(x->easy, CURLINFO_STARTTRANSFER_TIME_T),
		info_ms(x->easy, CURLINFO_TOTAL_TIME_T));
	trace_block(x->trace_n, what, '<', head_kind(x), buf_str(&x->head), x->head.len);
	free(what);
	trace_body(x, "answer", '<', buf_str(&x->body), x->body.len);
}

static void unlink_exchange(struct http *h, struct exchange *x)
{
	if (x->prev)
		x->prev->next = x->next;
	else
		h->first = x->next;
	if (x->next)
		x->next->prev = x->prev;
	h->pending--;
	curl_multi_remove_handle(h->multi, x->easy);
}

static void exchange_free(struct exchange *x)
{
	curl_easy_cleanup(x->easy);
	curl_url_cleanup(x->to.url);
	for (struct curl_slist *l = x->headers; l; l = l->next)
		OPENSSL_cleanse(l->data, strlen(l->data));
	curl_slist_free_all(x->headers);
	if (x->sent)
		OPENSSL_cleanse(x->sent, x->sent_len);
	free(x->sent);
	free(x->to.host);
	buf_wipe(&x->body);
	buf_wipe(&x->head);
	forget_headers(x);
	free(x);
}

static void add_header(struct exchange *x, const char *name, const char *value)
{
	/* "Name;" is curl's way to write a header without a value. */
	char *line = mem_format(*value ? "%s: %s" : "%s;%s", name, value);
	struct curl_slist *list = curl_slist_append(x->headers, line);

	OPENSSL_cleanse(line, strlen(line));
	free(line);
	if (list)
		x->headers = list;
}

static void set_body(struct exchange *x, const struct http_request *req)
{
	if (req->body) {
		x->sent = mem_bytes(req->body, req->body_len);
		x->sent_len = req->body_len;
		curl_easy_setopt(
			x->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)req->body_len);
		curl_easy_setopt(x->easy, CURLOPT_POSTFIELDS, x->sent);
	} else {
		curl_easy_setopt(x->easy, CURLOPT_HTTPGET, 1L);
	}
	curl_easy_setopt(x->easy, CURLOPT_CUSTOMREQUEST, req->method);
}

static void set_headers(struct exchange *x, const struct http_request *req)
{
	for (size_t i = 0; i < req->n_headers; i++)
		add_header(x, req->headers[i].name, req->headers[i].value);
	/* A server that ignores "Expect: 100-continue" would cost a second. */
	x->headers = curl_slist_append(x->headers, "Expect:");
	curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, x->headers);
	curl_easy_setopt(x->easy, CURLOPT_USERAGENT, x->h->user_agent);
}

static void set_limits(struct exchange *x, const struct http_request *req)
{
	CURL *e = x->easy;
	long connect = req->connect_timeout_ms;
	long total = req->timeout_ms ? req->timeout_ms : TIMEOUT_MS;

	curl_easy_setopt(
		e, CURLOPT_CONNECTTIMEOUT_MS, connect ? connect : CONNECT_TIMEOUT_MS);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, total);
	curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME,
		req->idle_timeout_s ? req->idle_timeout_s : IDLE_TIMEOUT_S);
	curl_easy_setopt(e, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)HTTP_BODY_MAX);
#if CURL_AT_LEAST_VERSION(7, 85, 0)
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	curl_easy_setopt(e, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "gzip");
	if (x->to.direct)
		curl_easy_setopt(e, CURLOPT_NOPROXY, "*");
}

static void set_tls(struct exchange *x)
{
	CURL *e = x->easy;

	curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(e, CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(e, CURLOPT_PROXY_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(e, CURLOPT_PROXY_SSL_VERIFYHOST, 2L);
	if (x->h->ca_bundle) {
		curl_easy_setopt(e, CURLOPT_CAINFO, x->h->ca_bundle);
		curl_easy_setopt(e, CURLOPT_PROXY_CAINFO, x->h->ca_bundle);
	}
}

static void set_callbacks(struct exchange *x)
{
	curl_easy_setopt(x->easy, CURLOPT_CURLU, x->to.url);
	curl_easy_setopt(x->easy, CURLOPT_PRIVATE, x);
	curl_easy_setopt(x->easy, CURLOPT_ERRORBUFFER, x->error);
	curl_easy_setopt(x->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(x->easy, CURLOPT_WRITEDATA, x);
	curl_easy_setopt(x->easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(x->easy, CURLOPT_HEADERDATA, x);
}

int http_start(struct http *h, const struct http_request *req, http_done *done, void *ctx,
	struct err *err)
{
	struct place to;
	struct exchange *x;

	if (parse_url(req, &to, err) != 0)
		return -1;
	x = mem_alloc(sizeof(*x));
	*x = (struct exchange){
		.h = h, .to = to, .done = done, .ctx = ctx, .easy = curl_easy_init()
	};
	buf_init(&x->body, HTTP_BODY_MAX);
	buf_init(&x->head, HEADERS_MAX);
	if (!x->easy) {
		exchange_free(x);
		return err_set(
			err, ERR_SYS, "can't start a request: libcurl gave no handle");
	}
	set_callbacks(x);
	set_body(x, req);
	set_headers(x, req);
	set_limits(x, req);
	set_tls(x);
	set_trace(x, req);
	if (curl_multi_add_handle(h->multi, x->easy) != CURLM_OK) {
		exchange_free(x);
		return err_set(err, ERR_SYS, "can't start a request: libcurl refused it");
	}
	x->next = h->first;
	if (x->next)
		x->next->prev = x;
	h->first = x;
	h->pending++;
	return 0;
}

/* --- how it ended ------------------------------------------------------------------- */

static const struct {
	CURLcode code;
	enum http_fault fault;
	const char *text;
} faults[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, HTTP_RESOLVE, "can't find the host" },
	{ CURLE_COULDNT_RESOLVE_PROXY, HTTP_PROXY, "can't find the proxy on the way to" },
	{ CURLE_COULDNT_CONNECT, HTTP_CONNECT, "can't connect to" },
	{ CURLE_OPERATION_TIMEDOUT, HTTP_TIMEOUT, "no answer in time from" },
	{ CURLE_PEER_FAILED_VERIFICATION, HTTP_TLS, "can't trust the certificate of" },
	{ CURLE_SSL_CACERT_BADFILE, HTTP_TLS,
		"can't use AWS_CA_BUNDLE or the profile's ca_bundle to verify" },
	{ CURLE_SSL_CONNECT_ERROR, HTTP_CONNECT, "can't agree on TLS with" },
	{ CURLE_GOT_NOTHING, HTTP_CUT, "an empty answer from" },
	{ CURLE_PARTIAL_FILE, HTTP_CUT, "a cut answer from" },
	{ CURLE_RECV_ERROR, HTTP_CUT, "a cut answer from" },
	{ CURLE_BAD_CONTENT_ENCODING, HTTP_CUT, "an answer that can't be unpacked from" },
	{ CURLE_SEND_ERROR, HTTP_CUT, "lost the connection to" },
	{ CURLE_FILESIZE_EXCEEDED, HTTP_TOO_LARGE, "too large an answer from" },
	{ CURLE_WRITE_ERROR, HTTP_TOO_LARGE, "too large an answer from" },
};

static long info_long(CURL *easy, CURLINFO what)
{
	long n = 0;

	return curl_easy_getinfo(easy, what, &n) == CURLE_OK ? n : 0;
}

/* A proxy may stand between. */
static int has_proxy(void)
{
	static const char *const names[] = { "https_proxy", "HTTPS_PROXY", "all_proxy",
		"ALL_PROXY", "http_proxy" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *s = getenv(names[i]);

		if (s && *s)
			return 1;
	}
	return 0;
}

/* curl's words, where they can't repeat a proxy's URL, which may have a password. */
static const char *words(const struct exchange *x, CURLcode code)
{
	if (code == CURLE_COULDNT_RESOLVE_PROXY || strstr(x->error, "proxy s"))
		return "HTTPS_PROXY or ALL_PROXY is no URL of a proxy that is known (in a "
		       "user's name or password, '#', '/' and '@' are percent-encoded)";
	return *x->error ? x->error : curl_easy_strerror(code);
}

static enum http_fault describe(const struct exchange *x, CURLcode code, struct err *err)
{
	const char *why = words(x, code);
	const char *host = x->to.host;
	long proxy = info_long(x->easy, CURLINFO_HTTP_CONNECTCODE);

	if (proxy >= 300) {
		err_set(err, ERR_NET, "the proxy refused to connect to '%s': status %ld",
			host, proxy);
		err->http_status = proxy;
		return HTTP_PROXY;
	}
	if (code == CURLE_COULDNT_CONNECT &&
		info_long(x->easy, CURLINFO_OS_ERRNO) == ECONNREFUSED) {
		err_set(err, ERR_NET, "nobody is listening at '%s'%s", host,
			has_proxy() ? ", or at the proxy on the way to it" : "");
		return HTTP_REFUSED;
	}
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		if (faults[i].code != code)
			continue;
		if (code == CURLE_COULDNT_RESOLVE_HOST)
			err_set(err, ERR_NET, "%s '%s'", faults[i].text, host);
		else
			err_set(err, ERR_NET, "%s '%s': %s", faults[i].text, host, why);
		return faults[i].fault;
	}
	err_set(err, ERR_NET, "a failed exchange with '%s': %s", host, why);
	return HTTP_OTHER;
}

/* Empty where there is none, or no answer but a proxy's. */
static const char *header(const struct exchange *x, size_t which)
{
	if (!x->answered[which] || info_long(x->easy, CURLINFO_RESPONSE_CODE) == 0)
		return "";
	return x->answered[which];
}

/* Seconds, or a date, which counts from the answer's own. */
static long retry_after(const struct exchange *x)
{
	const char *given = header(x, RETRY_AFTER);
	unsigned long n;
	time_t at;
	time_t date;

	if (!*given)
		return -1;
	if (text_number(given, RETRY_AFTER_MAX_S, &n) == 0)
		return (long)n;
	at = curl_getdate(given, NULL);
	date = curl_getdate(header(x, DATE), NULL);
	if (at == -1 || date == -1 || at < date || at - date > RETRY_AFTER_MAX_S)
		return -1;
	return (long)(at - date);
}

static void finish(struct exchange *x, CURLcode code)
{
	struct http_response res = { .body = buf_str(&x->body),
		.body_len = x->body.len,
		.content_type = header(x, CONTENT_TYPE),
		.request_id = header(x, REQUEST_ID),
		.error_type = header(x, ERROR_TYPE),
		.date = header(x, DATE),
		.retry_after_s = retry_after(x) };
	struct err err;

	if (!*res.request_id)
		res.request_id = header(x, REQUEST_ID_OF_S3);
	if (code == CURLE_OK) {
		res.status = info_long(x->easy, CURLINFO_RESPONSE_CODE);
	} else {
		res.fault = describe(x, code, &err);
		res.err = &err;
		res.body = "";
		res.body_len = 0;
	}
	trace_answer(x, &res);
	unlink_exchange(x->h, x);
	x->done(x->ctx, &res);
	exchange_free(x);
}

/* Calls back for everything that ended. */
static void finish_all(struct http *h)
{
	int left;

	for (CURLMsg *m = curl_multi_info_read(h->multi, &left); m;
		m = curl_multi_info_read(h->multi, &left)) {
		char *x = NULL;
		CURLcode code = m->data.result;

		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &x);
		finish((struct exchange *)(void *)x, code);
	}
}

int http_step(struct http *h, int timeout_ms, int extra_fd, struct err *err)
{
	struct curl_waitfd extra = { .fd = extra_fd, .events = CURL_WAIT_POLLIN };
	unsigned n_extra = extra_fd >= 0;
	int running;
	/* A request that was just started ends the wait at once. */
	CURLMcode code = curl_multi_poll(
		h->multi, n_extra ? &extra : NULL, n_extra, when_wait(timeout_ms), NULL);

	if (code == CURLM_OK)
		code = curl_multi_perform(h->multi, &running);
	if (code != CURLM_OK)
		return err_set(err, ERR_SYS, "libcurl: %s", curl_multi_strerror(code));
	finish_all(h);
	return 0;
}

/* --- the client --------------------------------------------------------------------- */

struct http *http_new(const char *user_agent, struct err *err)
{
	const char *ca = getenv("AWS_CA_BUNDLE");
	struct http *h;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		err_set(err, ERR_SYS, "libcurl can't be initialized");
		return NULL;
	}
	h = mem_alloc(sizeof(*h));
	h->multi = curl_multi_init();
	if (!h->multi) {
		free(h);
		curl_global_cleanup();
		err_set(err, ERR_SYS, "libcurl can't be initialized");
		return NULL;
	}
	curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, KEPT_CONNECTIONS);
	h->user_agent = mem_string(user_agent);
	h->ca_bundle = ca && *ca ? mem_string(ca) : NULL;
	return h;
}

void http_trust(struct http *h, const char *ca_bundle)
{
	free(h->ca_bundle);
	h->ca_bundle = mem_string(ca_bundle);
}

void http_drop(struct http *h)
{
	while (h->first) {
		struct exchange *x = h->first;

		h->first = x->next;
		unlink_exchange(h, x);
		exchange_free(x);
	}
}

void http_cancel(struct http *h, const void *ctx)
{
	struct exchange *next;

	for (struct exchange *x = h->first; x; x = next) {
		next = x->next;
		if (x->ctx != ctx)
			continue;
		unlink_exchange(h, x);
		exchange_free(x);
	}
}

void http_free(struct http *h)
{
	if (!h)
		return;
	http_drop(h);
	curl_multi_cleanup(h->multi);
	free(h->user_agent);
	free(h->ca_bundle);
	free(h);
	curl_global_cleanup();
}

size_t http_pending(const struct http *h)
{
	return h->pending;
}
