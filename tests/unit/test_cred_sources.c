/*
 * cred: profiles, roles, SSO logins, processes and EC2 instances, against scripted servers
 * and files; what is asked, what is made of the answers, and that no secret shows.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>

#include <cmocka.h>

#include "cred.h"
#include "cred_source.h"
#include "cred_xml.h"
#include "http.h"
#include "loopback.h"
#include "mem.h"
#include "secret.h"

#define T_2026 1795485600 /* 2026-11-24T02:00:00Z */
#define ROLE "arn:aws:iam::111122223333:role/deploy"
#define GIVEN(action, key)                                                                 \
	"<" action "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><" action \
	"Result><AssumedRoleUser><Arn>arn</Arn></AssumedRoleUser><Credentials>"            \
	"<SessionToken>s3cr3t-token-" key "</SessionToken><SecretAccessKey>s3cr3t-" key    \
	"+/&#x3D;</SecretAccessKey><Expiration>2026-11-24T03:00:00Z</Expiration>"          \
	"<AccessKeyId>" key "</AccessKeyId></Credentials></" action "Result></" action     \
	"Response>"
#define REFUSED(code, message)                                                             \
	"<ErrorResponse><Error><Type>Sender</Type><Code>" code "</Code><Message>" message  \
	"</Message></Error><RequestId>r-1</RequestId></ErrorResponse>"
#define XML "Content-Type: text/xml\r\n"
#define JSON "Content-Type: application/json\r\n"

static char dir[] = "/tmp/idc-cred.XXXXXX";
static struct cred_wanted wanted;
static struct loopback server;
static struct cred cred;
static struct err err;

static const char *const variables[] = { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
	"AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN",
	"AWS_ROLE_SESSION_NAME", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
	"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN",
	"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_ENDPOINT_URL",
	"AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_SSO", "AWS_MAX_ATTEMPTS",
	"AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_METADATA_SERVICE_TIMEOUT",
	"AWS_METADATA_SERVICE_NUM_ATTEMPTS", "http_proxy" };

/* dir/name, until the next call. */
static const char *in_dir(const char *name)
{
	static char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void write_file(const char *name, const char *text)
{
	int fd = open(in_dir(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static int clean(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		unsetenv(variables[i]);
	setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
	setenv("HOME", dir, 1);
	setenv("AWS_CONFIG_FILE", in_dir("config"), 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", in_dir("credentials"), 1);
	write_file("config", "");
	write_file("credentials", "");
	wanted = (struct cred_wanted){ .prog = "idc-test", .region = "eu-central-1" };
	return 0;
}

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	char *command = mem_format("rm -rf '%s'", dir);
	int status = system(command); /* NOLINT: a test's own folder */

	(void)state;
	free(command);
	return status;
}

static int find(void)
{
	struct http *http = http_new("idc-test", &err);
	int status;

	assert_non_null(http);
	status = cred_find(http, &wanted, T_2026, &cred, &err);
	http_free(http);
	return status;
}

static void expect_found(const char *key, const char *secret)
{
	int status = find();

	if (status != 0)
		print_error("# %s\n", err.text);
	assert_int_equal(status, 0);
	assert_string_equal(cred.access_key_id, key);
	assert_string_equal(cred.secret_access_key, secret);
	cred_release(&cred);
}

static void expect_none(const char *text)
{
	assert_int_equal(find(), -1);
	if (!strstr(err.text, text))
		print_error("# %s\n", err.text);
	assert_int_equal(err.kind, ERR_CRED);
	assert_non_null(strstr(err.text, text));
	assert_null(strstr(err.text, "s3cr3t"));
	assert_null(cred.secret_access_key);
}

static void expect_sent(size_t n, const char *text)
{
	assert_true(n < server.n);
	if (!strstr(server.requests[n], text))
		print_error("# %s\n", server.requests[n]);
	assert_non_null(strstr(server.requests[n], text));
}

#define SERVE(variable, ...)                                                               \
	static const struct loopback_reply script[] = { __VA_ARGS__ };                     \
	loopback_start(&server, script, sizeof(script) / sizeof(script[0]));               \
	setenv(variable, server.url, 1)

/* --- profiles ----------------------------------------------------------------------- */

static void keys(void **state)
{
	(void)state;
	write_file("config",
		"[default]\nregion = x\n[profile a]\naws_access_key_id = CONFIG\n"
		"aws_secret_access_key = s3cr3t-c\n"
		"[profile half]\naws_access_key_id = HALF\n"
		"[profile blank]\naws_access_key_id = A B\naws_secret_access_key = s3cr3t\n"
		"[profile login]\nlogin_session = arn\n");
	write_file("credentials",
		"[b]\naws_access_key_id = B\naws_secret_access_key = s3cr3t-b\n"
		"aws_session_token = s3cr3t-t\n");
	expect_none("profile: 'default' has no credentials; web identity: ");
	setenv("AWS_PROFILE", "a", 1);
	expect_found("CONFIG", "s3cr3t-c");
	setenv("AWS_PROFILE", "b", 1);
	expect_found("B", "s3cr3t-b");
	/* The environment's come before AWS_PROFILE's, --profile before both. */
	setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "s3cr3t-e", 1);
	expect_found("ENV", "s3cr3t-e");
	wanted.profile = "a";
	expect_found("CONFIG", "s3cr3t-c");
	wanted.profile = "half";
	expect_none("no credentials: profile: 'half': it has aws_access_key_id, but no "
		    "aws_secret_access_key");
	wanted.profile = "blank";
	expect_none("'blank': aws_access_key_id holds a blank or a control character");
	wanted.profile = "default";
	expect_none("no credentials: profile: 'default' has no credentials");
	wanted.profile = "login";
	expect_none("'login': a login_session is not read");
	wanted.profile = "c";
	expect_none("no credentials: profile: there is no profile 'c' in ");
}

/* A renewal asks the source that gave the old ones, and no other. */
static void renewal(void **state)
{
	(void)state;
	setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "s3cr3t-e", 1);
	write_file("credentials",
		"[default]\naws_access_key_id = D\naws_secret_access_key = s3cr3t-d\n");
	wanted.source = CRED_PROFILE;
	expect_found("D", "s3cr3t-d");
	write_file("credentials", "");
	expect_none("no credentials: profile: there is no profile 'default' in ");
	wanted.source = CRED_ENVIRONMENT;
	expect_found("ENV", "s3cr3t-e");
}

static void role(void **state)
{
	SERVE("AWS_ENDPOINT_URL_STS", { 200, XML, GIVEN("AssumeRole", "ROLE1"), 0 },
		{ 200, XML, GIVEN("AssumeRole", "ROLE2"), 0 });

	(void)state;
	write_file("config",
		"[profile base]\naws_access_key_id = BASE\naws_secret_access_key = "
		"s3cr3t-b\naws_session_token = s3cr3t-s\n"
		"[profile one]\nrole_arn = " ROLE "\nsource_profile = base\n"
		"external_id = x/1\nduration_seconds = 900\nrole_session_name = me\n"
		"[profile two]\nrole_arn = arn:aws:iam::444455556666:role/path/b\n"
		"source_profile = one\n");
	setenv("AWS_PROFILE", "two", 1);
	expect_found("ROLE2", "s3cr3t-ROLE2+/=");
	assert_int_equal(server.n, 2);
	expect_sent(0, "POST / HTTP/1.1\r\n");
	expect_sent(0, "\r\nX-Amz-Security-Token: s3cr3t-s\r\n");
	expect_sent(0, "\r\nAuthorization: AWS4-HMAC-SHA256 "
		       "Credential=BASE/20261124/eu-central-1/sts/aws4_request, "
		       "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, ");
	expect_sent(0, "\r\n\r\nAction=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3A"
		       "iam%3A%3A111122223333%3Arole%2Fdeploy&RoleSessionName=me&"
		       "ExternalId=x%2F1&DurationSeconds=900");
	expect_sent(1, "\r\nX-Amz-Security-Token: s3cr3t-token-ROLE1\r\n");
	expect_sent(1, "Credential=ROLE1/");
	expect_sent(1, "role%2Fpath%2Fb&RoleSessionName=idc-test-1795485600");
	assert_int_equal(find(), 0);
	assert_int_equal(cred.expires, T_2026 + 3600);
	assert_string_equal(cred.session_token, "s3cr3t-token-ROLE2");
	assert_int_equal(cred.source, CRED_PROFILE);
	assert_true(cred_is_renewable(&cred));
	cred_release(&cred);
	loopback_stop(&server);
}

static void assume_role(void **state)
{
	SERVE("AWS_ENDPOINT_URL", { 200, XML, GIVEN("AssumeRole", "HOP"), 0 });

	(void)state;
	setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "s3cr3t-e", 1);
	setenv("AWS_ROLE_SESSION_NAME", "ci@1", 1);
	wanted.assume_role = ROLE;
	expect_found("HOP", "s3cr3t-HOP+/=");
	expect_sent(0, "Credential=ENV/");
	expect_sent(0, "RoleSessionName=ci%401");
	assert_null(strstr(server.requests[0], "X-Amz-Security-Token"));
	assert_int_equal(find(), 0);
	assert_int_equal(cred.source, CRED_ENVIRONMENT);
	assert_true(cred_is_renewable(&cred));
	cred_release(&cred);
	assert_true(cred_is_role("arn:aws-us-gov:iam::111122223333:role/a/b"));
	assert_false(cred_is_role("arn:aws:iam::111122223333:user/a"));
	assert_false(cred_is_role("arn:aws:iam::11112222333:role/a"));
	assert_false(cred_is_role("arn:aws:iam::111122223333:role/"));
	assert_false(cred_is_role("arn:aws:iam::111122223333:role/a b"));
	assert_false(cred_is_role("deploy"));
	loopback_stop(&server);
}

static void role_refused(void **state)
{
	SERVE("AWS_ENDPOINT_URL_STS",
		{ 403, XML,
			REFUSED("AccessDenied", "User: arn:x is not authorized to perform: "
						"sts:AssumeRole on resource: " ROLE),
			0 },
		{ 403, XML,
			REFUSED("SignatureDoesNotMatch", "canonical: s3cr3t-s, s3cr3t-b"),
			0 },
		{ 400, XML, REFUSED("ValidationError", "bad s3cr3t-session-token here"),
			0 },
		{ 503, XML, REFUSED("ServiceUnavailable", "later"), 0 },
		{ 400, XML, REFUSED("Throttling", "Rate exceeded"), 0 },
		{ 200, XML, "<a><Credentials><AccessKeyId>K</AccessKeyId>", 0 },
		{ 200, XML, GIVEN("AssumeRole", "LATE"), 0 });

	(void)state;
	write_file("config",
		"[default]\naws_access_key_id = BASE\naws_secret_access_key = s3cr3t-b\n"
		"aws_session_token = s3cr3t-session-token\nrole_arn = " ROLE
		"\nsource_profile = default\n");
	expect_none("no credentials: profile: 'default': AssumeRole: User: arn:x is not "
		    "authorized to perform: sts:AssumeRole on resource: " ROLE
		    " (AccessDenied)");
	expect_none("AssumeRole: AWS refused the signature");
	expect_none("AssumeRole: bad ");
	expect_found("LATE", "s3cr3t-LATE+/=");
	assert_int_equal(server.n, 7);
	loopback_stop(&server);
	setenv("AWS_MAX_ATTEMPTS", "1", 1);
	expect_none("AssumeRole: nobody is listening at '127.0.0.1:");
}

/* The value of X-Amz-Date in the nth request, until the next call. */
static const char *date_sent(size_t n)
{
	static char stamp[32];
	const char *at = strstr(server.requests[n], "X-Amz-Date: ");

	assert_non_null(at);
	(void)snprintf(stamp, sizeof(stamp), "%.16s", at + 12);
	return stamp;
}

/* AWS's time is taken from the refusal, for all that follows; that is no try. */
static void role_skewed(void **state)
{
	SERVE("AWS_ENDPOINT_URL_STS",
		{ 403, XML "Date: Tue, 24 Nov 2026 04:00:00 GMT\r\n",
			REFUSED("SignatureDoesNotMatch", "Signature expired: ..."), 0 },
		{ 200, XML, GIVEN("AssumeRole", "ONE"), 0 },
		{ 200, XML, GIVEN("AssumeRole", "TWO"), 0 },
		{ 403, XML "Date: Tue, 24 Nov 2026 04:00:00 GMT\r\n",
			REFUSED("SignatureDoesNotMatch", "Signature expired: ..."), 0 });

	(void)state;
	setenv("AWS_MAX_ATTEMPTS", "1", 1);
	write_file("config",
		"[default]\naws_access_key_id = BASE\naws_secret_access_key = s3cr3t-b\n"
		"role_arn = " ROLE "\nsource_profile = default\n");
	wanted.assume_role = ROLE;
	assert_int_equal(find(), 0);
	assert_string_equal(cred.access_key_id, "TWO");
	assert_in_range(cred.skew_s, 7198, 7200);
	assert_memory_equal(date_sent(0), "20261124T0200", 13);
	assert_memory_equal(date_sent(1), "20261124T04000", 14);
	assert_memory_equal(date_sent(2), "20261124T04000", 14);
	cred_release(&cred);
	/* Once, and no more. */
	expect_none("AssumeRole: AWS refused the signature");
	assert_int_equal(server.n, 5);
	loopback_stop(&server);
}

/* Every try is signed at its own time; no wait is begun that can't end. */
static void role_waits(void **state)
{
	SERVE("AWS_ENDPOINT_URL_STS",
		{ 503, XML "Retry-After: 2\r\n", REFUSED("ServiceUnavailable", "later"),
			0 },
		{ 200, XML, GIVEN("AssumeRole", "LATE"), 0 },
		{ 503, XML "Retry-After: 200\r\n", REFUSED("ServiceUnavailable", "later"),
			0 },
		{ 200, "", "", LOOPBACK_STALL });
	time_t start = time(NULL);

	(void)state;
	setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "s3cr3t-e", 1);
	wanted.assume_role = ROLE;
	expect_found("LATE", "s3cr3t-LATE+/=");
	assert_memory_equal(date_sent(0), "20261124T02000", 14);
	assert_true(strcmp(date_sent(1), "20261124T020002Z") >= 0);
	expect_none("AssumeRole: later");
	wanted.limit_ms = 300;
	expect_none("AssumeRole: no answer in time from '127.0.0.1:");
	assert_true(time(NULL) - start < 10);
	loopback_stop(&server);
}

static volatile sig_atomic_t signals;

static void on_alarm(int sig)
{
	(void)sig;
	signals++;
}

static void expect_interrupted(const char *text)
{
	const struct itimerval soon = { .it_value = { .tv_usec = 200000 } };
	const struct sigaction act = { .sa_handler = on_alarm };
	time_t start = time(NULL);

	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	wanted.signals = &signals;
	expect_none(text);
	assert_true(time(NULL) - start <= 2);
}

/* A signal ends a request, a wait and a process; one that came before does not. */
static void interrupted(void **state)
{
	SERVE("AWS_ENDPOINT_URL_STS",
		{ 503, XML "Retry-After: 20\r\n", REFUSED("ServiceUnavailable", "later"),
			0 },
		{ 200, "", "", LOOPBACK_STALL });

	(void)state;
	signals = 1;
	setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "s3cr3t-e", 1);
	wanted.assume_role = ROLE;
	expect_interrupted("--assume-role '" ROLE "': interrupted by a signal");
	expect_interrupted("--assume-role '" ROLE "': interrupted by a signal");
	unsetenv("AWS_ACCESS_KEY_ID");
	unsetenv("AWS_SECRET_ACCESS_KEY");
	write_file("config", "[default]\ncredential_process = exec sleep 60\n");
	expect_interrupted("its credential_process: interrupted by a signal");
	write_file("config", "[default]\ncredential_process = exec >&-; exec sleep 60\n");
	expect_interrupted("its credential_process: ended by signal 9");
	loopback_stop(&server);
}

static void role_mistakes(void **state)
{
	static const char *const cases[][2] = {
		{ "mfa", "'mfa': it has mfa_serial, and nobody can be asked for a code" },
		{ "none", "'none': it has role_arn, but neither source_profile nor" },
		{ "both", "'both': it has both source_profile and credential_source" },
		{ "loop", "'loop': 'loop2': source_profile leads back to 'loop'" },
		{ "self", "'self': it has aws_access_key_id, but no" },
		{ "gone", "'gone': there is no profile 'nowhere'" },
		{ "empty", "'empty': 'default' has no credentials" },
		{ "odd", "'odd': credential_source is none of Environment, " },
		{ "env", "'env': credential_source Environment: AWS_ACCESS_KEY_ID is not "
			 "set" },
		{ "long", "'long': duration_seconds is no number from 900 to 43200" },
		{ "arn", "'arn': 'deploy' is no ARN of a role" },
		{ "web", "'web': it has web_identity_token_file, but no role_arn" },
		{ "webfile",
			"'webfile': the token file '/nonexistent/token': No such file" },
	};
	struct buf b;

	(void)state;
	write_file("config",
		"[default]\nregion = x\n"
		"[profile keys]\naws_access_key_id=K\naws_secret_access_key=s3cr3t\n"
		"[profile mfa]\nrole_arn = " ROLE "\nsource_profile = keys\n"
		"mfa_serial = arn:aws:iam::111122223333:mfa/me\n"
		"[profile none]\nrole_arn = " ROLE "\n"
		"[profile both]\nrole_arn = " ROLE "\nsource_profile = keys\n"
		"credential_source = Environment\n"
		"[profile loop]\nrole_arn = " ROLE "\nsource_profile = loop2\n"
		"[profile loop2]\nrole_arn = " ROLE "\nsource_profile = loop\n"
		"[profile self]\nrole_arn = " ROLE "\nsource_profile = self\n"
		"aws_access_key_id = K\n"
		"[profile gone]\nrole_arn = " ROLE "\nsource_profile = nowhere\n"
		"[profile empty]\nrole_arn = " ROLE "\nsource_profile = default\n"
		"[profile odd]\nrole_arn = " ROLE "\ncredential_source = Keychain\n"
		"[profile env]\nrole_arn = " ROLE "\ncredential_source = Environment\n"
		"[profile long]\nrole_arn = " ROLE "\nsource_profile = keys\n"
		"duration_seconds = 899\n"
		"[profile arn]\nrole_arn = deploy\nsource_profile = keys\n"
		"[profile web]\nweb_identity_token_file = /x\n"
		"[profile webfile]\nrole_arn = " ROLE
		"\nweb_identity_token_file = /nonexistent/token\n");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		setenv("AWS_PROFILE", cases[i][0], 1);
		expect_none(cases[i][1]);
	}
	/* A chain that is too long, though it is no loop. */
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 40; i++)
		buf_addf(&b, "[profile p%d]\nrole_arn = " ROLE "\nsource_profile = p%d\n",
			i, i + 1);
	write_file("config", buf_str(&b));
	buf_release(&b);
	setenv("AWS_PROFILE", "p0", 1);
	expect_none("no credentials: profile: 'p0': 'p1': 'p2': ");
}

static void credential_source(void **state)
{
	SERVE("AWS_ENDPOINT_URL_STS", { 200, XML, GIVEN("AssumeRole", "R"), 0 });

	(void)state;
	setenv("AWS_ACCESS_KEY_ID", "ENV", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "s3cr3t-e", 1);
	write_file("config",
		"[profile e]\nrole_arn = " ROLE "\ncredential_source = environment\n");
	wanted.profile = "e";
	expect_found("R", "s3cr3t-R+/=");
	expect_sent(0, "Credential=ENV/");
	loopback_stop(&server);
}

/* --- web identities ----------------------------------------------------------------- */

static void web_identity(void **state)
{
	SERVE("AWS_ENDPOINT_URL_STS",
		{ 200, XML, GIVEN("AssumeRoleWithWebIdentity", "WEB"), 0 },
		{ 200, XML, GIVEN("AssumeRoleWithWebIdentity", "PROFILE"), 0 },
		{ 400, XML, REFUSED("InvalidIdentityToken", "no: s3cr3t.jwt.token"), 0 });

	(void)state;
	setenv("AWS_WEB_IDENTITY_TOKEN_FILE", in_dir("token"), 1);
	expect_none("no credentials: web identity: AWS_WEB_IDENTITY_TOKEN_FILE is set, but "
		    "AWS_ROLE_ARN is not");
	setenv("AWS_ROLE_ARN", ROLE, 1);
	setenv("AWS_ROLE_SESSION_NAME", "pod", 1);
	expect_none("no credentials: web identity: the token file '");
	write_file("token", "s3cr3t jwt\n");
	expect_none("holds a blank or a control character");
	write_file("token", "s3cr3t.jwt.token\n");
	expect_found("WEB", "s3cr3t-WEB+/=");
	expect_sent(0, "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=");
	expect_sent(0, "&RoleSessionName=pod&WebIdentityToken=s3cr3t.jwt.token");
	assert_null(strstr(server.requests[0], "Authorization"));
	unsetenv("AWS_WEB_IDENTITY_TOKEN_FILE");
	write_file("config",
		"[default]\nrole_arn = " ROLE "\nweb_identity_token_file = ~/token\n");
	expect_found("PROFILE", "s3cr3t-PROFILE+/=");
	expect_none("no credentials: profile: 'default': AssumeRoleWithWebIdentity: no: ");
	loopback_stop(&server);
}

/* --- processes ---------------------------------------------------------------------- */

#define GOOD                                                                               \
	"{\"Version\": 1, \"AccessKeyId\": \"P\", \"SecretAccessKey\": \"s3cr3t-p\", "     \
	"\"SessionToken\": \"s3cr3t-t\", \"Expiration\": \"2026-11-24T03:00:00+00:00\"}"

static void set_process(const char *command)
{
	char *text = mem_format("[default]\ncredential_process = %s\n", command);

	write_file("config", text);
	free(text);
}

static void process(void **state)
{
	(void)state;
	write_file("good", GOOD);
	/* A shell's line; its standard input is empty. */
	set_process("cat - ~/good | cat # to the shell");
	expect_found("P", "s3cr3t-p");
	assert_int_equal(find(), 0);
	assert_int_equal(cred.expires, T_2026 + 3600);
	assert_string_equal(cred.session_token, "s3cr3t-t");
	cred_release(&cred);
	set_process("echo s3cr3t; exit 3");
	expect_none("no credentials: profile: 'default': its credential_process: exit "
		    "status 3");
	set_process("kill -9 $$");
	expect_none("its credential_process: ended by signal 9");
	set_process("echo s3cr3t");
	expect_none("its credential_process: its answer is no JSON object");
	set_process("sed 's/: 1,/: 2,/' ~/good");
	expect_none("its credential_process: its answer is not of Version 1");
	set_process("sed 's/2026/2025/' ~/good");
	/* By our clock, which may be the wrong one. */
	expect_found("P", "s3cr3t-p");
	set_process("yes s3cr3t");
	expect_none("its credential_process: more than 65536 bytes of output");
	set_process("sed 's/\"20.*Z*\"/null/' ~/good");
	assert_int_equal(find(), 0);
	assert_int_equal(cred.expires, 0);
	cred_release(&cred);
}

static void process_late(void **state)
{
	struct cred out = { 0 };
	struct http *http = http_new("idc-test", &err);
	struct cred_look look = { .http = http, .wanted = &wanted };
	time_t start = time(NULL);

	(void)state;
	cred_look_begin(&look);
	assert_int_equal(cred_process(&look, "exec sleep 60", 100, &out, &err), -1);
	assert_string_equal(err.text, "no answer in time");
	/* One that says all and stays. */
	write_file("good", GOOD);
	assert_int_equal(
		cred_process(&look, "cat ~/good; exec >&-; exec sleep 60", 300, &out, &err),
		-1);
	assert_string_equal(err.text, "ended by signal 9");
	assert_true(time(NULL) - start < 30);
	cred_release(&out);
	http_free(http);
}

/* --- SSO ---------------------------------------------------------------------------- */

#define SSO                                                                                \
	"[profile s]\nsso_session = corp\nsso_account_id = 111122223333\n"                 \
	"sso_role_name = Power User\n"                                                     \
	"[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\n"             \
	"sso_region = eu-west-1\n"                                                         \
	"[profile old]\nsso_start_url = https://corp.awsapps.com/start\n"                  \
	"sso_region = eu-west-1\nsso_account_id = 111122223333\nsso_role_name = Old\n"
#define LOGIN(expires)                                                                     \
	"{\"startUrl\": \"u\", \"region\": \"eu-west-1\", \"accessToken\": "               \
	"\"s3cr3t-access\", \"expiresAt\": \"" expires "\"}"
#define ROLE_CREDENTIALS                                                                   \
	"{\"roleCredentials\":{\"accessKeyId\":\"S\",\"secretAccessKey\":\"s3cr3t-s\","    \
	"\"sessionToken\":\"s3cr3t-t\",\"expiration\":1795489200000}}"
#define SHA1_CORP "ee0bfd2552fbd840c02cc48b6e823320543c450f"
#define SHA1_URL "a51746d4aa793ae07b25e90c3a5db96fc7832bd7"

/* A file's name in the cache. */
static void cache(const char *hash, const char *text)
{
	char *name = mem_format(".aws/sso/cache/%s.json", hash);

	(void)mkdir(in_dir(".aws"), 0700);
	(void)mkdir(in_dir(".aws/sso"), 0700);
	(void)mkdir(in_dir(".aws/sso/cache"), 0700);
	write_file(name, text);
	free(name);
}

static void sso(void **state)
{
	SERVE("AWS_ENDPOINT_URL_SSO", { 200, JSON, ROLE_CREDENTIALS, 0 },
		{ 401, JSON, "{\"message\":\"s3cr3t-access is not valid\"}", 0 },
		{ 429, JSON "x-amzn-ErrorType: TooManyRequestsException\r\n", "{}", 0 },
		{ 200, JSON, ROLE_CREDENTIALS, 0 },
		{ 404, JSON "x-amzn-ErrorType: ResourceNotFoundException\r\n",
			"{\"message\":\"No such role\"}", 0 },
		{ 200, JSON, "{\"roleCredentials\":[]}", 0 });

	(void)state;
	write_file("config", SSO);
	setenv("AWS_PROFILE", "s", 1);
	expect_none("no credentials: profile: 's': there is no SSO login in the cache: run "
		    "'aws sso login --profile s'");
	cache(SHA1_CORP, LOGIN("2026-11-24T02:00:00Z"));
	expect_none("'s': the SSO login has expired: run 'aws sso login --profile s'");
	cache(SHA1_CORP, "{\"accessToken\": \"s3cr3t-access\"}");
	expect_none("'s': the SSO login in the cache can't be read: run 'aws sso login");
	cache(SHA1_CORP, LOGIN("2026-11-24T02:00:01Z"));
	expect_found("S", "s3cr3t-s");
	expect_sent(0, "GET /federation/credentials?role_name=Power%20User&account_id="
		       "111122223333 HTTP/1.1\r\n");
	expect_sent(0, "\r\nx-amz-sso_bearer_token: s3cr3t-access\r\n");
	expect_none("'s': the SSO login has expired or was ended: run 'aws sso login "
		    "--profile s'");
	setenv("AWS_PROFILE", "old", 1);
	expect_none("'old': there is no SSO login in the cache");
	cache(SHA1_URL, LOGIN("2026-11-24T08:00:00UTC"));
	assert_int_equal(find(), 0);
	assert_int_equal(cred.expires, T_2026 + 3600);
	cred_release(&cred);
	expect_none("'old': ResourceNotFoundException: No such role");
	expect_none("'old': its answer has no accessKeyId or no secretAccessKey");
	loopback_stop(&server);
}

#define OLD_LOGIN                                                                          \
	"{\"startUrl\": \"u\", \"region\": \"eu-west-1\", \"accessToken\": "               \
	"\"s3cr3t-access\", \"expiresAt\": \"2026-11-24T01:00:00Z\", \"clientId\": "       \
	"\"client\", \"clientSecret\": \"s3cr3t\\\"client\", \"registrationExpiresAt\": "  \
	"\"2026-12-24T01:00:00Z\", \"refreshToken\": \"s3cr3t-refresh\"}"

/* A login that has expired is refreshed, and the cache is what the AWS CLI makes of it. */
static void sso_refreshed(void **state)
{
	static const char name[] = ".aws/sso/cache/" SHA1_CORP ".json";
	struct stat before;
	struct stat after;
	size_t len;
	char *text;
	SERVE("AWS_ENDPOINT_URL",
		{ 200, JSON,
			"{\"accessToken\": \"s3cr3t-new\", \"expiresIn\": 3600, "
			"\"refreshToken\": \"s3cr3t-next\", \"tokenType\": \"Bearer\"}",
			0 },
		{ 200, JSON, ROLE_CREDENTIALS, 0 }, { 200, JSON, ROLE_CREDENTIALS, 0 },
		{ 400, JSON,
			"{\"error\":\"invalid_grant\",\"error_description\":\"s3cr3t\"}",
			0 });

	(void)state;
	write_file("config", SSO);
	setenv("AWS_PROFILE", "s", 1);
	cache(SHA1_CORP, OLD_LOGIN);
	assert_int_equal(stat(in_dir(name), &before), 0);
	expect_found("S", "s3cr3t-s");
	expect_sent(0, "POST /token HTTP/1.1\r\n");
	expect_sent(0, "\r\n\r\n{\"clientId\": \"client\", \"clientSecret\": "
		       "\"s3cr3t\\\"client\", \"grantType\": \"refresh_token\", "
		       "\"refreshToken\": \"s3cr3t-refresh\"}");
	expect_sent(1, "\r\nx-amz-sso_bearer_token: s3cr3t-new\r\n");
	assert_int_equal(stat(in_dir(name), &after), 0);
	assert_true(before.st_ino != after.st_ino);
	assert_int_equal(after.st_mode & 0777, 0600);
	text = secret_file(in_dir(name), 4096, &len, &err);
	assert_string_equal(text,
		"{\"startUrl\": \"https://corp.awsapps.com/start\", \"region\": "
		"\"eu-west-1\", \"accessToken\": \"s3cr3t-new\", \"expiresAt\": "
		"\"2026-11-24T03:00:00Z\", \"clientId\": \"client\", \"clientSecret\": "
		"\"s3cr3t\\\"client\", \"registrationExpiresAt\": "
		"\"2026-12-24T01:00:00Z\", \"refreshToken\": \"s3cr3t-next\"}");
	secret_free(&text);
	/* What is in the cache now is good. */
	expect_found("S", "s3cr3t-s");
	assert_int_equal(server.n, 3);
	/* AWS refuses. */
	cache(SHA1_CORP, OLD_LOGIN);
	expect_none("'s': the SSO login has expired, and was not refreshed (status 400, "
		    "invalid_grant): run 'aws sso login --profile s'");
	loopback_stop(&server);
}

static void sso_mistakes(void **state)
{
	static const char *const cases[][2] = {
		{ "nosession", "'nosession': there is no [sso-session nowhere]" },
		{ "norole", "'norole': it is for SSO, but has no sso_role_name" },
		{ "region", "'region': sso_region is no name of a region" },
		{ "account", "'account': sso_account_id is not 12 digits" },
	};

	(void)state;
	write_file("config",
		"[profile nosession]\nsso_session = nowhere\nsso_account_id = "
		"111122223333\n"
		"[profile norole]\nsso_start_url = u\nsso_region = r\nsso_account_id = "
		"111122223333\n"
		"[profile region]\nsso_start_url = u\nsso_region = r.evil.com/\n"
		"sso_account_id = 111122223333\nsso_role_name = R\n"
		"[profile account]\nsso_start_url = u\nsso_region = r\n"
		"sso_account_id = 1\nsso_role_name = R\n");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		setenv("AWS_PROFILE", cases[i][0], 1);
		expect_none(cases[i][1]);
	}
}

/* --- EC2 instances ------------------------------------------------------------------ */

#define INSTANCE                                                                           \
	"{\"Code\":\"Success\",\"Type\":\"AWS-HMAC\",\"AccessKeyId\":\"I\","               \
	"\"SecretAccessKey\":\"s3cr3t-i\",\"Token\":\"s3cr3t-t\",\"Expiration\":"          \
	"\"2026-11-24T08:00:00Z\"}"

static void instance(void **state)
{
	SERVE("AWS_EC2_METADATA_SERVICE_ENDPOINT", { 200, "", "s3cr3t-imds==", 0 },
		{ 200, "", "my-role\nother", 0 }, { 200, "", INSTANCE, 0 },
		{ 500, "", "", 0 }, { 200, "", "s3cr3t-imds==", 0 }, { 404, "", "", 0 },
		{ 200, "", "s3cr3t-imds==", 0 }, { 200, "", "my-role", 0 },
		{ 200, "",
			"{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":"
			"\"s3cr3t\"}",
			0 },
		{ 403, "", "", 0 });

	(void)state;
	unsetenv("AWS_EC2_METADATA_DISABLED");
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	expect_found("I", "s3cr3t-i");
	expect_sent(0, "PUT /latest/api/token HTTP/1.1\r\n");
	expect_sent(0, "\r\nx-aws-ec2-metadata-token-ttl-seconds: ");
	expect_sent(1, "GET /latest/meta-data/iam/security-credentials/ HTTP/1.1\r\n");
	expect_sent(1, "\r\nx-aws-ec2-metadata-token: s3cr3t-imds==\r\n");
	expect_sent(2, "GET /latest/meta-data/iam/security-credentials/my-role HTTP");
	expect_none("; EC2 instance: it has no role: status 404");
	expect_none("; EC2 instance: role 'my-role': 'AssumeRoleUnauthorizedAccess'");
	expect_none("; EC2 instance: status 403");
	setenv("AWS_EC2_METADATA_DISABLED", "TRUE", 1);
	expect_none("; EC2 instance: AWS_EC2_METADATA_DISABLED is TRUE");
	assert_int_equal(server.n, 10);
	loopback_stop(&server);
	unsetenv("AWS_EC2_METADATA_DISABLED");
	/* Nobody there: one source among those that gave none. */
	expect_none("no credentials: environment: AWS_ACCESS_KEY_ID is not set; profile: ");
	expect_none("; EC2 instance: nobody is listening at '127.0.0.1:");
	setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://example.com/", 1);
	expect_none("EC2 instance: can't use the URL of 'example.com'");
	assert_true(http_is_metadata("169.254.169.254"));
	assert_true(http_is_metadata("[fd00:ec2::254]"));
	assert_false(http_is_metadata("169.254.170.2"));
}

static void instance_slow(void **state)
{
	SERVE("AWS_EC2_METADATA_SERVICE_ENDPOINT", { 200, "", "", LOOPBACK_STALL });
	time_t start = time(NULL);

	(void)state;
	unsetenv("AWS_EC2_METADATA_DISABLED");
	expect_none("; EC2 instance: no answer in time from '127.0.0.1:");
	assert_true(time(NULL) - start <= 5);
	assert_int_equal(server.n, 2);
	setenv("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "1", 1);
	setenv("AWS_METADATA_SERVICE_TIMEOUT", "2", 1);
	start = time(NULL);
	expect_none("; EC2 instance: no answer in time from '127.0.0.1:");
	assert_true(time(NULL) - start >= 1);
	assert_int_equal(server.n, 3);
	setenv("AWS_METADATA_SERVICE_TIMEOUT", "x", 1);
	expect_none(
		"; EC2 instance: AWS_METADATA_SERVICE_TIMEOUT must be a number from 1 to ");
	loopback_stop(&server);
}

/* --- XML ---------------------------------------------------------------------------- */

static void xml(void **state)
{
	static const char *const bad[] = { "", "<a/>", "text",
		"<a><Credentials><AccessKeyId>K</AccessKeyId></Credentials></a>",
		"<!DOCTYPE a [<!ENTITY e \"x\">]><a/>",
		/* Credentials in pieces of others. */
		"<a><b><AccessKeyId>K</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
		"<SessionToken>t</SessionToken><Expiration>2026-11-24T03:00:00Z"
		"</Expiration></b></a>",
		"<a><Credentials><AccessKeyId>K</AccessKeyId><SecretAccessKey>a b"
		"</SecretAccessKey><SessionToken>t</SessionToken><Expiration>"
		"2026-11-24T03:00:00Z</Expiration></Credentials></a>",
		"<a><Credentials><AccessKeyId>K</AccessKeyId><SecretAccessKey>s"
		"</SecretAccessKey><SessionToken>t</SessionToken><Expiration>soon"
		"</Expiration></Credentials></a>" };
	const char good[] = GIVEN("AssumeRole", "K");
	struct buf deep;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct cred out = { 0 };

		assert_int_equal(cred_xml_read(bad[i], strlen(bad[i]), &out, &err), -1);
		cred_release(&out);
	}
	for (size_t len = 0; len < sizeof(good); len++) {
		struct cred out = { 0 };
		int status = cred_xml_read(good, len, &out, &err);

		assert_int_equal(status, len == sizeof(good) - 1 ? 0 : -1);
		cred_release(&out);
	}
	buf_init(&deep, 1 << 20);
	for (int i = 0; i < 10000; i++)
		buf_adds(&deep, "<a>");
	assert_int_equal(cred_xml_read(buf_str(&deep), deep.len, &cred, &err), -1);
	buf_release(&deep);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup(f, clean)
	const struct CMUnitTest tests[] = { CASE(keys), CASE(renewal), CASE(role),
		CASE(assume_role), CASE(role_refused), CASE(role_skewed), CASE(role_waits),
		CASE(interrupted), CASE(role_mistakes), CASE(credential_source),
		CASE(web_identity), CASE(process), CASE(process_late), CASE(sso),
		CASE(sso_refreshed), CASE(sso_mistakes), CASE(instance),
		CASE(instance_slow), CASE(xml) };

	return cmocka_run_group_tests_name("cred_sources", tests, make_dir, remove_dir);
}
