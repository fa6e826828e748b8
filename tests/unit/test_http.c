/*
 * http: answers and the lack of them, ceilings, where plain http may go, proxies and TLS.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "http.h"
#include "loopback.h"
#include "when.h"

struct seen {
	int ended;
	long status;
	size_t len;
	enum http_fault fault;
	char body[64];
	char type[64];
	char id[64];
	char error[64];
	char text[600];
	long retry_after_s;
};

static int clean(void **state)
{
	static const char *const variables[] = { "AWS_CA_BUNDLE", "https_proxy",
		"HTTPS_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "no_proxy",
		"NO_PROXY" };

	(void)state;
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		unsetenv(variables[i]);
	return 0;
}

static void on_end(void *ctx, const struct http_response *res)
{
	struct seen *s = ctx;

	s->ended++;
	s->status = res->status;
	s->len = res->body_len;
	s->fault = res->fault;
	s->retry_after_s = res->retry_after_s;
	(void)snprintf(s->body, sizeof(s->body), "%.60s", res->body);
	(void)snprintf(s->type, sizeof(s->type), "%s", res->content_type);
	(void)snprintf(s->id, sizeof(s->id), "%s", res->request_id);
	(void)snprintf(s->error, sizeof(s->error), "%s", res->error_type);
	(void)snprintf(s->text, sizeof(s->text), "%s", res->err ? res->err->text : "");
}

static struct http *client(void)
{
	struct err err;
	struct http *h = http_new("idc-test/1", &err);

	assert_non_null(h);
	return h;
}

/* One GET, waited for. */
static struct seen get(struct http *h, const char *url, long timeout_ms)
{
	const struct http_request req = {
		.method = "GET", .url = url, .timeout_ms = timeout_ms
	};
	struct seen seen = { 0 };
	struct err err;

	assert_int_equal(http_start(h, &req, on_end, &seen, &err), 0);
	assert_int_equal(http_pending(h), 1);
	while (!seen.ended)
		assert_int_equal(http_step(h, 1000, -1, &err), 0);
	assert_int_equal(http_pending(h), 0);
	return seen;
}

static void answers(void **state)
{
	static const struct loopback_reply script[] = {
		{ 200,
			"Content-Type: application/json\r\nx-amzn-RequestId: r-1\r\n"
			"Retry-After: 7\r\nx-amzn-errortype: E\r\n",
			"{}", 0 },
		{ 302,
			"Location: http://127.0.0.1:1/\r\nX-AMZ-Request-Id:  r-2\t\r\n"
			"x-amz-request-id: r-3\r\nx-amz-request-ids: r-4\r\nDate:\r\n",
			"", 0 },
		/* What comes before an answer is not of it; the first of two counts. */
		{ 103,
			"Retry-After: 9\r\nX-AMZN-REQUESTID: early\r\n\r\nHTTP/1.1 200 "
			"OK\r\n"
			"x-amzn-ErrorType:\r\ncontent-type: \t text/xml; a=\"b:c\" \r\n"
			"Content-Types: no\r\nX-Amzn-RequestId:r-3\r\nx-amzn-requestid: "
			"r-4\r\n",
			"", 0 }
	};
	const struct http_header headers[] = { { "X-One", "1" }, { "X-Empty", "" } };
	struct http_request req = { .method = "POST",
		.headers = headers,
		.n_headers = 2,
		.body = "a=\0b",
		.body_len = 4 };
	struct http *h = client();
	struct seen seen = { 0 };
	struct loopback s;
	struct err err;

	(void)state;
	loopback_start(&s, script, 3);
	req.url = s.url;
	assert_int_equal(http_start(h, &req, on_end, &seen, &err), 0);
	while (!seen.ended)
		assert_int_equal(http_step(h, 1000, -1, &err), 0);
	assert_int_equal(seen.status, 200);
	assert_string_equal(seen.body, "{}");
	assert_string_equal(seen.type, "application/json");
	assert_string_equal(seen.id, "r-1");
	assert_string_equal(seen.error, "E");
	assert_int_equal(seen.retry_after_s, 7);
	assert_memory_equal(s.requests[0], "POST / HTTP/1.1\r\n", 17);
	assert_non_null(strstr(s.requests[0], "\r\nX-One: 1\r\n"));
	assert_non_null(strstr(s.requests[0], "\r\nX-Empty:"));
	assert_non_null(strstr(s.requests[0], "\r\nUser-Agent: idc-test/1\r\n"));
	assert_non_null(strstr(s.requests[0], "\r\nAccept-Encoding: gzip\r\n"));
	assert_null(strstr(s.requests[0], "Expect:"));
	assert_memory_equal(strstr(s.requests[0], "\r\n\r\n") + 4, "a=\0b", 4);
	/* Redirects are answers like any other; the connection is kept. */
	seen = get(h, s.url, 0);
	assert_int_equal(seen.status, 302);
	assert_string_equal(seen.id, "r-2");
	seen = get(h, s.url, 0);
	assert_int_equal(seen.status, 200);
	assert_string_equal(seen.type, "text/xml; a=\"b:c\"");
	assert_string_equal(seen.id, "r-3");
	assert_string_equal(seen.error, "");
	assert_int_equal(seen.retry_after_s, -1);
	assert_int_equal(s.connections, 1);
	http_free(h);
	loopback_stop(&s);
}

static void faults(void **state)
{
	static const struct loopback_reply script[] = { { 200, "", "0123456789",
								LOOPBACK_CUT },
		{ 200, "", "", LOOPBACK_RESET }, { 200, "", "", LOOPBACK_STALL },
		{ 200, "", "", LOOPBACK_ANNOUNCE }, { 200, "", "", LOOPBACK_ENDLESS } };
	static const struct {
		enum http_fault fault;
		const char *text;
	} want[] = { { HTTP_CUT, "a cut answer from '127.0.0.1:" },
		{ HTTP_CUT, "an empty answer from" },
		{ HTTP_TIMEOUT, "no answer in time from" },
		{ HTTP_TOO_LARGE, "too large an answer" },
		{ HTTP_TOO_LARGE, "too large an answer" } };
	struct http *h = client();
	struct loopback s;
	struct seen seen;

	(void)state;
	loopback_start(&s, script, 5);
	for (size_t i = 0; i < 5; i++) {
		seen = get(h, s.url, i == 2 ? 100 : 0);
		if (seen.fault != want[i].fault || !strstr(seen.text, want[i].text))
			print_error("# %zu: %d %s\n", i, (int)seen.fault, seen.text);
		assert_int_equal(seen.fault, want[i].fault);
		assert_non_null(strstr(seen.text, want[i].text));
		assert_int_equal(seen.status, 0);
		assert_int_equal(seen.len, 0);
	}
	seen = get(h, "http://127.0.0.1:1/", 0);
	assert_int_equal(seen.fault, HTTP_REFUSED);
	assert_string_equal(seen.text, "nobody is listening at '127.0.0.1:1'");
	seen = get(h, "https://nowhere.invalid/", 5000);
	assert_int_equal(seen.fault, HTTP_RESOLVE);
	assert_string_equal(seen.text, "can't find the host 'nowhere.invalid'");
	http_free(h);
	loopback_stop(&s);
}

static void expect_refused(struct http *h, const char *url, int container, const char *text)
{
	const struct http_request req = {
		.method = "GET", .url = url, .container_host = container
	};
	struct seen seen = { 0 };
	struct err err;

	assert_int_equal(http_start(h, &req, on_end, &seen, &err), -1);
	assert_int_equal(err.kind, ERR_DATA);
	if (!strstr(err.text, text))
		print_error("# %s\n", err.text);
	assert_non_null(strstr(err.text, text));
	assert_null(strstr(err.text, "pw"));
	assert_int_equal(http_pending(h), 0);
}

static void plain_http(void **state)
{
	static const char *const near[] = { "127.0.0.1", "127.9.8.7", "localhost",
		"LocalHost", "::1", "[::1]", "0:0:0:0:0:0:0:1" };
	static const char *const far[] = { "128.0.0.1", "127.0.0.1.example.com",
		"localhost.", "0.0.0.0", "", "[::2]", "::ffff:1.2.3.4", "mylocalhost" };
	struct http *h = client();

	(void)state;
	for (size_t i = 0; i < sizeof(near) / sizeof(near[0]); i++)
		assert_true(http_is_loopback(near[i]));
	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++)
		assert_false(http_is_loopback(far[i]));
	expect_refused(
		h, "http://sso.example.com/", 0, "plain http is only for this machine");
	expect_refused(
		h, "http://169.254.170.2/x", 0, "plain http is only for this machine");
	expect_refused(
		h, "http://169.254.169.254/x", 1, "plain http is only for this machine");
	expect_refused(h, "file:///etc/passwd", 0, "can't use the URL");
	expect_refused(h, "ftp://127.0.0.1/", 0, "only https is spoken");
	expect_refused(h, "https://user:pw@example.com/", 0, "must not have a user name");
	expect_refused(h, "http://[::1/", 0, "it is no URL");
	http_free(h);
}

static void proxies(void **state)
{
	static const struct loopback_reply script[] = { { 403,
		"Content-Type: text/html\r\n", "<html>no</html>", 0 } };
	struct http *h = client();
	struct loopback s;
	struct seen seen;

	(void)state;
	loopback_start(&s, script, 1);
	setenv("https_proxy", s.url, 1);
	setenv("http_proxy", s.url, 1);
	seen = get(h, "https://sso.example.com/", 5000);
	assert_int_equal(seen.fault, HTTP_PROXY);
	assert_string_equal(
		seen.text, "the proxy refused to connect to 'sso.example.com': status 403");
	assert_memory_equal(s.requests[0], "CONNECT sso.example.com:443 HTTP/1.1\r\n", 38);
	/* This machine is never behind a proxy. */
	seen = get(h, "http://127.0.0.1:1/", 5000);
	assert_int_equal(seen.fault, HTTP_REFUSED);
	assert_int_equal(s.n, 1);
	/* Nor is what NO_PROXY says. */
	unsetenv("https_proxy");
	setenv("HTTPS_PROXY", s.url, 1);
	setenv("NO_PROXY", "other.example.com,.invalid", 1);
	seen = get(h, "https://sso.example.com/", 5000);
	assert_int_equal(seen.fault, HTTP_PROXY);
	assert_int_equal(s.n, 2);
	seen = get(h, "https://sso.invalid/", 5000);
	assert_int_equal(seen.fault, HTTP_RESOLVE);
	assert_int_equal(s.n, 2);
	http_free(h);
	loopback_stop(&s);
}

static void on_alarm(int signal)
{
	(void)signal;
}

static void waiting(void **state)
{
	int64_t before = when_ms();
	struct http *h = client();
	struct err err;
	int ends[2];

	(void)state;
	assert_int_equal(http_step(h, 50, -1, &err), 0);
	assert_true(when_ms() - before >= 40);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	before = when_ms();
	assert_int_equal(http_step(h, 5000, ends[0], &err), 0);
	assert_true(when_ms() - before < 2000);
	close(ends[0]);
	close(ends[1]);
	/* A signal that is caught ends the wait. */
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = on_alarm }, NULL);
	before = when_ms();
	setitimer(ITIMER_REAL, &(struct itimerval){ .it_value = { 0, 50000 } }, NULL);
	assert_int_equal(http_step(h, 5000, -1, &err), 0);
	assert_true(when_ms() - before < 2000);
	http_free(h);
}

/* Nothing is sent for a while; and nobody takes the connection. */
static void slow(void **state)
{
	static const struct loopback_reply script[] = { { 200, "", "", LOOPBACK_STALL } };
	struct http_request req = {
		.method = "GET", .idle_timeout_s = 1, .timeout_ms = 30000
	};
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	struct http *h = client();
	struct seen seen = { 0 };
	int fds[4];
	int64_t before = when_ms();
	struct loopback s;
	struct err err;
	char url[64];

	(void)state;
	loopback_start(&s, script, 1);
	req.url = s.url;
	assert_int_equal(http_start(h, &req, on_end, &seen, &err), 0);
	while (!seen.ended)
		assert_int_equal(http_step(h, 1000, -1, &err), 0);
	assert_int_equal(seen.fault, HTTP_TIMEOUT);
	assert_true(when_ms() - before < 20000);
	loopback_stop(&s);
	/* A queue of connections that is full: more are not answered. */
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fds[0] = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(fds[0], (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fds[0], 0), 0);
	assert_int_equal(getsockname(fds[0], (struct sockaddr *)&at, &len), 0);
	for (int i = 1; i < 4; i++) {
		fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)connect(fds[i], (struct sockaddr *)&at, sizeof(at));
	}
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%d/", ntohs(at.sin_port));
	req = (struct http_request){
		.method = "GET", .url = url, .connect_timeout_ms = 300, .timeout_ms = 30000
	};
	seen.ended = 0;
	before = when_ms();
	assert_int_equal(http_start(h, &req, on_end, &seen, &err), 0);
	while (!seen.ended)
		assert_int_equal(http_step(h, 1000, -1, &err), 0);
	assert_int_equal(seen.fault, HTTP_TIMEOUT);
	assert_true(when_ms() - before < 20000);
	for (int i = 0; i < 4; i++)
		close(fds[i]);
	http_free(h);
}

static void dropped(void **state)
{
	static const struct loopback_reply script[] = { { 200, "", "", LOOPBACK_STALL } };
	struct http *h = client();
	struct seen seen = { 0 };
	struct http_request req = { .method = "GET" };
	struct loopback s;
	struct err err;

	(void)state;
	loopback_start(&s, script, 1);
	req.url = s.url;
	assert_int_equal(http_start(h, &req, on_end, &seen, &err), 0);
	assert_int_equal(http_step(h, 10, -1, &err), 0);
	http_drop(h);
	assert_int_equal(http_pending(h), 0);
	assert_int_equal(http_start(h, &req, on_end, &seen, &err), 0);
	http_free(h);
	assert_int_equal(seen.ended, 0);
	loopback_stop(&s);
}

/* --- TLS ---------------------------------------------------------------------------- */

struct tls {
	char dir[32];
	char cert[64];
	char key[64];
	char url[64];
	pid_t pid;
	FILE *out; /* of the server, which would die without it */
};

/* Runs a shell command (taken) with its output in a pipe, whose reading end is returned. */
static FILE *spawn(char *command, pid_t *pid)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	*pid = fork();
	if (*pid == 0) {
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		close(ends[0]);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	free(command);
	return fdopen(ends[0], "r");
}

/* Makes a certificate for 127.0.0.1. 0, or -1 without an openssl(1) to do it. */
static int make_certificate(struct tls *t)
{
	int status = -1;
	pid_t pid;
	FILE *out;

	(void)snprintf(t->dir, sizeof(t->dir), "/tmp/idc-tls.XXXXXX");
	assert_non_null(mkdtemp(t->dir));
	(void)snprintf(t->cert, sizeof(t->cert), "%s/cert.pem", t->dir);
	(void)snprintf(t->key, sizeof(t->key), "%s/key.pem", t->dir);
	out = spawn(mem_format("exec openssl req -x509 -newkey ec -pkeyopt "
			       "ec_paramgen_curve:P-256 -nodes -subj /CN=127.0.0.1 -days 2 "
			       "-addext subjectAltName=IP:127.0.0.1 -keyout %s -out %s",
			    t->key, t->cert),
		&pid);
	while (fgetc(out) != EOF)
		continue;
	(void)fclose(out);
	waitpid(pid, &status, 0);
	return status == 0 ? 0 : -1;
}

/* A server that speaks one version of TLS only. */
static void serve(struct tls *t, const char *version)
{
	char line[256] = "";

	t->out = spawn(mem_format("exec openssl s_server -accept 127.0.0.1:0 -www -cert %s "
				  "-key %s -cipher ALL:@SECLEVEL=0 %s",
			       t->cert, t->key, version),
		&t->pid);
	while (fgets(line, sizeof(line), t->out) && strncmp(line, "ACCEPT ", 7) != 0)
		continue;
	line[strcspn(line, "\n")] = '\0';
	(void)snprintf(t->url, sizeof(t->url), "https://%.40s/", line + 7);
}

static void stop_serving(struct tls *t)
{
	kill(t->pid, SIGTERM);
	waitpid(t->pid, NULL, 0);
	(void)fclose(t->out);
}

static struct seen get_tls(const struct tls *t)
{
	struct http *h = client();
	struct seen seen = get(h, t->url, 5000);

	http_free(h);
	return seen;
}

static void tls(void **state)
{
	struct tls t = { 0 };
	struct seen seen;
	struct http *h;
	char url[64];
	int made = make_certificate(&t);

	(void)state;
	if (made == 0) {
		serve(&t, "-tls1_2");
		seen = get_tls(&t);
		assert_int_equal(seen.fault, HTTP_TLS);
		assert_non_null(
			strstr(seen.text, "can't trust the certificate of '127.0.0.1:"));
		setenv("AWS_CA_BUNDLE", t.cert, 1);
		seen = get_tls(&t);
		assert_int_equal(seen.status, 200);
		/* The name counts, too. */
		(void)snprintf(
			url, sizeof(url), "https://localhost%s", strrchr(t.url, ':'));
		h = client();
		seen = get(h, url, 5000);
		http_free(h);
		assert_int_equal(seen.fault, HTTP_TLS);
		setenv("AWS_CA_BUNDLE", "/nonexistent/ca.pem", 1);
		seen = get_tls(&t);
		assert_int_equal(seen.fault, HTTP_TLS);
		stop_serving(&t);
		setenv("AWS_CA_BUNDLE", t.cert, 1);
		serve(&t, "-tls1_1");
		seen = get_tls(&t);
		assert_int_equal(seen.fault, HTTP_CONNECT);
		assert_non_null(strstr(seen.text, "can't agree on TLS with"));
		stop_serving(&t);
	}
	(void)unlink(t.key);
	(void)unlink(t.cert);
	(void)rmdir(t.dir);
	if (made != 0)
		skip();
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup(f, clean)
	const struct CMUnitTest tests[] = { CASE(answers), CASE(faults), CASE(plain_http),
		CASE(proxies), CASE(waiting), CASE(slow), CASE(dropped), CASE(tls) };

	return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
