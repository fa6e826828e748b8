#include "policy_cover.h"

#include <stdlib.h>

/* Whether all that s is about is what by is about, too. */
static int is_covered(const struct statement *s, const struct statement *by)
{
	return s != by && !by->conditional && items_covered(&s->actions, &by->actions) &&
	       items_covered(&s->resources, &by->resources);
}

static void check_dead(const struct policy *p, struct statement *s)
{
	for (size_t i = 0; i < p->n && !s->dead; i++) {
		const struct statement *by = &p->statements[i];
		if (by->allow || !is_covered(s, by))
			continue;
		char *name = statement_name(by);
		value_report(&s->x, CODE_DEAD_STATEMENT,
			"%s denies all that this statement allows\nremove one of the two",
			name);
		free(name);
		s->dead = 1;
	}
}

/* Of two that cover each other, the second is the one too many. */
static void check_idle(const struct policy *p, size_t at)
{
	const struct statement *s = &p->statements[at];
	for (size_t i = 0; i < p->n; i++) {
		const struct statement *by = &p->statements[i];
		if (by->allow != s->allow || by->dead || !is_covered(s, by) ||
			(i > at && is_covered(by, s)))
			continue;
		char *name = statement_name(by);
		value_report(&s->x, CODE_COVERED_STATEMENT,
			"%s %s all that this statement %s\nremove this one", name,
			s->allow ? "allows" : "denies", s->allow ? "allows" : "denies");
		free(name);
		return;
	}
}

void cover_check(struct policy *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->statements[i].allow)
			check_dead(p, &p->statements[i]);
	for (size_t i = 0; i < p->n; i++)
		if (!p->statements[i].dead)
			check_idle(p, i);
}

int cover_denied(
	const struct policy *p, const struct pattern *action, const struct statement *s)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct statement *by = &p->statements[i];
		if (!by->allow && !by->conditional && items_include(&by->actions, action) &&
			items_covered(&s->resources, &by->resources))
			return 1;
	}
	return 0;
}
