/*
 * From each action in turn to all that it depends on, and to what these depend on, before
 * it takes its place (depth first).
 */
#include "plan_order.h"

#include <stdlib.h>

#include "mem.h"
#include "rec.h"

enum mark { NEW, OPEN, PLACED }; /* OPEN: what it depends on is looked at */

/* An action on the way, and how many of its dependencies were looked at. */
struct step {
	uint32_t action;
	struct depends depends;
	size_t done;
};

struct way {
	struct plan *p;
	const char *file;
	struct step *steps;
	size_t n, cap;
	unsigned char *marks;
	size_t n_placed;
	struct err *err;
};

/* An error about an action's line. Returns -1. */
static int bad_action(struct way *w, uint32_t action, const char *what)
{
	jv record = plan_record(w->p, action, w->err);
	if (jv_is_valid(record))
		err_set(w->err, ERR_DATA, "%s:%.0f:1: error: action '%.200s' %.400s",
			w->file, rec_num(record, "Line", 0), rec_str_or(record, "Id", "?"),
			what);
	jv_free(record);
	return -1;
}

/* Goes on to action, which was not looked at yet. 0 or -1. */
static int enter(struct way *w, uint32_t action)
{
	mem_grow(&w->steps, &w->cap, w->n + 1, sizeof(*w->steps));
	struct step *s = &w->steps[w->n++];
	*s = (struct step){ .action = action };
	w->marks[action] = OPEN;
	jv record = plan_record(w->p, action, w->err);
	int bad =
		jv_is_valid(record) ? plan_depends(w->p, record, &s->depends, w->err) : -1;
	jv_free(record);
	return bad == 0 && s->depends.missing != NULL
		       ? bad_action(w, action, s->depends.missing)
		       : bad;
}

/* Takes the last step back: its action has its place now. */
static void leave(struct way *w)
{
	struct step *s = &w->steps[--w->n];
	w->p->order[w->n_placed++] = s->action;
	w->marks[s->action] = PLACED;
	depends_release(&s->depends);
}

/* One step further. 0 or -1. */
static int go_on(struct way *w)
{
	struct step *s = &w->steps[w->n - 1];
	if (s->done == s->depends.n) {
		leave(w);
		return 0;
	}
	uint32_t next = s->depends.on[s->done++];
	if (w->marks[next] == OPEN)
		return bad_action(w, next, "waits for actions that wait for each other");
	return w->marks[next] == NEW ? enter(w, next) : 0;
}

int plan_order(struct plan *p, const char *file, struct err *err)
{
	struct way w = {
		.p = p, .file = file, .marks = mem_array(p->n, sizeof(*w.marks)), .err = err
	};
	int bad = 0;
	p->order = mem_array(p->n, sizeof(*p->order));
	for (uint32_t i = 0; bad == 0 && i < p->n; i++) {
		if (w.marks[i] == NEW)
			bad = enter(&w, i);
		while (bad == 0 && w.n > 0)
			bad = go_on(&w);
	}
	while (w.n > 0)
		depends_release(&w.steps[--w.n].depends);
	free(w.steps);
	free(w.marks);
	return bad;
}
