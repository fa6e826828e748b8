/*
 * One exchange with whoever has credentials, waited for; and how long that may take.
 */
#include "cred_source.h"

#include "when.h"

#define STEP_MS 250
#define LIMIT_MS 120000

struct attempt {
	const struct cred_exchange *x;
	int ended;
	enum cred_verdict verdict;
	int64_t wait_ms;
	struct err *err;
};

/* --- how long ----------------------------------------------------------------------- */

/* By the machine's time, whatever IDC_SPEED says: those who have credentials know no other.
 */
static int64_t machine_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void cred_look_begin(struct cred_look *look)
{
	look->start_ms = machine_ms();
	look->end_ms = look->start_ms +
		       (look->wanted->limit_ms ? look->wanted->limit_ms : LIMIT_MS);
	look->signals = look->wanted->signals ? *look->wanted->signals : 0;
}

time_t cred_now(const struct cred_look *look)
{
	return look->start + (time_t)((machine_ms() - look->start_ms) / 1000) +
	       (time_t)*look->skew_s;
}

static int is_stopped(const struct cred_look *look)
{
	return look->wanted->signals && *look->wanted->signals != look->signals;
}

int64_t cred_left_ms(const struct cred_look *look)
{
	int64_t left = is_stopped(look) ? 0 : look->end_ms - machine_ms();

	return left > 0 ? left : 0;
}

/* A signal that comes just before the wait would not be seen in it: so it is short. */
static int step(const struct cred_look *look, int64_t ms, int fd, struct err *err)
{
	if (is_stopped(look))
		return err_set(err, ERR_CRED, "interrupted by a signal");
	return http_step(look->http, ms < STEP_MS ? (int)ms : STEP_MS, fd, err);
}

int cred_wait(const struct cred_look *look, int fd, struct err *err)
{
	int64_t left = cred_left_ms(look);

	if (left == 0 && !is_stopped(look))
		return err_set(err, ERR_CRED, "no answer in time");
	return step(look, left, fd, err);
}

/* --- the exchange ------------------------------------------------------------------- */

static void on_answer(void *ctx, const struct http_response *res)
{
	struct attempt *a = ctx;

	a->ended = 1;
	a->verdict = a->x->judge(a->x->ctx, res, &a->wait_ms, a->err);
}

/* Waits before another try; err stays what it is when there is no time for that. */
static int pause_ms(const struct cred_look *look, int64_t ms, struct err *err)
{
	int64_t end = when_ms() + ms;

	if (when_wait((int)ms) > cred_left_ms(look) && !is_stopped(look))
		return -1;
	for (int64_t left = ms; left > 0; left = end - when_ms())
		if (step(look, left, -1, err) != 0)
			return -1;
	return 0;
}

/* ms, or all that is left: what takes longer ends as a request that had no answer. */
static long cap(const struct cred_look *look, long ms)
{
	int64_t left = cred_left_ms(look);

	return ms < left ? ms : (long)left + 1;
}

static int try_once(const struct cred_look *look, struct attempt *a)
{
	const struct http_request *wanted =
		a->x->req ? a->x->req : a->x->write(a->x->ctx, a->err);
	struct http_request req;

	if (!wanted)
		return -1;
	req = *wanted;
	req.timeout_ms = cap(look, req.timeout_ms);
	a->ended = 0;
	a->wait_ms = a->x->pause_ms;
	if (http_start(look->http, &req, on_answer, a, a->err) != 0)
		return -1;
	while (!a->ended && step(look, STEP_MS, -1, a->err) == 0)
		continue;
	if (a->ended)
		return 0;
	http_cancel(look->http, a);
	return -1;
}

int cred_fetch(const struct cred_look *look, const struct cred_exchange *x, struct err *err)
{
	struct attempt a = { .x = x, .err = err };
	int left = x->tries;

	do {
		if (pause_ms(look, a.wait_ms, err) != 0 || try_once(look, &a) != 0)
			return -1;
		left -= a.verdict != CRED_ANEW;
	} while (left > 0 && (a.verdict == CRED_AGAIN || a.verdict == CRED_ANEW));
	return a.verdict == CRED_DONE ? 0 : -1;
}
