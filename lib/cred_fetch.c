/*
 * One exchange with whoever has credentials, waited for.
 */
#include "cred_source.h"

#include "when.h"

#define STEP_MS 5000

struct attempt {
	const struct cred_exchange *x;
	int ended;
	enum cred_verdict verdict;
	int64_t wait_ms;
	struct err *err;
};

static void on_answer(void *ctx, const struct http_response *res)
{
	struct attempt *a = ctx;

	a->ended = 1;
	a->verdict = a->x->judge(a->x->ctx, res, &a->wait_ms, a->err);
}

static int pause_ms(struct http *http, int64_t ms, struct err *err)
{
	int64_t end = when_ms() + ms;

	for (int64_t left = ms; left > 0; left = end - when_ms())
		if (http_step(http, (int)left, -1, err) != 0)
			return -1;
	return 0;
}

int cred_fetch(struct http *http, const struct cred_exchange *x, struct err *err)
{
	struct attempt a = { .x = x, .verdict = CRED_AGAIN, .err = err };

	for (int i = 0; i < x->tries && a.verdict == CRED_AGAIN; i++) {
		if (i > 0 && pause_ms(http, a.wait_ms, err) != 0)
			return -1;
		a.ended = 0;
		a.wait_ms = x->pause_ms;
		if (http_start(http, x->req, on_answer, &a, err) != 0)
			return -1;
		while (!a.ended)
			if (http_step(http, STEP_MS, -1, err) != 0)
				return -1;
	}
	return a.verdict == CRED_DONE ? 0 : -1;
}
