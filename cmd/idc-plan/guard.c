#include "guard.h"

#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "mem.h"
#include "status.h"
#include "text.h"

#define DEFAULT_PERCENT 25
#define ALWAYS_ALLOWED 10
#define NUMBER_MAX 100000000UL

/* Reads "N" or "N%". 0 or -1. */
static int parse(const char *text, unsigned long *n, int *percent)
{
	size_t len = strlen(text);
	*percent = len > 0 && text[len - 1] == '%';
	char *digits = mem_bytes(text, len - (size_t)*percent);
	int bad = text_number(digits, *percent ? 100 : NUMBER_MAX, n);
	free(digits);
	return bad;
}

int guard_check_option(const char *text)
{
	unsigned long n;
	int percent;
	return parse(text, &n, &percent);
}

static size_t allowed(const struct plan *p)
{
	unsigned long n = DEFAULT_PERCENT;
	int percent = 1;
	size_t live = p->m->live.n;
	if (p->settings->max_delete == NULL) {
		size_t quarter = live * DEFAULT_PERCENT / 100;
		return quarter > ALWAYS_ALLOWED ? quarter : ALWAYS_ALLOWED;
	}
	if (parse(p->settings->max_delete, &n, &percent) != 0)
		return 0;
	return percent ? live * n / 100 : n;
}

/* Where most revokes are. */
struct worst {
	uint32_t set, account;
	size_t in_set, in_account;
};

static struct worst find_worst(const struct plan *p)
{
	struct worst w = { 0, 0, 0, 0 };
	size_t *sets = mem_array(p->m->n_sets, sizeof(*sets));
	size_t *accounts = mem_array(p->m->n_accounts, sizeof(*accounts));
	for (size_t i = 0; i < p->n_actions; i++) {
		const struct action *a = &p->actions[i];
		if (a->op != DELETE_ASSIGNMENT)
			continue;
		if (++sets[a->set] > w.in_set) {
			w.in_set = sets[a->set];
			w.set = a->set;
		}
		if (++accounts[a->account] > w.in_account) {
			w.in_account = accounts[a->account];
			w.account = a->account;
		}
	}
	free(sets);
	free(accounts);
	return w;
}

int guard(const struct plan *p)
{
	if (p->n_revokes <= allowed(p))
		return STATUS_OK;
	struct worst w = find_worst(p);
	const struct account *account = &p->m->accounts[w.account];
	diag_error(
		"this plan revokes %zu of %zu live assignments, more than the %zu that are "
		"allowed; most of permission set '%s' (%zu), most in account %s%s%s%s "
		"(%zu); "
		"if that is meant, give --max-delete %zu",
		p->n_revokes, p->m->live.n, allowed(p), p->m->sets[w.set].name, w.in_set,
		account->id, account->name != NULL ? " ('" : "",
		account->name != NULL ? account->name : "",
		account->name != NULL ? "')" : "", w.in_account, p->n_revokes);
	return STATUS_REFUSED;
}
