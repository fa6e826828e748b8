/*
 * ask -- the requests of one run: the first that fails ends them all.
 *
 * For programs that need everything they ask of AWS: there is no going on without an
 * answer, and an answer that can't be understood is no answer.
 */
#ifndef IDC_ASK_H
#define IDC_ASK_H

#include <signal.h>

#include "aws.h"
#include "err.h"

struct ask {
	struct aws *aws; /* borrowed; NULL until there is something to ask */
	struct err err;	 /* of the first failure; kind ERR_NONE: none */
	char what[200];	 /* what can't be done therefore */
	volatile sig_atomic_t stop;
};

void ask_init(struct ask *k);

/* Rows of a program's table of options (struct opt): what each fills is in ask_options. */
#define ASK_OPT_ROLE                                                                       \
	{ 0, "assume-role", "ARN",                                                         \
		"a role to assume for all requests, from the credentials found" }
#define ASK_OPT_PROFILE                                                                    \
	{ 0, "profile", "NAME", "the profile of ~/.aws/config and credentials to use" }
#define ASK_OPT_TRACE                                                                      \
	{ 0, "trace", "FILE",                                                              \
		"append all that goes over the wire to FILE, without secrets" }
#define ASK_OPT_VERBOSE                                                                    \
	{ 'v', "verbose", NULL,                                                            \
		"a line for each request, and at the end how often each operation was "    \
		"called" }

/* How a program was told to speak to AWS. */
struct ask_options {
	struct aws_options aws; /* who asks, and as whom */
	int verbose;	   /* -v: a note for every request */
	const char *trace; /* --trace: the file, or NULL */
	const char *state; /* --state: the file that answers instead of AWS, or NULL */
};

/*
 * Sets k->aws: to what ask_open gives, or to a client that options->state answers. STATUS_OK,
 * or the status to end with, after saying why. ask_close ends either.
 */
int ask_start(struct ask *k, const struct ask_options *options);

/*
 * aws_open, with notes of what is to be known while it works, and what options (borrowed)
 * ask for. NULL with err filled. The client ends with ask_close.
 */
struct aws *ask_open(const struct ask_options *options, struct err *err);

/* aws_free of aws (may be NULL), and the end of the trace. */
void ask_close(struct aws *aws);

/* Whether something has failed; callbacks then do nothing more. */
int ask_failed(const struct ask *k);

/* Remembers that res is an error, and what can't be done therefore ("can't list OUs"). */
void ask_fail(struct ask *k, const struct aws_result *res, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Remembers that an answer of op is not what AWS documents; always -1. */
int ask_bad(struct ask *k, const char *op, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Remembers that the answers, though understood, leave nothing to do; always -1. */
int ask_refuse(struct ask *k, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * Calls read for every item of a page of op until it fails. Non-zero when something has
 * failed, as an aws_page callback returns it.
 */
int ask_each(struct ask *k, const char *op, jv items, int (*read)(void *ctx, jv item),
	void *ctx);

/*
 * Waits until *pending (or, when it is NULL, everything) is done or something fails.
 * 0, or -1 after a failure; then nothing is in flight any more.
 */
int ask_wait(struct ask *k, const size_t *pending);

/* Says what failed. Returns STATUS_AWS, or STATUS_FAILED when it was not AWS who was asked. */
int ask_report(const struct ask *k);

/*
 * Sees to it, before aws_new, that requests go to the region that the stream's Instance
 * record (borrowed) is of: AWS_REGION is set to it where it is unset; where it says another
 * one, that is said. STATUS_OK, or the status to end with: another region can't have that
 * instance.
 */
int ask_region(jv instance);

/*
 * The requests that aws (may be NULL) has sent so far. each != 0 also says those of every
 * operation, in a note of its own: what -v asks for.
 */
double ask_count(const struct aws *aws, int each);

#endif
