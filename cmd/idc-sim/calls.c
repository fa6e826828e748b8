#include "calls.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "wire.h"

#define STATUSES_PER_CALL 100

void calls_init(struct calls *k)
{
	*k = (struct calls){ .counts = mem_array(n_ops, sizeof(*k->counts)) };
	digests_init(&k->questions);
}

void calls_release(struct calls *k)
{
	free(k->counts);
	digests_release(&k->questions);
}

/* Whether this is asked for the first time, whatever the page. */
static int is_new(struct calls *k, const struct call *c)
{
	static const char *const paging[] = { "NextToken", "MaxResults", "nextToken",
		"maxResults", "Marker", "MaxItems" };
	jv question = jv_copy(c->input);
	for (size_t i = 0; i < sizeof(paging) / sizeof(paging[0]); i++)
		question = jv_object_delete(question, jv_string(paging[i]));
	char *input = json_string_sorted(question);
	char *text = mem_format("%s/%s %s", c->op->service, c->op->name, input);
	int before = digests_before(&k->questions, ++k->asked, text, strlen(text));
	free(text);
	free(input);
	jv_free(question);
	return !before;
}

static void add_needed(struct calls *k, const struct call *c)
{
	static const char *const asynchronous[] = { "CreateAccountAssignment",
		"DeleteAccountAssignment", "ProvisionPermissionSet" };
	if (c->op->effect == EFFECT_WRITE) {
		k->needed++;
		for (size_t i = 0; i < sizeof(asynchronous) / sizeof(asynchronous[0]); i++)
			k->started += strcmp(c->op->name, asynchronous[i]) == 0;
	} else if ((c->op->effect == EFFECT_READ || strcmp(c->op->service, "sts") == 0) &&
		   is_new(k, c)) {
		k->needed += c->pages > 1 ? c->pages : 1;
	}
}

void calls_add(struct calls *k, const struct call *c)
{
	if (c->op == NULL) {
		k->refused++;
		return;
	}
	struct count *count = &k->counts[c->op - ops];
	count->calls++;
	count->throttled +=
		c->status != 0 && strcmp(c->code, wire_codes(c->op)->throttle) == 0;
	/* "There is none" is an answer, too. */
	if (!c->ran)
		return;
	if (c->status == 0 || (c->op->effect == EFFECT_READ && c->status == 400 &&
				      strstr(c->code, "NotFound") != NULL))
		add_needed(k, c);
}

static int by_name(const void *a, const void *b)
{
	const struct op *const *x = a, *const *y = b;
	int c = strcmp((*x)->service, (*y)->service);
	return c != 0 ? c : strcmp((*x)->name, (*y)->name);
}

void calls_write(const struct calls *k, const struct sim *sim, struct buf *to)
{
	const struct op **sorted = mem_array(n_ops, sizeof(const struct op *));
	unsigned long total = 0, throttled = 0;
	for (size_t i = 0; i < n_ops; i++)
		sorted[i] = &ops[i];
	qsort(sorted, n_ops, sizeof(const struct op *), by_name);
	for (size_t i = 0; i < n_ops; i++) {
		const struct count *count = &k->counts[sorted[i] - ops];
		total += count->calls;
		throttled += count->throttled;
		if (count->calls > 0)
			buf_addf(to, "%s %s %lu\n", sorted[i]->service, sorted[i]->name,
				count->calls);
	}
	buf_addf(to, "# total %lu\n# throttled %lu\n# refused %lu\n# faults %lu\n", total,
		throttled, k->refused, k->faults);
	buf_addf(to, "# peak-outstanding %zu\n# needed %lu\n", sim->peak_outstanding,
		k->needed + (k->started + STATUSES_PER_CALL - 1) / STATUSES_PER_CALL);
	free(sorted);
}
