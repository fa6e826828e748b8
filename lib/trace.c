#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "mem.h"
#include "sig4.h"
#include "text.h"

#define SECRET_MIN 8
#define SECRETS_MAX 512 /* renewed credentials of a very long run */
#define SHOWN_MAX (256u << 10)
#define BLOCK_MAX (8u << 20)
#define BLOT "[...]"

static struct {
	int fd; /* 0: none; descriptors 0 to 2 are taken when a program starts */
	int failed;
	char prog[32];
	unsigned long n;
	char *secrets[SECRETS_MAX];
	size_t n_secrets;
} trace;

/* --- what is secret ----------------------------------------------------------------- */

static void keep_secret(char *s)
{
	for (size_t i = 0; i < trace.n_secrets; i++)
		if (strcmp(trace.secrets[i], s) == 0) {
			OPENSSL_cleanse(s, strlen(s));
			free(s);
			return;
		}
	if (trace.n_secrets == SECRETS_MAX) {
		/* The oldest ones have expired long since. */
		OPENSSL_cleanse(trace.secrets[0], strlen(trace.secrets[0]));
		free(trace.secrets[0]);
		memmove(&trace.secrets[0], &trace.secrets[1],
			(SECRETS_MAX - 1) * sizeof(trace.secrets[0]));
		trace.n_secrets--;
	}
	trace.secrets[trace.n_secrets++] = s;
}

/* A copy with a backslash before each slash. */
static char *with_backslashes(const char *s)
{
	char *copy = mem_alloc(2 * strlen(s) + 1);
	char *to = copy;

	for (; *s; s++) {
		if (*s == '/')
			*to++ = '\\';
		*to++ = *s;
	}
	*to = '\0';
	return copy;
}

static char *percent_encoded(const char *s)
{
	struct buf b;
	char *copy;

	buf_init(&b, 3 * strlen(s) + 1);
	sig4_encode(&b, s, strlen(s), 0);
	copy = mem_string(buf_str(&b));
	buf_wipe(&b);
	return copy;
}

void trace_hide(const char *secret)
{
	if (!trace.fd || !secret || strlen(secret) < SECRET_MIN)
		return;
	keep_secret(mem_string(secret));
	keep_secret(with_backslashes(secret));
	keep_secret(percent_encoded(secret));
}

/* The length of the secret that p starts with, or 0. */
static size_t secret_at(const char *p, const char *end)
{
	size_t longest = 0;

	for (size_t i = 0; i < trace.n_secrets; i++) {
		size_t len = strlen(trace.secrets[i]);

		if (len > longest && len <= (size_t)(end - p) &&
			memcmp(trace.secrets[i], p, len) == 0)
			longest = len;
	}
	return longest;
}

static int is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

/* Members, elements and parameters whose values nobody should see. */
static const char *const secret_names[] = { "AccessKeyId", "SecretAccessKey",
	"SessionToken", "SecurityToken", "Token", "TokenCode", "WebIdentityToken",
	"SAMLAssertion", "accessToken", "refreshToken", "idToken", "clientSecret",
	"deviceCode", "password", "assertion", "X-Amz-Security-Token", "X-Amz-Signature",
	"X-Amz-Credential", "access_token", "refresh_token", "id_token", "client_secret",
	"client_assertion", "subject_token" };

/* The length of the secret's name that p starts with, or 0. start: of the text. */
static size_t name_at(const char *start, const char *p, const char *end)
{
	if (p > start && is_name_char(p[-1]))
		return 0;
	for (size_t i = 0; i < sizeof(secret_names) / sizeof(secret_names[0]); i++) {
		size_t len = strlen(secret_names[i]);

		if (len < (size_t)(end - p) && strncasecmp(secret_names[i], p, len) == 0 &&
			!is_name_char(p[len]))
			return len;
	}
	return 0;
}

/* What stands between a name and its value: '": "', '=', '>', also escaped. */
static const char *skip_to_value(const char *p, const char *end)
{
	int separated = 0;

	for (; p < end && strchr("\"'\\ \t\r\n:=>", *p) && *p; p++)
		separated |= *p == ':' || *p == '=' || *p == '>';
	return separated ? p : NULL;
}

static const char *skip_value(const char *p, const char *end)
{
	while (p < end && !strchr("\"'&<,} \t\r\n", *p)) {
		/* An escaped quote may be the end of a value inside of a string. */
		if (*p == '\\' && p + 1 < end && p[1] == '"')
			break;
		p += *p == '\\' && p + 1 < end ? 2 : 1;
	}
	return p;
}

/* Scans no further than SHOWN_MAX; what begins before that is seen whole. */
static void blot_text(struct buf *b, const char *text, size_t len)
{
	const char *end = text + len;
	const char *stop = text + (len < SHOWN_MAX ? len : SHOWN_MAX);

	for (const char *p = text; p < stop;) {
		size_t known = secret_at(p, end);
		size_t name = known ? 0 : name_at(text, p, end);
		const char *value = name ? skip_to_value(p + name, end) : NULL;
		const char *behind = value ? skip_value(value, end) : NULL;

		if (known) {
			buf_adds(b, BLOT);
			p += known;
		} else if (value && behind > value) {
			buf_add(b, p, (size_t)(value - p));
			buf_adds(b, BLOT);
			p = behind;
		} else {
			buf_addc(b, *p++);
		}
	}
}

static int is_header(const char *line, size_t len, const char *name)
{
	size_t n = strlen(name);

	return len > n && line[n] == ':' && strncasecmp(line, name, n) == 0;
}

static int is_one_of(const char *line, size_t len, const char *const *names)
{
	for (; *names; names++)
		if (is_header(line, len, *names))
			return 1;
	return 0;
}

/* Headers that are nothing but secret. */
static int is_secret_header(const char *line, size_t len)
{
	static const char *const names[] = { "X-Amz-Security-Token",
		"X-Amz-SSO-Bearer-Token", "X-Amz-SSO_Bearer_Token",
		"X-AWS-EC2-Metadata-Token", "Proxy-Authorization", "Proxy-Authenticate",
		"Cookie", "Set-Cookie", "Authorization", NULL };

	return is_one_of(line, len, names);
}

/* Headers that never are. */
static int is_harmless_header(const char *line, size_t len)
{
	static const char *const names[] = { "Host", "User-Agent", "Accept",
		"Accept-Encoding", "Content-Type", "Content-Length", "Content-Encoding",
		"Transfer-Encoding", "Connection", "Date", "Server", "Retry-After",
		"X-Amz-Date", "X-Amz-Target", "x-amzn-RequestId", "x-amz-request-id",
		"x-amzn-ErrorType", NULL };

	return is_one_of(line, len, names);
}

/*
 * "Authorization: AWS4-HMAC-SHA256 Credential=KEY/20261124/eu-west-1/sso/aws4_request,
 * SignedHeaders=host, Signature=..." keeps what was signed, and for where.
 */
static void blot_signature(struct buf *b, const char *line, size_t len)
{
	const char *end = line + len;
	int secret = 0;

	for (const char *p = line; p < end; p++) {
		size_t left = (size_t)(end - p);
		size_t n = left > 11 && strncmp(p, "Credential=", 11) == 0  ? 11
			   : left > 10 && strncmp(p, "Signature=", 10) == 0 ? 10
									    : 0;

		if (n) {
			buf_add(b, p, n);
			buf_adds(b, BLOT);
			p += n;
			secret = 1;
		}
		if (p < end && strchr("/, \r\n", *p))
			secret = 0;
		if (p < end && !secret)
			buf_addc(b, *p);
	}
}

/* "GET /path HTTP/1.1" without the path; "HTTP/1.1 200 OK" as it is. */
static void blot_start(struct buf *b, const char *line, size_t len)
{
	const char *from = memchr(line, ' ', len);
	const char *to =
		from ? memchr(from + 1, ' ', len - (size_t)(from + 1 - line)) : NULL;

	if (len >= 5 && strncmp(line, "HTTP/", 5) == 0) {
		buf_add(b, line, len);
	} else if (to) {
		buf_add(b, line, (size_t)(from + 1 - line));
		buf_adds(b, BLOT);
		buf_add(b, to, len - (size_t)(to - line));
	} else {
		buf_adds(b, BLOT);
	}
}

static void blot_closed(struct buf *b, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);

	if (len == 0 || is_harmless_header(line, len)) {
		buf_add(b, line, len);
	} else if (colon) {
		buf_add(b, line, (size_t)(colon + 1 - line));
		buf_adds(b, " " BLOT);
	} else {
		buf_adds(b, BLOT);
	}
}

static void blot_header(struct buf *b, const char *line, size_t len)
{
	static const char aws[] = "AWS4-HMAC-SHA256 Credential=";
	static const char name[] = "Authorization: ";
	size_t colon;

	if (len > sizeof(name) + sizeof(aws) &&
		strncasecmp(line, name, sizeof(name) - 1) == 0 &&
		strncmp(line + sizeof(name) - 1, aws, sizeof(aws) - 1) == 0) {
		blot_signature(b, line, len);
	} else if (is_secret_header(line, len)) {
		colon = (size_t)((const char *)memchr(line, ':', len) - line);
		buf_add(b, line, colon + 1);
		buf_adds(b, " " BLOT);
	} else {
		blot_text(b, line, len);
	}
}

static void blot_head(struct buf *b, enum trace_kind kind, const char *text, size_t len)
{
	const char *end = text + len;
	int start = 1;

	while (text < end) {
		const char *line_end = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((line_end ? line_end : end) - text);
		size_t shown = n > 0 && text[n - 1] == '\r' ? n - 1 : n;

		if (kind == TRACE_HEAD)
			blot_header(b, text, shown);
		else if (start)
			blot_start(b, text, shown);
		else
			blot_closed(b, text, shown);
		if (line_end)
			buf_addc(b, '\n');
		/* A proxy's answer comes before AWS's own. */
		start = shown == 0;
		text += n + (line_end != NULL);
	}
}

void trace_blot(struct buf *b, enum trace_kind kind, const char *text, size_t len)
{
	if (kind == TRACE_BODY)
		blot_text(b, text, len);
	else
		blot_head(b, kind, text, len);
}

/* --- the file ----------------------------------------------------------------------- */

int trace_open(const char *path, const char *prog, struct err *err)
{
	struct stat st;
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_set(err, ERR_SYS, "can't write a trace to '%.400s': %s", path,
			strerror(errno));
	/* It may have been there before. */
	if (fstat(fd, &st) != 0 ||
		(S_ISREG(st.st_mode) && (st.st_mode & 077) != 0 && fchmod(fd, 0600) != 0)) {
		err_set(err, ERR_SYS,
			"can't keep the trace in '%.400s' from others' eyes: %s", path,
			strerror(errno));
		close(fd);
		return -1;
	}
	trace.fd = fd;
	(void)snprintf(trace.prog, sizeof(trace.prog), "%s", prog);
	return 0;
}

int trace_close(void)
{
	int failed = trace.failed;

	if (!trace.fd)
		return 0;
	failed |= close(trace.fd) != 0;
	for (size_t i = 0; i < trace.n_secrets; i++) {
		OPENSSL_cleanse(trace.secrets[i], strlen(trace.secrets[i]));
		free(trace.secrets[i]);
	}
	memset(&trace, 0, sizeof(trace));
	return failed ? -1 : 0;
}

int trace_on(void)
{
	return trace.fd != 0;
}

unsigned long trace_next(void)
{
	return ++trace.n;
}

static void send_all(const char *p, size_t len)
{
	while (len > 0 && !trace.failed) {
		ssize_t n = write(trace.fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			trace.failed = 1;
			return;
		}
		p += n;
		len -= (size_t)n;
	}
}

/* "2026-11-24T02:00:00.123Z": the machine's clock, for comparing with other logs. */
static void add_time(struct buf *b)
{
	struct timespec now;
	struct tm tm;
	char text[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_addf(b, "%s.%03ldZ", text, now.tv_nsec / 1000000);
}

/* Each line behind mark; bytes that might do something to a terminal as \xNN. */
static void add_lines(struct buf *b, char mark, const char *p, size_t len)
{
	const char *end = p + len;

	while (p < end) {
		const char *line_end = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((line_end ? line_end : end) - p);
		char *line = mem_bytes(p, n);

		buf_addf(b, "%c ", mark);
		/* A NUL cuts the line: nothing of AWS's has one. */
		text_safe(b, line);
		buf_addc(b, '\n');
		free(line);
		p += n + (line_end != NULL);
	}
}

void trace_block(unsigned long n, const char *what, char mark, enum trace_kind kind,
	const char *text, size_t len)
{
	struct buf clean;
	struct buf b;

	if (!trace.fd)
		return;
	buf_init(&clean, BLOCK_MAX);
	buf_init(&b, BLOCK_MAX);
	trace_blot(&clean, kind, text, len);
	add_time(&b);
	buf_addf(&b, " %s[%ld] #%lu ", trace.prog, (long)getpid(), n);
	blot_text(&b, what, strlen(what));
	buf_addc(&b, '\n');
	add_lines(&b, mark, buf_str(&clean), clean.len);
	if (kind == TRACE_BODY && len > SHOWN_MAX)
		buf_addf(&b, "%c (%zu bytes more)\n", mark, len - (size_t)SHOWN_MAX);
	send_all(buf_str(&b), b.len);
	buf_release(&clean);
	buf_release(&b);
}
