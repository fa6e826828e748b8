#include "aws_state.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "mem.h"
#include "rec.h"
#include "state.h"
#include "text.h"

/* The members of an assignment that is answered. */
enum { ANSWER_ACCOUNT, ANSWER_SET, ANSWER_TYPE, ANSWER_PRINCIPAL, ANSWERS };

static const char *const answer_members[ANSWERS] = { "AccountId", "PermissionSetArn",
	"PrincipalType", "PrincipalId" };

/* Strings that are answered over and over, made once. */
struct strings {
	jv *list; /* NULL: none made yet */
	size_t n;
};

struct aws_state {
	struct state s;
	jv keys[ANSWERS]; /* answer_members */
	jv types[PRINCIPAL_TYPES];
	struct strings account_ids, set_arns, principal_ids[PRINCIPAL_TYPES];
	int org_checked; /* 1: the organization hangs together; -1: it does not */
	/* Assignments of each principal: numbers of them, and where they begin. */
	uint32_t *held;
	size_t *first_held[PRINCIPAL_TYPES]; /* n + 1 of them; NULL: not made yet */
};

/* One question. */
struct question {
	struct aws_state *of;
	const struct state *s;
	const struct aws_op *op;
	jv input;
	struct err *err;
};

struct aws_state *aws_state_open(const char *path, struct err *err)
{
	struct aws_state *of = mem_alloc(sizeof(*of));
	for (int i = 0; i < ANSWERS; i++)
		of->keys[i] = jv_string(answer_members[i]);
	for (int i = 0; i < PRINCIPAL_TYPES; i++)
		of->types[i] = jv_string(directory_type_name((enum principal_type)i));
	if (state_read(&of->s, path, err) == 0)
		return of;
	aws_state_free(of);
	return NULL;
}

static void strings_release(struct strings *x)
{
	for (size_t i = 0; i < x->n; i++)
		jv_free(x->list[i]);
	free(x->list);
}

void aws_state_free(struct aws_state *of)
{
	if (of == NULL)
		return;
	for (int i = 0; i < ANSWERS; i++)
		jv_free(of->keys[i]);
	for (int i = 0; i < PRINCIPAL_TYPES; i++) {
		jv_free(of->types[i]);
		strings_release(&of->principal_ids[i]);
		free(of->first_held[i]);
	}
	strings_release(&of->account_ids);
	strings_release(&of->set_arns);
	free(of->held);
	state_release(&of->s);
	free(of);
}

const char *aws_state_region(const struct aws_state *of)
{
	return rec_str(of->s.instance, "Region");
}

/* --- answers that are none ---------------------------------------------------------- */

static jv refuse(struct question *q, const char *code, const char *text)
{
	err_set(q->err, ERR_AWS, "%s: %s", q->op->name, text);
	strncpy(q->err->code, code, sizeof(q->err->code) - 1);
	q->err->http_status = 400;
	return jv_invalid();
}

static jv not_found(struct question *q)
{
	return refuse(q, "ResourceNotFoundException", "there is none");
}

/* "Root, OrganizationalUnit": the kinds that are needed and not all there. */
static jv lacks(struct question *q, unsigned needed)
{
	struct buf names;
	buf_init(&names, 200);
	for (int i = 0; i < STATE_KINDS; i++)
		if ((needed & STATE_BIT(i)) != 0 && !state_has(q->s, STATE_BIT(i)))
			buf_addf(&names, "%s%s", names.len > 0 ? "," : "", state_kinds[i]);
	err_set(q->err, ERR_DATA,
		"%s does not have all records of kind %s: dump it without --only, or with "
		"these kinds too",
		q->s->file, buf_str(&names));
	buf_release(&names);
	return jv_invalid();
}

/* A principal that has no record, where not all have one. */
static jv lacks_principal(struct question *q, enum principal_type type, const char *name)
{
	err_set(q->err, ERR_DATA,
		"%s has no %s '%.100s', but not all %ss either: dump it with "
		"--all-principals",
		q->s->file, directory_words[type].word, name, directory_words[type].word);
	return jv_invalid();
}

/* --- pages -------------------------------------------------------------------------- */

/* A list of n items, of which some are asked for. */
struct page {
	jv items;
	size_t from, to, n;
};

static struct page page_of(const struct question *q, size_t n)
{
	struct page p = { .items = jv_array(), .n = n };
	size_t size = (size_t)rec_num(q->input, "MaxResults", 100);
	unsigned long from = 0;
	text_number(rec_str_or(q->input, "NextToken", "0"), UINT32_MAX, &from);
	p.from = from < n ? from : n;
	p.to = n - p.from > size ? p.from + size : n;
	return p;
}

/* Takes the page. */
static jv page_answer(const struct question *q, struct page p)
{
	jv out = rec_set(jv_object(), q->op->items, p.items);
	if (p.to == p.n)
		return out;
	char *token = mem_format("%zu", p.to);
	out = rec_set_str(out, "NextToken", token);
	free(token);
	return out;
}

/* {"key": "value"} as lists of tags are answered. */
static jv tags_answer(const struct question *q, jv rec)
{
	jv tags = rec_get(rec, "Tags"), list = jv_array();
	if (jv_get_kind(tags) == JV_KIND_OBJECT)
		jv_object_foreach(tags, key, value)
		{
			jv tag = rec_set(jv_object(), "Key", key);
			list = rec_push(list, rec_set(tag, "Value", value));
		}
	jv_free(tags);
	return rec_set(jv_object(), q->op->items, list);
}

/* --- the instance and the organization ---------------------------------------------- */

static jv list_instances(struct question *q)
{
	jv r = jv_object();
	static const char *const members[] = { "InstanceArn", "IdentityStoreId",
		"OwnerAccountId" };
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		r = rec_set_from(r, members[i], q->s->instance);
	return rec_set(jv_object(), q->op->items, rec_push(jv_array(), r));
}

static jv describe_organization(struct question *q)
{
	jv r = rec_set_str(jv_object(), "MasterAccountId",
		rec_str(q->s->instance, "ManagementAccountId"));
	const char *id = rec_str(q->s->instance, "OrganizationId");
	return rec_set(jv_object(), "Organization", rec_set_str(r, "Id", id));
}

static int is_root(const struct state_item *unit)
{
	return rec_is(unit->rec, state_kinds[STATE_ROOT]);
}

/* Whether the way up from a unit ends at a root. */
static int is_in_tree(const struct state *s, uint32_t unit)
{
	for (size_t i = 0; i <= s->units.n && unit != STATE_NONE; i++) {
		const struct state_item *u = &s->units.list[unit];
		if (!jv_is_valid(u->rec))
			return 0;
		if (is_root(u))
			return 1;
		unit = u->parent;
	}
	return 0;
}

static int hangs_together(const struct state *s)
{
	size_t roots = 0, accounts = 0;
	for (uint32_t i = 0; i < s->units.n; i++) {
		if (!is_in_tree(s, i))
			return 0;
		roots += (size_t)is_root(&s->units.list[i]);
	}
	for (size_t i = 0; i < s->accounts.n; i++)
		accounts += (size_t)jv_is_valid(s->accounts.list[i].rec);
	return roots == 1 && accounts > 0;
}

/* A damaged organization answers nothing: an account could be where it is not. */
static int check_organization(struct question *q)
{
	if (q->of->org_checked == 0)
		q->of->org_checked = hangs_together(q->s) ? 1 : -1;
	if (q->of->org_checked > 0)
		return 0;
	return err_set(q->err, ERR_DATA,
		"%s: not a whole organization: it needs a Root, accounts, and every parent "
		"that is mentioned",
		q->s->file);
}

/* Id, Name and Arn as records and answers have them. */
static jv described(jv rec)
{
	jv r = rec_set_from(jv_object(), "Id", rec);
	r = rec_set_from(r, "Arn", rec);
	return rec_set_from(r, "Name", rec);
}

static void add_path(const struct state *s, uint32_t unit, struct buf *to)
{
	const struct state_item *u = &s->units.list[unit];
	if (u->parent != STATE_NONE)
		add_path(s, u->parent, to);
	buf_addf(to, "%s/", u->id);
}

static jv account_answer(const struct state *s, const struct state_item *a)
{
	struct buf path;
	buf_init(&path, 4096);
	buf_addf(&path, "%s/", rec_str_or(s->instance, "OrganizationId", "o-state"));
	add_path(s, a->parent, &path);
	buf_addf(&path, "%s/", a->id);
	jv r = rec_set_from(described(a->rec), "Email", a->rec);
	r = rec_set_str(r, "State", rec_str_or(a->rec, "State", "ACTIVE"));
	r = rec_set(r, "Paths", rec_push_str(jv_array(), buf_str(&path)));
	buf_release(&path);
	return r;
}

/* The items whose parent it is; or all that have records, for STATE_NONE. Owned. */
static uint32_t *below(const struct state_items *items, uint32_t parent, size_t *n)
{
	uint32_t *list = mem_array(items->n + 1, sizeof(*list));
	*n = 0;
	for (uint32_t i = 0; i < items->n; i++)
		if (jv_is_valid(items->list[i].rec) &&
			(parent == STATE_NONE || items->list[i].parent == parent))
			list[(*n)++] = i;
	return list;
}

static jv accounts_answer(struct question *q, uint32_t parent)
{
	size_t n;
	uint32_t *list = below(&q->s->accounts, parent, &n);
	struct page p = page_of(q, n);
	for (size_t i = p.from; i < p.to; i++)
		p.items = rec_push(
			p.items, account_answer(q->s, &q->s->accounts.list[list[i]]));
	free(list);
	return page_answer(q, p);
}

static jv list_accounts(struct question *q)
{
	return check_organization(q) == 0 ? accounts_answer(q, STATE_NONE) : jv_invalid();
}

/* The unit that ParentId names; STATE_NONE with err filled. */
static uint32_t parent_of(struct question *q)
{
	if (check_organization(q) != 0)
		return STATE_NONE;
	uint32_t unit = state_find(&q->s->units.index, rec_str(q->input, "ParentId"));
	if (unit == STATE_NONE)
		refuse(q, "ParentNotFoundException", "there is no such parent");
	return unit;
}

static jv list_accounts_for_parent(struct question *q)
{
	uint32_t parent = parent_of(q);
	return parent != STATE_NONE ? accounts_answer(q, parent) : jv_invalid();
}

static jv units_answer(const struct question *q, const uint32_t *list, size_t n)
{
	struct page p = page_of(q, n);
	for (size_t i = p.from; i < p.to; i++)
		p.items = rec_push(p.items, described(q->s->units.list[list[i]].rec));
	return page_answer(q, p);
}

static jv list_units_for_parent(struct question *q)
{
	uint32_t parent = parent_of(q);
	if (parent == STATE_NONE)
		return jv_invalid();
	size_t n;
	uint32_t *list = below(&q->s->units, parent, &n);
	jv answer = units_answer(q, list, n);
	free(list);
	return answer;
}

static jv list_roots(struct question *q)
{
	uint32_t root = 0;
	if (check_organization(q) != 0)
		return jv_invalid();
	while (!is_root(&q->s->units.list[root]))
		root++;
	return units_answer(q, &root, 1);
}

static jv list_organization_tags(struct question *q)
{
	const char *id = rec_str(q->input, "ResourceId");
	uint32_t account = state_find(&q->s->accounts.index, id);
	return account != STATE_NONE
		       ? tags_answer(q, q->s->accounts.list[account].rec)
		       : refuse(q, "TargetNotFoundException", "there is no such target");
}

/* --- the directory ------------------------------------------------------------------ */

static enum principal_type type_of(const struct question *q, const char *group_op)
{
	return strcmp(q->op->name, group_op) == 0 ? PRINCIPAL_GROUP : PRINCIPAL_USER;
}

static int knows_all(const struct state *s, enum principal_type type)
{
	return state_has(s, STATE_BIT(type == PRINCIPAL_GROUP ? STATE_GROUP : STATE_USER));
}

static jv principal_answer(enum principal_type type, const struct state_principal *p)
{
	const struct directory_words *w = &directory_words[type];
	jv r = rec_set_str(jv_object(), w->id, p->id);
	r = rec_set_str(r, w->name, p->name);
	return rec_set_str(r, "DisplayName", p->display);
}

static jv list_principals(struct question *q)
{
	enum principal_type type = type_of(q, "ListGroups");
	const struct state_principals *all = &q->s->principals[type];
	if (!knows_all(q->s, type))
		return refuse(q, "AccessDeniedException", "the directory is not all there");
	size_t n = 0;
	for (size_t i = 0; i < all->n; i++)
		n += all->list[i].listed != 0;
	struct page p = page_of(q, n);
	for (size_t i = 0, at = 0; i < all->n && at < p.to; i++)
		if (all->list[i].listed && at++ >= p.from)
			p.items = rec_push(p.items, principal_answer(type, &all->list[i]));
	return page_answer(q, p);
}

static jv get_principal(struct question *q)
{
	enum principal_type type = type_of(q, "GetGroupId");
	const struct state_principals *all = &q->s->principals[type];
	jv alternate = rec_get(q->input, "AlternateIdentifier");
	jv unique = rec_get(alternate, "UniqueAttribute");
	char *name = mem_string(rec_str_or(unique, "AttributeValue", ""));
	jv_free(unique);
	jv_free(alternate);
	uint32_t at = state_find(&all->by_name, name);
	jv answer;
	if (at != STATE_NONE)
		answer = rec_set_str(
			jv_object(), directory_words[type].id, all->list[at].id);
	else
		answer = knows_all(q->s, type) ? not_found(q)
					       : lacks_principal(q, type, name);
	free(name);
	return answer;
}

/*
 * Whose assignments are there without a record and without a name: idc-dump looked, and
 * there is nobody of that id.
 */
static jv describe_principal(struct question *q)
{
	enum principal_type type = type_of(q, "DescribeGroup");
	const struct state_principals *all = &q->s->principals[type];
	const char *id = rec_str_or(q->input, directory_words[type].id, "");
	uint32_t at = state_find(&all->index, id);
	const struct state_principal *p = at != STATE_NONE ? &all->list[at] : NULL;
	if (p != NULL && (p->listed || (p->name != NULL && !knows_all(q->s, type))))
		return principal_answer(type, p);
	if (p != NULL || knows_all(q->s, type))
		return not_found(q);
	return lacks_principal(q, type, id);
}

/* --- permission sets ---------------------------------------------------------------- */

static jv list_sets(struct question *q)
{
	struct page p = page_of(q, q->s->sets.n);
	for (size_t i = p.from; i < p.to; i++)
		p.items = rec_push_str(
			p.items, rec_str(q->s->sets.list[i].rec, "PermissionSetArn"));
	return page_answer(q, p);
}

/* The set that the member names; NULL after not_found. */
static const struct state_item *set_of(struct question *q, const char *member)
{
	uint32_t at = state_find(&q->s->set_arns, rec_str(q->input, member));
	if (at != STATE_NONE)
		return &q->s->sets.list[at];
	not_found(q);
	return NULL;
}

static jv describe_set(struct question *q, jv rec)
{
	static const char *const members[] = { "Name", "PermissionSetArn", "Description",
		"SessionDuration", "RelayState" };
	jv r = jv_object();
	(void)q;
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		r = rec_set_from(r, members[i], rec);
	return rec_set(jv_object(), "PermissionSet", r);
}

static jv list_set_tags(struct question *q)
{
	const struct state_item *set = set_of(q, "ResourceArn");
	return set != NULL ? tags_answer(q, set->rec) : jv_invalid();
}

static jv inline_policy(struct question *q, jv rec)
{
	jv policy = rec_get(rec, "InlinePolicy");
	const char *text = rec_str(rec, "InlinePolicyText");
	char *compact = jv_is_valid(policy) ? json_string(policy) : NULL;
	(void)q;
	jv answer = rec_set_str(jv_object(), "InlinePolicy", text != NULL ? text : compact);
	free(compact);
	jv_free(policy);
	return answer;
}

static jv boundary(struct question *q, jv rec)
{
	return rec_has(rec, "PermissionsBoundary")
		       ? rec_set_from(jv_object(), "PermissionsBoundary", rec)
		       : not_found(q);
}

static jv managed_policies(struct question *q, jv rec)
{
	jv arns = rec_get(rec, "ManagedPolicies");
	struct page p = page_of(q, (size_t)rec_len(arns));
	for (size_t i = p.from; i < p.to; i++) {
		const char *arn = rec_str_at(arns, (int)i);
		p.items = rec_push(p.items, rec_set_str(jv_object(), "Arn", arn));
	}
	jv_free(arns);
	return page_answer(q, p);
}

static jv customer_policies(struct question *q, jv rec)
{
	jv references = rec_get(rec, "CustomerManagedPolicies");
	struct page p = page_of(q, (size_t)rec_len(references));
	for (size_t i = p.from; i < p.to; i++)
		p.items = rec_push(p.items, rec_at(references, (int)i));
	jv_free(references);
	return page_answer(q, p);
}

/* What is asked of one set's record. */
static const struct {
	const char *op;
	jv (*answer)(struct question *q, jv rec);
} set_answers[] = {
	{ "DescribePermissionSet", describe_set },
	{ "GetInlinePolicyForPermissionSet", inline_policy },
	{ "GetPermissionsBoundaryForPermissionSet", boundary },
	{ "ListManagedPoliciesInPermissionSet", managed_policies },
	{ "ListCustomerManagedPolicyReferencesInPermissionSet", customer_policies },
};

static jv about_set(struct question *q)
{
	const struct state_item *set = set_of(q, "PermissionSetArn");
	for (size_t i = 0; set != NULL && i < sizeof(set_answers) / sizeof(set_answers[0]);
		i++)
		if (strcmp(q->op->name, set_answers[i].op) == 0)
			return set_answers[i].answer(q, set->rec);
	return jv_invalid();
}

/* --- assignments -------------------------------------------------------------------- */

/* The ids of a set's OutdatedAccounts, to be released. */
static struct map outdated_accounts(jv rec)
{
	struct map ids;
	jv list = rec_get(rec, "OutdatedAccounts");
	map_init(&ids);
	for (int i = 0, n = rec_len(list); i < n; i++)
		if (rec_str_at(list, i) != NULL)
			map_put(&ids, rec_str_at(list, i), NULL);
	jv_free(list);
	return ids;
}

/* Accounts where somebody has the set, or those of them where its role lags behind. */
static jv list_provisioned(struct question *q)
{
	const struct state *s = q->s;
	const struct state_item *set = set_of(q, "PermissionSetArn");
	if (set == NULL)
		return jv_invalid();
	const char *status = rec_str(q->input, "ProvisioningStatus");
	int outdated = status != NULL &&
		       strcmp(status, "LATEST_PERMISSION_SET_NOT_PROVISIONED") == 0;
	uint32_t number = (uint32_t)(set - s->sets.list);
	uint32_t *list = mem_array(s->accounts.n + 1, sizeof(*list));
	struct map lagging = outdated_accounts(set->rec);
	size_t n = 0;
	for (size_t i = state_first(s, number, 0);
		i < s->n_assignments && s->assignments[i].set == number; i++) {
		uint32_t account = s->assignments[i].account;
		if ((n == 0 || list[n - 1] != account) &&
			(!outdated || map_has(&lagging, s->accounts.list[account].id)))
			list[n++] = account;
	}
	struct page p = page_of(q, n);
	for (size_t i = p.from; i < p.to; i++)
		p.items = rec_push_str(p.items, s->accounts.list[list[i]].id);
	map_release(&lagging, NULL);
	free(list);
	return page_answer(q, p);
}

/* The string at i of n, which text is. Owned. */
static jv string_at(struct strings *x, size_t n, uint32_t i, const char *text)
{
	if (x->list == NULL) {
		x->list = mem_array(n, sizeof(*x->list));
		for (; x->n < n; x->n++)
			x->list[x->n] = jv_invalid();
	}
	if (!jv_is_valid(x->list[i]))
		x->list[i] = jv_string(text);
	return jv_copy(x->list[i]);
}

static jv assignment_answer(struct aws_state *of, const struct state_assignment *a)
{
	const struct state *s = &of->s;
	enum principal_type type = (enum principal_type)(a->principal & 1);
	const struct state_principals *all = &s->principals[type];
	const char *arn = rec_str(s->sets.list[a->set].rec, "PermissionSetArn");
	uint32_t who = a->principal >> 1;
	jv r = jv_object();
	r = jv_object_set(r, jv_copy(of->keys[ANSWER_ACCOUNT]),
		string_at(&of->account_ids, s->accounts.n, a->account,
			s->accounts.list[a->account].id));
	r = jv_object_set(r, jv_copy(of->keys[ANSWER_SET]),
		string_at(&of->set_arns, s->sets.n, a->set, arn));
	r = jv_object_set(r, jv_copy(of->keys[ANSWER_TYPE]), jv_copy(of->types[type]));
	return jv_object_set(r, jv_copy(of->keys[ANSWER_PRINCIPAL]),
		string_at(&of->principal_ids[type], all->n, who, all->list[who].id));
}

static jv list_assignments(struct question *q)
{
	const struct state *s = q->s;
	const struct state_item *set = set_of(q, "PermissionSetArn");
	if (set == NULL)
		return jv_invalid();
	uint32_t number = (uint32_t)(set - s->sets.list);
	uint32_t account = state_find(&s->accounts.index, rec_str(q->input, "AccountId"));
	if (account == STATE_NONE)
		return not_found(q);
	size_t first = state_first(s, number, account), n = 0;
	while (first + n < s->n_assignments && s->assignments[first + n].set == number &&
		s->assignments[first + n].account == account)
		n++;
	struct page p = page_of(q, n);
	for (size_t i = p.from; i < p.to; i++)
		p.items = rec_push(
			p.items, assignment_answer(q->of, &s->assignments[first + i]));
	return page_answer(q, p);
}

/* Puts the assignments of each principal together. */
static void hold(struct aws_state *of)
{
	const struct state *s = &of->s;
	size_t sum = 0;
	of->held = mem_array(s->n_assignments + 1, sizeof(*of->held));
	for (int i = 0; i < PRINCIPAL_TYPES; i++)
		of->first_held[i] =
			mem_array(s->principals[i].n + 2, sizeof(*of->first_held[i]));
	/* Counted one place ahead, so that what fills them leaves where each begins. */
	for (size_t i = 0; i < s->n_assignments; i++)
		of->first_held[s->assignments[i].principal & 1]
			      [(s->assignments[i].principal >> 1) + 2]++;
	for (int t = 0; t < PRINCIPAL_TYPES; t++) {
		of->first_held[t][0] = of->first_held[t][1] = sum;
		for (size_t k = 0; k < s->principals[t].n; k++)
			sum = of->first_held[t][k + 2] += sum;
	}
	for (size_t i = 0; i < s->n_assignments; i++) {
		uint32_t who = s->assignments[i].principal;
		of->held[of->first_held[who & 1][(who >> 1) + 1]++] = (uint32_t)i;
	}
}

static size_t n_held(const struct aws_state *of, enum principal_type type, uint32_t at)
{
	return of->first_held[type][at + 1] - of->first_held[type][at];
}

/* Adds those of one principal that are on the page; *at is how many came before. */
static void add_held(struct aws_state *of, enum principal_type type, uint32_t who,
	struct page *p, size_t *at)
{
	size_t n = n_held(of, type, who);
	size_t from = p->from > *at ? p->from - *at : 0;
	size_t to = p->to > *at ? p->to - *at : 0;
	for (size_t i = from; i < n && i < to; i++) {
		uint32_t number = of->held[of->first_held[type][who] + i];
		p->items = rec_push(
			p->items, assignment_answer(of, &of->s.assignments[number]));
	}
	*at += n;
}

/* A user's list has what comes through groups, too, where they are known. */
static jv list_assignments_for_principal(struct question *q)
{
	const struct state *s = q->s;
	enum principal_type type;
	if (directory_type_read(rec_str(q->input, "PrincipalType"), &type) != 0)
		return not_found(q);
	uint32_t who =
		state_find(&s->principals[type].index, rec_str(q->input, "PrincipalId"));
	if (who == STATE_NONE)
		return knows_all(s, type) ? not_found(q) : page_answer(q, page_of(q, 0));
	if (q->of->held == NULL)
		hold(q->of);
	const struct state_principal *p = &s->principals[type].list[who];
	size_t n = n_held(q->of, type, who), at = 0;
	for (size_t i = 0; i < p->n_groups; i++)
		n += n_held(q->of, PRINCIPAL_GROUP, s->groups[p->first_group + i]);
	struct page page = page_of(q, n);
	add_held(q->of, type, who, &page, &at);
	for (size_t i = 0; i < p->n_groups; i++)
		add_held(q->of, PRINCIPAL_GROUP, s->groups[p->first_group + i], &page, &at);
	return page_answer(q, page);
}

/* --- the table ---------------------------------------------------------------------- */

#define NEEDS_ORG (STATE_BIT(STATE_ROOT) | STATE_BIT(STATE_UNIT) | STATE_BIT(STATE_ACCOUNT))
#define NEEDS_SETS STATE_BIT(STATE_SET)
#define NEEDS_ASSIGNMENTS (STATE_BIT(STATE_SET) | STATE_BIT(STATE_ASSIGNMENT))

/* Operations, the kinds of records that they need all of, and how they are answered. */
static const struct {
	enum aws_service service;
	const char *op;
	unsigned needs;
	jv (*answer)(struct question *q);
} answers[] = {
	{ AWS_SSO_ADMIN, "ListInstances", STATE_BIT(STATE_INSTANCE), list_instances },
	{ AWS_ORGANIZATIONS, "DescribeOrganization", STATE_BIT(STATE_INSTANCE),
		describe_organization },
	{ AWS_ORGANIZATIONS, "ListRoots", NEEDS_ORG, list_roots },
	{ AWS_ORGANIZATIONS, "ListOrganizationalUnitsForParent", NEEDS_ORG,
		list_units_for_parent },
	{ AWS_ORGANIZATIONS, "ListAccounts", NEEDS_ORG, list_accounts },
	{ AWS_ORGANIZATIONS, "ListAccountsForParent", NEEDS_ORG, list_accounts_for_parent },
	{ AWS_ORGANIZATIONS, "ListTagsForResource", STATE_BIT(STATE_ACCOUNT),
		list_organization_tags },
	{ AWS_IDENTITYSTORE, "ListGroups", 0, list_principals },
	{ AWS_IDENTITYSTORE, "ListUsers", 0, list_principals },
	{ AWS_IDENTITYSTORE, "GetGroupId", 0, get_principal },
	{ AWS_IDENTITYSTORE, "GetUserId", 0, get_principal },
	{ AWS_IDENTITYSTORE, "DescribeGroup", 0, describe_principal },
	{ AWS_IDENTITYSTORE, "DescribeUser", 0, describe_principal },
	{ AWS_SSO_ADMIN, "ListPermissionSets", NEEDS_SETS, list_sets },
	{ AWS_SSO_ADMIN, "ListTagsForResource", NEEDS_SETS, list_set_tags },
	{ AWS_SSO_ADMIN, "DescribePermissionSet", NEEDS_SETS, about_set },
	{ AWS_SSO_ADMIN, "GetInlinePolicyForPermissionSet", NEEDS_SETS, about_set },
	{ AWS_SSO_ADMIN, "GetPermissionsBoundaryForPermissionSet", NEEDS_SETS, about_set },
	{ AWS_SSO_ADMIN, "ListManagedPoliciesInPermissionSet", NEEDS_SETS, about_set },
	{ AWS_SSO_ADMIN, "ListCustomerManagedPolicyReferencesInPermissionSet", NEEDS_SETS,
		about_set },
	{ AWS_SSO_ADMIN, "ListAccountsForProvisionedPermissionSet", NEEDS_ASSIGNMENTS,
		list_provisioned },
	{ AWS_SSO_ADMIN, "ListAccountAssignments", NEEDS_ASSIGNMENTS, list_assignments },
	{ AWS_SSO_ADMIN, "ListAccountAssignmentsForPrincipal", NEEDS_ASSIGNMENTS,
		list_assignments_for_principal },
};

/* What a request names must be what the file is of. */
static int check_identity(struct question *q)
{
	static const char *const members[] = { "InstanceArn", "IdentityStoreId" };
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const char *asked = rec_str(q->input, members[i]);
		const char *is = rec_str(q->s->instance, members[i]);
		if (asked != NULL && is != NULL && strcmp(asked, is) != 0)
			return err_set(q->err, ERR_DATA, "%s is of %s '%s', not of '%s'",
				q->s->file, i == 0 ? "instance" : "identity store", is,
				asked);
	}
	return 0;
}

jv aws_state_answer(
	struct aws_state *of, const struct aws_op *op, jv input, struct err *err)
{
	struct question q = { of, &of->s, op, input, err };
	unsigned has_instance = jv_is_valid(of->s.instance) ? STATE_BIT(STATE_INSTANCE) : 0;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		if (answers[i].service != op->service ||
			strcmp(answers[i].op, op->name) != 0)
			continue;
		of->s.complete &= has_instance | ~STATE_BIT(STATE_INSTANCE);
		if (!state_has(&of->s, answers[i].needs))
			return lacks(&q, answers[i].needs);
		return check_identity(&q) == 0 ? answers[i].answer(&q) : jv_invalid();
	}
	err_set(err, ERR_DATA, "%s: a dump can't answer this", op->name);
	return jv_invalid();
}
