#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "mem.h"
#include "sig4.h"
#include "text.h"
#include "when.h"

#define SIG4_MAX (256u << 10)
#define HASH_LEN 32

static const char algorithm[] = "AWS4-HMAC-SHA256";

/* A header or a query parameter on its way into the canonical request. */
struct field {
	char *name;
	char *value;
	size_t order;
};

struct fields {
	struct field *v;
	size_t n;
	size_t cap;
};

static void fields_release(struct fields *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->v[i].name);
		/* A header's value may be the session token. */
		OPENSSL_cleanse(f->v[i].value, strlen(f->v[i].value));
		free(f->v[i].value);
	}
	free(f->v);
}

/* Takes both strings. */
static void fields_take(struct fields *f, char *name, char *value)
{
	mem_grow(&f->v, &f->cap, f->n + 1, sizeof(f->v[0]));
	f->v[f->n] = (struct field){ name, value, f->n };
	f->n++;
}

static int fields_have(const struct fields *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->v[i].name, name) == 0)
			return 1;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct field *x = a;
	const struct field *y = b;
	int c = strcmp(x->name, y->name);

	if (c != 0)
		return c;
	return x->order < y->order ? -1 : x->order > y->order;
}

static int by_name_and_value(const void *a, const void *b)
{
	const struct field *x = a;
	const struct field *y = b;
	int c = strcmp(x->name, y->name);

	return c != 0 ? c : strcmp(x->value, y->value);
}

static void fields_sort(struct fields *f, int (*order)(const void *, const void *))
{
	if (f->n > 1)
		qsort(f->v, f->n, sizeof(f->v[0]), order);
}

int sig4_encode(struct buf *b, const char *s, size_t len, int keep_slash)
{
	static const char digits[] = "0123456789ABCDEF";
	int status = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];
		char escape[] = { '%', digits[c >> 4], digits[c & 15] };

		if ((c < 128 && isalnum(c)) || (c != '\0' && strchr("-._~", c)) ||
			(c == '/' && keep_slash))
			status |= buf_addc(b, s[i]);
		else
			status |= buf_add(b, escape, sizeof(escape));
	}
	return status == 0 ? 0 : -1;
}

int sig4_sha256_hex(char out[65], const void *p, size_t len)
{
	unsigned char hash[HASH_LEN];

	if (EVP_Digest(p ? p : "", len, hash, NULL, EVP_sha256(), NULL) != 1)
		return -1;
	text_hex(out, hash, sizeof(hash));
	return 0;
}

/* --- the path ----------------------------------------------------------------------- */

static void path_up(struct buf *b)
{
	while (b->len > 0 && b->data[b->len - 1] != '/')
		b->len--;
	if (b->len > 0)
		b->len--;
	if (b->data)
		b->data[b->len] = '\0';
}

/* Resolves "." and "..", folds slashes that follow each other. */
static void path_normalize(struct buf *out, const char *path)
{
	const char *p = path;

	while (*p) {
		size_t len = strcspn(p, "/");

		if (len == 2 && strncmp(p, "..", 2) == 0) {
			path_up(out);
		} else if (len > 1 || (len == 1 && *p != '.')) {
			buf_addc(out, '/');
			buf_add(out, p, len);
		}
		p += len + (p[len] == '/');
	}
	if (out->len == 0 || text_ends(path, "/"))
		buf_addc(out, '/');
}

static int add_path(struct buf *b, const struct sig4_request *req)
{
	struct buf path;
	int status;

	if (!req->path || !*req->path)
		return buf_addc(b, '/');
	if (!req->normalize_path)
		return sig4_encode(b, req->path, strlen(req->path), 1);
	buf_init(&path, SIG4_MAX);
	path_normalize(&path, req->path);
	status = path.over ? -1 : sig4_encode(b, buf_str(&path), path.len, 1);
	buf_release(&path);
	return status;
}

/* --- the query ---------------------------------------------------------------------- */

static int hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

/*
 * A part of a query may come with some bytes percent-encoded and others not: it is decoded
 * and encoded again, so that it is signed in the one form AWS computes.
 */
static char *recode(const char *s, size_t len)
{
	struct buf plain;
	struct buf coded;

	buf_init(&plain, SIG4_MAX);
	buf_init(&coded, 3 * (size_t)SIG4_MAX);
	for (size_t i = 0; i < len; i++) {
		int high = i + 2 < len && s[i] == '%' ? hex_value(s[i + 1]) : -1;
		int low = high >= 0 ? hex_value(s[i + 2]) : -1;

		if (low >= 0) {
			buf_addc(&plain, (char)(high << 4 | low));
			i += 2;
		} else {
			buf_addc(&plain, s[i]);
		}
	}
	sig4_encode(&coded, buf_str(&plain), plain.len, 0);
	buf_release(&plain);
	return coded.len ? buf_take(&coded) : mem_string("");
}

static int add_query(struct buf *b, const char *query)
{
	struct fields f = { 0 };
	const char *p = query ? query : "";
	int status = 0;

	if (strlen(p) > SIG4_MAX)
		return -1;
	while (*p) {
		size_t len = strcspn(p, "&");
		size_t name = strcspn(p, "=&");
		size_t value = name < len ? name + 1 : len;

		if (len > 0)
			fields_take(&f, recode(p, name), recode(p + value, len - value));
		p += len + (p[len] == '&');
	}
	fields_sort(&f, by_name_and_value);
	for (size_t i = 0; i < f.n; i++)
		status |= buf_addf(b, "%s%s=%s", i ? "&" : "", f.v[i].name, f.v[i].value);
	fields_release(&f);
	return status;
}

/* --- the headers -------------------------------------------------------------------- */

static char *lower(const char *s)
{
	char *out = mem_string(s);

	for (char *p = out; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return out;
}

/* Trims the ends and makes one blank of every run of white space, line folds too. */
static char *folded(const char *s)
{
	char *out = mem_string(s);
	char *to = out;

	for (const char *p = s; *p; p++) {
		int blank = strchr(" \t\r\n", *p) != NULL;

		if (!blank)
			*to++ = *p;
		else if (to > out && to[-1] != ' ')
			*to++ = ' ';
	}
	if (to > out && to[-1] == ' ')
		to--;
	*to = '\0';
	return out;
}

static void add_missing(struct fields *f, const char *name, const char *value)
{
	if (value && !fields_have(f, name))
		fields_take(f, mem_string(name), folded(value));
}

static struct fields headers_of(const struct sig4_request *req, const struct cred *cred,
	const struct sig4_result *res)
{
	struct fields f = { 0 };

	for (size_t i = 0; i < req->n_headers; i++)
		fields_take(&f, lower(req->headers[i].name), folded(req->headers[i].value));
	add_missing(&f, "x-amz-date", res->amz_date);
	if (req->sign_body)
		add_missing(&f, "x-amz-content-sha256", res->content_sha256);
	add_missing(&f, "x-amz-security-token", cred->session_token);
	fields_sort(&f, by_name);
	return f;
}

static int same_as_before(const struct fields *f, size_t i)
{
	return i > 0 && strcmp(f->v[i].name, f->v[i - 1].name) == 0;
}

/* One line per name, the values of headers of one name joined with commas. */
static void add_headers(struct buf *b, const struct fields *f)
{
	for (size_t i = 0; i < f->n; i++) {
		if (same_as_before(f, i))
			buf_addf(b, ",%s", f->v[i].value);
		else
			buf_addf(b, "%s%s:%s", i ? "\n" : "", f->v[i].name, f->v[i].value);
	}
	buf_addc(b, '\n');
}

static void add_names(struct buf *b, const struct fields *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (!same_as_before(f, i))
			buf_addf(b, "%s%s", i ? ";" : "", f->v[i].name);
}

/* --- the signature ------------------------------------------------------------------ */

static void canonical_request(struct buf *b, const struct sig4_request *req,
	const struct fields *headers, const char *names, const char *sha256)
{
	buf_addf(b, "%s\n", req->method);
	if (add_path(b, req) != 0)
		b->over = 1;
	buf_addc(b, '\n');
	if (add_query(b, req->query) != 0)
		b->over = 1;
	buf_addc(b, '\n');
	add_headers(b, headers);
	buf_addf(b, "\n%s\n%s", names, sha256);
}

static int hmac(unsigned char out[HASH_LEN], const unsigned char *key, size_t key_len,
	const char *s)
{
	unsigned int len = HASH_LEN;

	const unsigned char *data = (const unsigned char *)s;

	return HMAC(EVP_sha256(), key, (int)key_len, data, strlen(s), out, &len) ? 0 : -1;
}

static int derive(
	unsigned char key[HASH_LEN], const char *secret, const char *const *scope_parts)
{
	unsigned char next[HASH_LEN];
	size_t len = strlen(secret) + 4;
	char *first = mem_format("AWS4%s", secret);
	int status = hmac(key, (const unsigned char *)first, len, scope_parts[0]);

	for (size_t i = 1; i < 4 && status == 0; i++) {
		status = hmac(next, key, HASH_LEN, scope_parts[i]);
		memcpy(key, next, HASH_LEN);
	}
	OPENSSL_cleanse(first, len);
	free(first);
	OPENSSL_cleanse(next, sizeof(next));
	return status;
}

void sig4_key_wipe(struct sig4_key *key)
{
	OPENSSL_cleanse(key, sizeof(*key));
}

/* Makes key the one of secret and scope, if it is not yet. */
static int key_set(struct sig4_key *key, const char *secret, const char *scope,
	const char *const *scope_parts)
{
	if (strcmp(key->secret, secret) == 0 && strcmp(key->scope, scope) == 0)
		return 0;
	sig4_key_wipe(key);
	if (derive(key->bytes, secret, scope_parts) != 0)
		return -1;
	/* What is too long is derived every time. */
	if (strlen(secret) < sizeof(key->secret) && strlen(scope) < sizeof(key->scope)) {
		memcpy(key->secret, secret, strlen(secret) + 1);
		memcpy(key->scope, scope, strlen(scope) + 1);
	}
	return 0;
}

static int sign(
	char signature[65], const struct sig4_key *key, const struct buf *string_to_sign)
{
	unsigned char hash[HASH_LEN];

	if (hmac(hash, key->bytes, sizeof(key->bytes), buf_str(string_to_sign)) != 0)
		return -1;
	text_hex(signature, hash, sizeof(hash));
	OPENSSL_cleanse(hash, sizeof(hash));
	return 0;
}

static int string_to_sign(struct sig4_result *out, const char *scope)
{
	char hash[65];

	if (sig4_sha256_hex(hash, buf_str(&out->canonical_request),
		    out->canonical_request.len) != 0)
		return -1;
	return buf_addf(&out->string_to_sign, "%s\n%s\n%s\n%s", algorithm, out->amz_date,
		scope, hash);
}

static void result_init(struct sig4_result *out, time_t now)
{
	memset(out, 0, sizeof(*out));
	buf_init(&out->canonical_request, SIG4_MAX);
	buf_init(&out->string_to_sign, SIG4_MAX);
	buf_init(&out->authorization, SIG4_MAX);
	when_basic(out->amz_date, now);
}

int sig4_sign(const struct sig4_request *req, const struct cred *cred, time_t now,
	struct sig4_result *out, struct err *err)
{
	char day[9];
	const char *parts[] = { day, req->region, req->service, "aws4_request" };
	struct sig4_key once = { 0 };
	struct sig4_key *key = req->key ? req->key : &once;
	struct buf names;
	struct fields headers;
	char *scope;
	int status = -1;

	result_init(out, now);
	memcpy(day, out->amz_date, 8);
	day[8] = '\0';
	if (sig4_sha256_hex(out->content_sha256, req->body, req->body_len) != 0)
		return err_set(err, ERR_SYS, "can't compute SHA-256");

	headers = headers_of(req, cred, out);
	scope = mem_format("%s/%s/%s/aws4_request", day, req->region, req->service);
	buf_init(&names, SIG4_MAX);
	add_names(&names, &headers);
	canonical_request(&out->canonical_request, req, &headers, buf_str(&names),
		out->content_sha256);
	if (out->canonical_request.over || names.over) {
		err_set(err, ERR_DATA, "the request is too large to be signed");
		goto done;
	}
	if (string_to_sign(out, scope) != 0 ||
		key_set(key, cred->secret_access_key, scope, parts) != 0 ||
		sign(out->signature, key, &out->string_to_sign) != 0) {
		err_set(err, ERR_SYS, "can't compute HMAC-SHA-256");
		goto done;
	}
	status = buf_addf(&out->authorization,
		"%s Credential=%s/%s, SignedHeaders=%s, Signature=%s", algorithm,
		cred->access_key_id, scope, buf_str(&names), out->signature);
done:
	sig4_key_wipe(&once);
	free(scope);
	buf_release(&names);
	fields_release(&headers);
	return status;
}

void sig4_result_release(struct sig4_result *out)
{
	buf_wipe(&out->canonical_request);
	buf_wipe(&out->string_to_sign);
	buf_wipe(&out->authorization);
	OPENSSL_cleanse(out->signature, sizeof(out->signature));
}
