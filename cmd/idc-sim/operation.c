/*
 * Operations that AWS answers before they are done: assignments made and deleted,
 * permission sets provisioned.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "random.h"
#include "sim.h"

struct operation *sim_start(struct sim *s, enum operation_type type, struct set *set,
	struct account *account, struct principal *principal, const char *reason)
{
	struct operation *o = mem_alloc(sizeof(*o));
	random_uuid(&s->random, o->id);
	o->type = type;
	o->set = set;
	o->account = account;
	o->principal = principal;
	o->created = s->now;
	o->changes = set->changes;
	o->reason = mem_string(reason);
	size_t range = (size_t)(s->options.async_most_ms - s->options.async_ms) + 1;
	o->due_ms = s->now_ms + s->options.async_ms +
		    (range > 1 ? (int64_t)random_pick(&s->random, range) : 0);
	mem_grow(&s->operations, &s->operations_cap, s->n_operations + 1,
		sizeof(struct operation *));
	s->operations[s->n_operations++] = o;
	mem_grow(
		&s->running, &s->running_cap, s->n_running + 1, sizeof(struct operation *));
	s->running[s->n_running++] = o;
	map_put(&s->operations_by_id, o->id, o);
	if (type != OPERATION_PROVISION && ++s->outstanding > s->peak_outstanding)
		s->peak_outstanding = s->outstanding;
	return o;
}

struct operation *sim_running(
	const struct sim *s, const struct set *set, const struct account *account)
{
	for (size_t i = 0; i < s->n_running; i++) {
		struct operation *o = s->running[i];
		if (o->set == set &&
			(account == NULL || o->account == NULL || o->account == account))
			return o;
	}
	return NULL;
}

static void provision(struct operation *o)
{
	for (size_t i = 0; i < o->set->pairs.n; i++) {
		struct pair *pair = o->set->pairs.items[i];
		/* What changed after the operation began is not in the account yet. */
		if (o->account == NULL || pair->account == o->account)
			pair->outdated = pair->provisioned && o->changes != o->set->changes;
	}
}

/* What has come between the operation and its success, or NULL. */
static const char *obstacle(const struct sim *s, const struct operation *o)
{
	if (o->type != OPERATION_CREATE)
		return NULL;
	assert(o->account != NULL && o->principal != NULL);
	const struct pair *pair = sim_pair(o->set, o->account);
	if (strcmp(o->account->state, "ACTIVE") != 0)
		return "The account is suspended.";
	if (o->principal->gone)
		return "The principal does not exist any more.";
	if ((pair == NULL || !pair->provisioned) &&
		o->account->provisioned >= s->options.max_sets_per_account)
		return "The account has as many permission sets as it may have.";
	return NULL;
}

void sim_end(struct sim *s, struct operation *o)
{
	for (size_t i = 0; i < s->n_running; i++)
		if (s->running[i] == o) {
			memmove(s->running + i, s->running + i + 1,
				(s->n_running - i - 1) * sizeof(struct operation *));
			s->n_running--;
			break;
		}
	if (o->type != OPERATION_PROVISION)
		s->outstanding--;
	if (o->reason == NULL)
		o->reason = mem_string(obstacle(s, o));
	o->status = o->reason != NULL ? OPERATION_FAILED : OPERATION_SUCCEEDED;
	if (o->reason != NULL)
		return;
	/* To make what is there already is no error. */
	if (o->type == OPERATION_CREATE &&
		!pair_has(sim_pair(o->set, o->account), o->principal))
		sim_assign(o->set, o->account, o->principal);
	else if (o->type == OPERATION_DELETE)
		sim_unassign(o->set, o->account, o->principal);
	else if (o->type == OPERATION_PROVISION)
		provision(o);
}

/* The one that ends first; of equals, the one that started first. */
static struct operation *next_due(const struct sim *s)
{
	struct operation *next = NULL;
	for (size_t i = 0; i < s->n_running; i++)
		if (next == NULL || s->running[i]->due_ms < next->due_ms)
			next = s->running[i];
	return next;
}

void sim_advance(struct sim *s, int64_t now_ms, time_t now)
{
	struct operation *o;
	s->now_ms = now_ms;
	s->now = now;
	while ((o = next_due(s)) != NULL && o->due_ms <= now_ms)
		sim_end(s, o);
}
