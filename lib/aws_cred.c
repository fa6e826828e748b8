/*
 * A client's credentials: found, renewed in time, waited for, given up.
 *
 * They are good, or about to end (within MARGIN_S), or have ended. What is about to end is
 * renewed in short attempts, with pauses in between, while requests go on with it. What has
 * ended, by AWS's clock or because AWS said so, signs nothing any more: calls wait for the
 * attempts, which may take longer now, and fail when a while has brought nothing.
 *
 * The attempts take the machine's time; pauses and patience count by when_ms.
 */
#include "aws_engine.h"

#include <stdlib.h>

#include "aws_retry.h"
#include "when.h"

#define MARGIN_S 300
#define LIMIT_MS 3000 /* of an attempt while the old ones are good; then twice that */
#define LIMIT_MAX_MS 12000
#define LIMIT_ENDED_MS 30000
#define PAUSE_MS 15000 /* after a failure, from its end; twice that after another */
#define PAUSE_MAX_MS 120000
#define PAUSE_ENDED_MS 10000
#define PAUSE_GOOD_MS 30000 /* after new ones that are about to end as well */
#define PAUSE_UNJUDGED_MS 300000
#define PATIENCE_MS 60000

/* --- the clock ---------------------------------------------------------------------- */

void aws_tell_clock(struct aws *a)
{
	if (!a->clock_untold || !a->note)
		return;
	a->clock_untold = 0;
	aws_notify(a,
		"this machine's clock is %ld s %s AWS's: requests are signed by AWS's",
		labs(a->clock_offset_s), a->clock_offset_s < 0 ? "ahead of" : "behind");
}

/* Credentials that looked expired by the wrong clock can be judged by the right one. */
void aws_set_clock(struct aws *a, long skew_s)
{
	a->clock_untold = 1;
	a->clock_set = 1;
	a->clock_offset_s += skew_s;
	a->keys.unjudged = cred_expiring(&a->cred, aws_now(a), 0);
	aws_tell_clock(a);
}

/* --- looking ------------------------------------------------------------------------ */

static int find(struct aws *a, enum cred_source source, int64_t limit_ms, struct cred *out,
	struct err *err)
{
	const struct cred_wanted wanted = { .prog = a->options.prog,
		.region = a->region,
		.profile = a->options.profile,
		.settings = a->settings,
		.assume_role = a->options.assume_role,
		.source = source,
		.limit_ms = limit_ms,
		.signals = a->options.signals };

	return cred_find(a->http, &wanted, aws_now(a), out, err);
}

static void take(struct aws *a, struct cred *fresh)
{
	struct aws_keys *k = &a->keys;
	unsigned serial = k->serial + 1;

	cred_release(&a->cred);
	a->cred = *fresh;
	*k = (struct aws_keys){ .serial = serial, .next_ms = when_ms() + PAUSE_GOOD_MS };
	if (fresh->skew_s != 0)
		aws_set_clock(a, fresh->skew_s);
	k->unjudged = cred_expiring(&a->cred, aws_now(a), 0);
	if (k->unjudged)
		k->next_ms = when_ms() + PAUSE_UNJUDGED_MS;
}

int aws_cred_open(struct aws *a, struct err *err)
{
	struct cred fresh;

	if (find(a, CRED_ANY, 0, &fresh, err) != 0)
		return -1;
	take(a, &fresh);
	/* Those that a file or a process kept may be about to end. */
	if (!a->keys.unjudged)
		a->keys.next_ms = 0;
	return 0;
}

/* --- keeping ------------------------------------------------------------------------ */

static int have_ended(const struct aws *a)
{
	return a->keys.refused ||
	       (!a->keys.unjudged && cred_expiring(&a->cred, aws_now(a), 0));
}

int aws_cred_is_awaited(const struct aws *a)
{
	return cred_is_renewable(&a->cred) && have_ended(a);
}

int aws_cred_is_lost(const struct aws *a)
{
	const struct aws_keys *k = &a->keys;

	return k->ended_ms > 0 && k->failures > 0 && aws_cred_is_awaited(a) &&
	       (a->hurry || when_ms() - k->ended_ms >= PATIENCE_MS);
}

int aws_cred_may_help(struct call *c, const struct err *err)
{
	struct aws_keys *k = &c->aws->keys;

	if (!aws_retry_is_expired(err)) {
		c->refreshed = 0;
		return 0;
	}
	if (!cred_is_renewable(&c->aws->cred) || c->refreshed)
		return 0;
	if (c->signed_serial != k->serial)
		return 1;
	k->refused = 1;
	c->refreshed = 1;
	return 1;
}

static int64_t doubled(int64_t least, int times, int64_t most)
{
	while (times-- > 0 && least < most)
		least *= 2;
	return least < most ? least : most;
}

static void renew(struct aws *a, int ended)
{
	struct aws_keys *k = &a->keys;
	struct cred fresh;
	struct err err;
	int64_t limit_ms =
		ended && !a->hurry
			? LIMIT_ENDED_MS
			: doubled(LIMIT_MS, a->hurry ? 0 : k->failures, LIMIT_MAX_MS);

	if (find(a, a->cred.source, limit_ms, &fresh, &err) == 0) {
		take(a, &fresh);
		return;
	}
	k->err = err;
	k->next_ms = when_ms() + (ended ? PAUSE_ENDED_MS
					: doubled(PAUSE_MS, k->failures, PAUSE_MAX_MS));
	if (k->failures++ == 0)
		aws_notify(a, "credentials can't be renewed yet: %s", err.text);
}

static int is_wanted(const struct aws *a)
{
	size_t n = 0;

	for (int i = 0; i < AWS_PACES; i++)
		n += a->ready[i].n;
	return n > 0 && !a->stopping && cred_is_renewable(&a->cred) &&
	       (a->keys.refused || cred_expiring(&a->cred, aws_now(a), MARGIN_S));
}

void aws_cred_keep(struct aws *a, int64_t *wait_ms)
{
	struct aws_keys *k = &a->keys;
	int64_t now_ms = when_ms();
	int64_t left_ms;
	int ended = have_ended(a);

	if (!is_wanted(a))
		return;
	/* The pause of an attempt that did not matter must not outlast the patience. */
	if (ended && k->ended_ms == 0) {
		k->ended_ms = now_ms;
		if (k->next_ms > now_ms + PAUSE_ENDED_MS)
			k->next_ms = now_ms + PAUSE_ENDED_MS;
	}
	if (now_ms >= k->next_ms) {
		renew(a, ended);
		*wait_ms = 0;
	} else if (ended) {
		left_ms = k->next_ms - now_ms;
		if (left_ms < *wait_ms)
			*wait_ms = left_ms;
	}
}
