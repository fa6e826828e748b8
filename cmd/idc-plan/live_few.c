/*
 * What is not the same in both files, and where it is found in AWS.
 *
 * AWS finds no permission set by its name. But somebody has it, in an account: what else he
 * has there is little, and one of that it is.
 */
#include "live_few.h"

#include <stdlib.h>

#include "directory.h"
#include "mem.h"
#include "rec.h"
#include "resolved.h"

/* --- differences -------------------------------------------------------------------- */

void live_each_difference(
	const struct model *m, void (*each)(void *ctx, const struct entry *e), void *ctx)
{
	const struct entries *lists[] = { &m->wanted, &m->applied };
	for (int i = 0; i < 2; i++)
		for (size_t k = 0; k < lists[i]->n; k++)
			if (!entries_has(lists[1 - i], &lists[i]->list[k]))
				each(ctx, &lists[i]->list[k]);
}

static void note_difference(void *ctx, const struct entry *e)
{
	struct model *m = ctx;
	m->sets[e->set].assumed = 0;
	m->principals[e->principal].differs = 1;
}

void live_mark_differences(struct model *m)
{
	for (size_t i = 0; i < m->n_sets; i++) {
		struct set *s = &m->sets[i];
		s->same = jv_is_valid(s->want) && jv_get_kind(s->last) == JV_KIND_OBJECT &&
			  resolved_same(s->want, s->last);
		s->assumed = s->same;
	}
	live_each_difference(m, note_difference, m);
}

int live_differs(const struct model *m, uint32_t set)
{
	return set != NONE && !m->sets[set].assumed;
}

/* --- ARNs --------------------------------------------------------------------------- */

struct finder {
	struct live *live;
	struct map *arns;
};

static int read_arn(void *ctx, jv item)
{
	struct finder *f = ctx;
	const char *arn = rec_str(item, "PermissionSetArn");
	if (arn == NULL)
		return ask_bad(f->live->ask, "ListAccountAssignmentsForPrincipal",
			"an assignment without PermissionSetArn");
	map_slot(f->arns, arn);
	return 0;
}

static int arns_page(void *ctx, jv items)
{
	struct finder *f = ctx;
	return ask_each(
		f->live->ask, "ListAccountAssignmentsForPrincipal", items, read_arn, f);
}

/* One that is denied, or knows of nobody, finds nothing: then all is read. */
static void arns_done(void *ctx, const struct aws_result *res)
{
	struct finder *f = ctx;
	if (res->err != NULL && !aws_is(res->err, "AccessDeniedException") &&
		!aws_is(res->err, "ResourceNotFoundException"))
		ask_fail(f->live->ask, res, "can't see who has which permission set");
}

static void ask_arns(struct finder *f, const struct entry *e)
{
	const struct model *m = f->live->m;
	const struct principal *who = &m->principals[e->principal];
	jv filter = rec_set_str(jv_object(), "AccountId", m->accounts[e->account].id);
	jv input =
		rec_set_str(jv_object(), "InstanceArn", model_instance(m, "InstanceArn"));
	input = rec_set_str(input, "PrincipalId", who->id);
	input = rec_set_str(input, "PrincipalType", directory_type_name(who->type));
	input = rec_set(input, "Filter", filter);
	aws_list(f->live->ask->aws, AWS_SSO_ADMIN, "ListAccountAssignmentsForPrincipal",
		input, arns_page, arns_done, f);
	jv_free(input);
}

int live_find_arns(struct live *l, struct map *arns)
{
	const struct model *m = l->m;
	struct finder f = { l, arns };
	/* Of every set one who has it: still is to have it, if there is such a one. */
	const struct entry **of = mem_array(m->n_sets, sizeof(struct entry *));
	for (size_t i = 0; i < m->applied.n; i++) {
		const struct entry *e = &m->applied.list[i];
		if (live_differs(m, e->set) &&
			(of[e->set] == NULL ||
				(entries_has(&m->wanted, e) &&
					!entries_has(&m->wanted, of[e->set]))))
			of[e->set] = e;
	}
	/* One may have several of them in one account. */
	struct entries who = { 0 };
	for (size_t i = 0; i < m->n_sets; i++)
		if (of[i] != NULL)
			entries_add(&who, (struct entry){ .account = of[i]->account,
						  .principal = of[i]->principal,
						  .origin = NONE });
	entries_sort(l->m, &who);
	for (size_t i = 0; i < who.n; i++)
		ask_arns(&f, &who.list[i]);
	free(who.list);
	free(of);
	return ask_wait(l->ask, NULL);
}
