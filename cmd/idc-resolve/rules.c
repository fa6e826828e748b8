#include "rules.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* --- what the rules name ------------------------------------------------------------ */

static int collect_targets(struct resolution *r, struct rule *rule, enum rule_list which)
{
	int bad = 0;
	for (size_t i = 0; i < rule->lists[which].n; i++) {
		struct value *v = &rule->lists[which].values[i];
		struct err err;
		if (selectors_add(r->selectors, v->text, which == RULE_TARGET, &v->ref,
			    &err) == 0)
			continue;
		rule_diag(DIAG_ERROR, rule, v, "%s", err.text);
		bad = -1;
	}
	return bad;
}

int rules_collect(struct resolution *r)
{
	int bad = 0;
	for (size_t i = 0; i < r->in->n_rules; i++) {
		struct rule *rule = &r->in->rules[i];
		if (rule->expired)
			continue;
		bad |= collect_targets(r, rule, RULE_TARGET);
		bad |= collect_targets(r, rule, RULE_EXCLUDE);
		int type = rule->for_users ? PRINCIPAL_USER : PRINCIPAL_GROUP;
		for (size_t k = 0; k < rule->lists[RULE_PRINCIPAL].n; k++) {
			struct value *v = &rule->lists[RULE_PRINCIPAL].values[k];
			v->ref = principals_add(r->principals, type, v->text);
		}
	}
	return bad;
}

/* --- accounts of one rule ----------------------------------------------------------- */

/* Says what is wrong or odd about a selector where a rule uses it. -1: the rule can't be
 * resolved. */
static int judge(
	const struct rule *rule, const struct value *v, struct selector *x, int excluded)
{
	if (x->verdict == NOT_FOUND || (x->verdict == NOT_ACTIVE && !excluded)) {
		rule_diag(DIAG_ERROR, rule, v, "%s", x->message);
		return -1;
	}
	/* Odd things once are enough. */
	if (x->said)
		return 0;
	x->said = 1;
	if (x->message != NULL)
		rule_diag(DIAG_WARNING, rule, v, "%s", x->message);
	if (x->label_message != NULL)
		rule_diag(DIAG_WARNING, rule, v, "%s", x->label_message);
	return 0;
}

/* Adds the accounts of a list to bits, or takes them away. */
static int apply_list(
	struct resolution *r, const struct rule *rule, enum rule_list which, uint64_t *bits)
{
	int bad = 0;
	for (size_t i = 0; i < rule->lists[which].n; i++) {
		const struct value *v = &rule->lists[which].values[i];
		struct selector *x = &r->selectors->list[v->ref];
		bad |= judge(rule, v, x, which == RULE_EXCLUDE);
		for (size_t w = 0; w < r->selectors->words; w++)
			if (which == RULE_EXCLUDE)
				bits[w] &= ~x->bits[w];
			else
				bits[w] |= x->bits[w];
	}
	return bad;
}

/* The accounts of a rule in bits (zeroed by the caller). */
static int rule_accounts(struct resolution *r, const struct rule *rule, uint64_t *bits)
{
	size_t words = r->selectors->words;
	int bad = apply_list(r, rule, RULE_TARGET, bits);
	size_t targets = bits_count(bits, words);
	bad |= apply_list(r, rule, RULE_EXCLUDE, bits);
	if (!bad && targets > 0 && bits_count(bits, words) == 0) {
		rule_diag(DIAG_ERROR, rule, &rule->lists[RULE_EXCLUDE].values[0],
			"Exclude takes away every account of rule '%s': remove the rule, "
			"or exclude less",
			rule->sid);
		bad = -1;
	}
	uint32_t management = org_account(r->org, r->management);
	if (!r->include_management && management != ORG_NONE &&
		bits_has(bits, management)) {
		bits[management / 64] &= ~((uint64_t)1 << (management % 64));
		r->management_rules++;
	}
	return bad;
}

/* --- multiplying out ---------------------------------------------------------------- */

static void multiply(
	struct resolution *r, struct assignments *a, uint32_t index, const uint64_t *bits)
{
	const struct rule *rule = &r->in->rules[index];
	const struct list *sets = &rule->lists[RULE_SET],
			  *who = &rule->lists[RULE_PRINCIPAL];
	for (uint32_t account = 0; account < r->org->n_accounts; account++) {
		if (bits[account / 64] == 0)
			account |= 63; /* none of these */
		if (!bits_has(bits, account))
			continue;
		for (size_t s = 0; s < sets->n; s++)
			for (size_t p = 0; p < who->n; p++)
				assignments_add(a, sets->values[s].ref, account,
					who->values[p].ref, index);
	}
}

static int check_principals(const struct resolution *r, const struct rule *rule)
{
	int bad = 0;
	for (size_t i = 0; i < rule->lists[RULE_PRINCIPAL].n; i++) {
		const struct value *v = &rule->lists[RULE_PRINCIPAL].values[i];
		const struct principal *p = &r->principals->list[v->ref];
		if (p->id != NULL)
			continue;
		char *hint = p->near != NULL ? mem_format(": did you mean '%s'?", p->near)
					     : mem_string("");
		rule_diag(DIAG_ERROR, rule, v, "no %s '%s' in the directory%s",
			directory_words[p->type].word, p->name, hint);
		free(hint);
		bad = -1;
	}
	return bad;
}

int rules_apply(struct resolution *r, struct assignments *a)
{
	size_t words = r->selectors->words;
	uint64_t *bits = mem_array(words, sizeof(*bits));
	int bad = 0;
	for (uint32_t i = 0; i < r->in->n_rules; i++) {
		const struct rule *rule = &r->in->rules[i];
		if (rule->expired)
			continue;
		memset(bits, 0, words * sizeof(*bits));
		bad |= rule_accounts(r, rule, bits);
		bad |= check_principals(r, rule);
		if (!bad)
			multiply(r, a, i, bits);
	}
	free(bits);
	return bad;
}

void rules_left_out(const struct resolution *r)
{
	uint32_t at = org_account(r->org, r->management);
	if (r->management_rules > 0)
		diag_warning("the management account %s ('%s') is left out of %zu rule%s: "
			     "--include-management-account would take it in",
			r->management, r->org->accounts[at].name, r->management_rules,
			r->management_rules == 1 ? "" : "s");
	size_t inactive = bits_count(r->selectors->left_out, r->selectors->words);
	if (inactive > 0)
		diag_note("%zu account%s in the targets %s not ACTIVE and left out",
			inactive, inactive == 1 ? "" : "s", inactive == 1 ? "is" : "are");
}
