#include "ignore.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include <jq.h>

#include "diag.h"
#include "mem.h"
#include "rec.h"
#include "status.h"

#define SECONDS_MAX 5

struct ignore {
	jq_state *jq;
	char *message; /* the first that libjq had, or NULL */
};

/* What libjq says of a program: the first line of the first message. */
static void remember(void *ctx, jv message)
{
	struct ignore *g = ctx;
	const char *text =
		jv_get_kind(message) == JV_KIND_STRING ? jv_string_value(message) : "";
	if (strncmp(text, "jq: error: ", 11) == 0)
		text += 11;
	if (g->message == NULL)
		g->message = mem_bytes(text, strcspn(text, "\n"));
	jv_free(message);
}

static void out_of_time(int signal)
{
	static const char text[] =
		"idc-plan: error: --ignore: the condition takes longer than five seconds\n";
	(void)signal;
	ssize_t n = write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(n < 0 ? STATUS_FAILED : STATUS_USAGE);
}

/* The clock runs only while a condition is evaluated; it keeps what is left of it. */
static void resume_clock(struct itimerval *left)
{
	setitimer(ITIMER_REAL, left, NULL);
}

static void pause_clock(struct itimerval *left)
{
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };
	setitimer(ITIMER_REAL, &never, left);
}

static struct itimerval clock_left = { .it_value = { SECONDS_MAX, 0 } };

struct ignore *ignore_new(const char *expr)
{
	struct ignore *g = mem_alloc(sizeof(*g));
	g->jq = jq_init();
	if (g->jq == NULL) {
		diag_error("--ignore: libjq does not start");
		ignore_free(g);
		return NULL;
	}
	struct sigaction act = { .sa_handler = out_of_time };
	sigemptyset(&act.sa_mask);
	sigaction(SIGALRM, &act, NULL);
	jq_set_error_cb(g->jq, remember, g);
	if (jq_compile(g->jq, expr))
		return g;
	diag_error("--ignore: %s", g->message != NULL ? g->message : "no jq condition");
	ignore_free(g);
	return NULL;
}

void ignore_free(struct ignore *g)
{
	if (g == NULL)
		return;
	if (g->jq != NULL)
		jq_teardown(&g->jq);
	free(g->message);
	free(g);
}

static int failed(jv result, jv rec)
{
	jv message = jv_invalid_get_msg(result);
	const char *text = jv_get_kind(message) == JV_KIND_STRING ? jv_string_value(message)
								  : "stopped";
	diag_error("--ignore: %.300s, for '%s' of %s in %s", text,
		rec_str_or(rec, "PermissionSetName", ""),
		rec_str_or(rec, "PrincipalName", rec_str_or(rec, "PrincipalId", "")),
		rec_str_or(rec, "AccountId", ""));
	jv_free(message);
	return -1;
}

int ignore_test(struct ignore *g, jv rec)
{
	resume_clock(&clock_left);
	jq_start(g->jq, jv_copy(rec), 0);
	jv result = jq_next(g->jq);
	pause_clock(&clock_left);
	if (!jv_is_valid(result) &&
		(jq_halted(g->jq) || jv_invalid_has_msg(jv_copy(result))))
		return failed(result, rec);
	jv_kind kind = jv_get_kind(result);
	jv_free(result);
	return kind != JV_KIND_INVALID && kind != JV_KIND_NULL && kind != JV_KIND_FALSE;
}
