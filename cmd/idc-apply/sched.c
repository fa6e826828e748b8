#include "sched.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

void sched_init(struct sched *s, struct graph *g, unsigned limit)
{
	memset(s, 0, sizeof(*s));
	s->g = g;
	s->limit = limit;
}

static void free_account(struct account *a)
{
	for (struct lane *next, *l = a != NULL ? a->lanes : NULL; l != NULL; l = next) {
		next = l->sibling;
		free(l);
	}
	free(a);
}

void sched_release(struct sched *s)
{
	for (size_t i = 0; i < s->n_accounts; i++)
		free_account(s->accounts[i]);
	for (size_t i = 0; i < s->n_sets; i++) {
		if (s->sets[i] != NULL)
			free(s->sets[i]->own);
		free(s->sets[i]);
	}
	free(s->accounts);
	free(s->sets);
	free(s->delayed);
}

/* --- lanes come and go -------------------------------------------------------------- */

static struct account *find_account(struct sched *s, uint32_t i)
{
	mem_grow(&s->accounts, &s->cap_accounts, (size_t)i + 1, sizeof(struct account *));
	while (s->n_accounts <= i)
		s->accounts[s->n_accounts++] = NULL;
	if (s->accounts[i] == NULL)
		s->accounts[i] = mem_alloc(sizeof(struct account));
	return s->accounts[i];
}

static struct set_lane *find_set(struct sched *s, uint32_t i)
{
	mem_grow(&s->sets, &s->cap_sets, (size_t)i + 1, sizeof(struct set_lane *));
	while (s->n_sets <= i)
		s->sets[s->n_sets++] = NULL;
	if (s->sets[i] == NULL)
		s->sets[i] = mem_alloc(sizeof(struct set_lane));
	return s->sets[i];
}

static struct lane *new_lane(struct set_lane *set, struct account *account)
{
	struct lane *l = mem_alloc(sizeof(*l));
	*l = (struct lane){
		.head = GRAPH_NONE, .tail = GRAPH_NONE, .set = set, .account = account
	};
	return l;
}

static struct lane *find_lane(struct sched *s, uint32_t account, uint32_t set)
{
	struct set_lane *of = find_set(s, set);
	if (account == 0) {
		if (of->own == NULL)
			of->own = new_lane(of, NULL);
		return of->own;
	}
	struct account *a = find_account(s, account);
	for (struct lane *l = a->lanes; l != NULL; l = l->sibling)
		if (l->set == of)
			return l;
	struct lane *l = new_lane(of, a);
	l->sibling = a->lanes;
	a->lanes = l;
	return l;
}

/* Frees a lane that nothing of the graph is on. */
static void tidy(struct sched *s, struct lane *l)
{
	if (l->left > 0 || l->busy)
		return;
	size_t n = 0;
	for (size_t i = 0; i < s->n_longest; i++)
		if (s->longest[i] != l)
			s->longest[n++] = s->longest[i];
	s->n_longest = n;
	struct lane **at = l->account != NULL ? &l->account->lanes : &l->set->own;
	while (*at != l)
		at = &(*at)->sibling;
	*at = l->sibling;
	free(l);
}

void sched_add(struct sched *s, uint32_t i)
{
	struct action *a = &s->g->actions[i];
	a->lane = find_lane(s, a->account, a->set);
	a->lane->left++;
	s->left += a->account != 0;
}

/* An action of l has ended. */
static void count_out(struct sched *s, struct lane *l)
{
	l->left--;
	s->left -= l->account != NULL;
	tidy(s, l);
}

void sched_drop(struct sched *s, uint32_t i)
{
	count_out(s, s->g->actions[i].lane);
}

/* --- rings of lanes, lists of accounts ---------------------------------------------- */

static void ring_add(struct ring *r, struct lane *l)
{
	l->next = NULL;
	if (r->last != NULL)
		r->last->next = l;
	else
		r->first = l;
	r->last = l;
}

static struct lane *ring_take(struct ring *r)
{
	struct lane *l = r->first;
	r->first = l->next;
	if (r->first == NULL)
		r->last = NULL;
	l->offered = 0;
	return l;
}

/* Takes l from the middle. */
static void ring_remove(struct ring *r, struct lane *l)
{
	struct lane *before = NULL;
	for (struct lane *at = r->first; at != l; at = at->next)
		before = at;
	if (before != NULL)
		before->next = l->next;
	else
		r->first = l->next;
	if (r->last == l)
		r->last = before;
	l->offered = 0;
}

static void list_remove(struct offers *o)
{
	struct offers_list *in = o->in;
	if (in == NULL)
		return;
	if (o->prev != NULL)
		o->prev->next = o->next;
	else
		in->first = o->next;
	if (o->next != NULL)
		o->next->prev = o->prev;
	else
		in->last = o->prev;
	o->prev = o->next = NULL;
	o->in = NULL;
}

static void list_add(struct offers_list *list, struct offers *o)
{
	o->prev = list->last;
	if (list->last != NULL)
		list->last->next = o;
	else
		list->first = o;
	list->last = o;
	o->in = list;
}

/* Puts an account where it belongs by what it has running and could start. */
static void place(struct sched *s, struct account *a)
{
	unsigned n = a->running < SCHED_ASSIGNMENTS ? a->running : SCHED_ASSIGNMENTS;
	for (int kind = 0; kind < SCHED_KINDS; kind++) {
		struct offers *o = &a->offers[kind];
		struct offers_list *list =
			o->lanes.first != NULL ? &s->offers[kind][n] : NULL;
		if (list == o->in)
			continue;
		list_remove(o);
		if (list != NULL)
			list_add(list, o);
	}
}

/* Where an assignment lane offers what it has next. */
static struct ring *ring_of(const struct sched *s, const struct lane *l)
{
	enum op_wait wait = s->g->actions[l->head].op->wait;
	return &l->account->offers[wait == OP_DELETION ? SCHED_DELETIONS : SCHED_CREATIONS]
			.lanes;
}

static int is_provision(const struct sched *s, const struct lane *l)
{
	return l->head != GRAPH_NONE && s->g->actions[l->head].op->wait == OP_PROVISION;
}

/* Offers what a lane has, when it is open and has something. */
static void offer(struct sched *s, struct lane *l)
{
	if (l->busy || l->offered || l->head == GRAPH_NONE)
		return;
	if (l->account != NULL && l->set->provisions > 0) {
		ring_add(&l->set->held, l);
	} else if (l->account != NULL) {
		ring_add(ring_of(s, l), l);
		place(s, l->account);
	} else if (!is_provision(s, l)) {
		ring_add(&s->edits, l);
	} else if (l->set->assignments == 0) {
		ring_add(&s->provisions, l);
	} else {
		return;
	}
	l->offered = 1;
}

/* --- starting and ending ------------------------------------------------------------ */

void sched_ready(struct sched *s, uint32_t i)
{
	struct lane *l = s->g->actions[i].lane;
	s->g->actions[i].next = GRAPH_NONE;
	if (l->tail != GRAPH_NONE)
		s->g->actions[l->tail].next = i;
	else
		l->head = i;
	l->tail = i;
	l->set->provisions += s->g->actions[i].op->wait == OP_PROVISION;
	offer(s, l);
}

/* Takes a place among what is under way, and closes the lane. */
static void enter(struct sched *s, enum op_wait wait, struct lane *l)
{
	s->running[wait]++;
	l->busy = 1;
	if (l->account == NULL)
		return;
	l->set->assignments++;
	l->account->running++;
	place(s, l->account);
}

static uint32_t start(struct sched *s, struct lane *l)
{
	uint32_t i = l->head;
	const struct action *a = &s->g->actions[i];
	l->head = a->next;
	if (l->head == GRAPH_NONE)
		l->tail = GRAPH_NONE;
	enter(s, a->op->wait, l);
	return i;
}

static unsigned assignments(const struct sched *s)
{
	return s->running[OP_CREATION] + s->running[OP_DELETION];
}

/* Takes l among the longest, when it is one. */
static void rank(struct sched *s, struct lane *l)
{
	size_t at = s->n_longest;
	if (l->left < 2 || (at == SCHED_LONG && s->longest[at - 1]->left >= l->left))
		return;
	at -= at == SCHED_LONG;
	for (; at > 0 && s->longest[at - 1]->left < l->left; at--)
		s->longest[at] = s->longest[at - 1];
	s->longest[at] = l;
	s->n_longest += s->n_longest < SCHED_LONG;
}

/*
 * Until only half of all is left, or more is added, no other can come to have as much as
 * is_long asks for: all of them together have but what is left.
 */
void sched_rank(struct sched *s)
{
	s->n_longest = 0;
	s->ranked = s->left;
	for (size_t i = 0; i < s->n_accounts; i++)
		if (s->accounts[i] != NULL)
			for (struct lane *l = s->accounts[i]->lanes; l != NULL;
				l = l->sibling)
				rank(s, l);
}

/* Whether all else takes no longer than what l has left, one after the other. */
static int is_long(const struct sched *s, const struct lane *l)
{
	return l->left > 1 && (size_t)l->left * s->limit >= s->left;
}

/* A lane that must not wait any longer, or NULL. */
static struct lane *next_long(struct sched *s)
{
	if (s->left > 0 && s->left <= s->ranked / 2)
		sched_rank(s);
	for (size_t i = 0; i < s->n_longest; i++) {
		struct lane *l = s->longest[i];
		if (!l->offered || l->set->provisions > 0 || !is_long(s, l))
			continue;
		ring_remove(ring_of(s, l), l);
		return l;
	}
	return NULL;
}

/* The next lane in a list of accounts, or NULL. */
static struct lane *next_in(struct sched *s, struct offers_list *list)
{
	while (list->first != NULL) {
		struct lane *l = ring_take(&list->first->lanes);
		if (l->set->provisions == 0)
			return l;
		/* Its set is to be provisioned, since it was offered. */
		offer(s, l);
		place(s, l->account);
	}
	return NULL;
}

/* The next lane of the account that has the fewest under way, or NULL. */
static struct lane *next_assignment(struct sched *s)
{
	struct lane *l = NULL;
	for (int kind = 0; kind < SCHED_KINDS; kind++)
		for (size_t n = 0; n <= SCHED_ASSIGNMENTS && l == NULL; n++)
			l = next_in(s, &s->offers[kind][n]);
	return l;
}

uint32_t sched_next(struct sched *s)
{
	struct lane *l = NULL;
	if (s->edits.first != NULL && s->running[OP_SYNC] < SCHED_EDITS)
		l = ring_take(&s->edits);
	else if (s->provisions.first != NULL && s->running[OP_PROVISION] < SCHED_PROVISIONS)
		l = ring_take(&s->provisions);
	else if (assignments(s) < s->limit && (l = next_long(s)) == NULL)
		l = next_assignment(s);
	return l != NULL ? start(s, l) : GRAPH_NONE;
}

/* Gives the place back. */
static void leave(struct sched *s, enum op_wait wait, struct lane *l)
{
	s->running[wait]--;
	if (l == NULL || l->account == NULL)
		return;
	if (--l->set->assignments == 0 && l->set->own != NULL)
		offer(s, l->set->own);
	l->account->running--;
	place(s, l->account);
}

/* One provisioning less: after the last, what it held up may go on. */
static void let_go(struct sched *s, struct set_lane *set)
{
	if (--set->provisions > 0)
		return;
	while (set->held.first != NULL)
		offer(s, ring_take(&set->held));
}

void sched_done(struct sched *s, uint32_t i)
{
	const struct action *a = &s->g->actions[i];
	struct lane *l = a->lane;
	leave(s, a->op->wait, l);
	l->busy = 0;
	if (a->op->wait == OP_PROVISION)
		let_go(s, l->set);
	offer(s, l);
	count_out(s, l);
}

struct lane *sched_hold(struct sched *s, enum op_wait wait, uint32_t account, uint32_t set)
{
	struct lane *l = account != 0 ? find_lane(s, account, set) : NULL;
	if (l == NULL || l->busy) {
		s->running[wait]++;
		return NULL;
	}
	assert(!l->offered);
	enter(s, wait, l);
	return l;
}

void sched_unhold(struct sched *s, enum op_wait wait, struct lane *lane)
{
	leave(s, wait, lane);
	if (lane == NULL)
		return;
	lane->busy = 0;
	offer(s, lane);
	tidy(s, lane);
}

/* --- waiting ------------------------------------------------------------------------ */

static void swap(struct delayed *a, struct delayed *b)
{
	struct delayed t = *a;
	*a = *b;
	*b = t;
}

void sched_delay(struct sched *s, uint32_t i, int64_t due_ms)
{
	const struct action *a = &s->g->actions[i];
	leave(s, a->op->wait, a->lane);
	mem_grow(&s->delayed, &s->cap_delayed, s->n_delayed + 1, sizeof(*s->delayed));
	size_t at = s->n_delayed++;
	s->delayed[at] = (struct delayed){ due_ms, i };
	for (; at > 0 && s->delayed[(at - 1) / 2].due_ms > due_ms; at = (at - 1) / 2)
		swap(&s->delayed[at], &s->delayed[(at - 1) / 2]);
}

static uint32_t pop(struct sched *s)
{
	struct delayed *d = s->delayed;
	uint32_t i = d[0].action;
	d[0] = d[--s->n_delayed];
	for (size_t at = 0;;) {
		size_t least = at;
		for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++)
			if (child < s->n_delayed && d[child].due_ms < d[least].due_ms)
				least = child;
		if (least == at)
			return i;
		swap(&d[at], &d[least]);
		at = least;
	}
}

void sched_wake(struct sched *s, int64_t now_ms)
{
	while (s->n_delayed > 0 && s->delayed[0].due_ms <= now_ms) {
		uint32_t i = pop(s);
		struct lane *l = s->g->actions[i].lane;
		s->g->actions[i].next = l->head;
		l->head = i;
		if (l->tail == GRAPH_NONE)
			l->tail = i;
		l->busy = 0;
		offer(s, l);
	}
}

int64_t sched_due(const struct sched *s)
{
	return s->n_delayed > 0 ? s->delayed[0].due_ms : INT64_MAX;
}
