/*
 * IAM Identity Center: instances and permission sets.
 */
#include "call.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "managed_policies.h"
#include "mem.h"
#include "ops_sso.h"
#include "rec.h"
#include "when.h"

/* Quota: characters of an inline policy, white space not counted. */
#define INLINE_MAX 10240

jv not_found(struct call *c, const char *what, const char *id)
{
	return call_fail(c, 400, "ResourceNotFoundException", "%s not found: %s", what, id);
}

int known_instance(struct call *c)
{
	const struct sim *s = c->sim;
	if (!is_administrator(c))
		return 0;
	const char *arn = rec_str(c->input, "InstanceArn");
	if (arn == NULL ||
		(strcmp(arn, s->instance_arn) == 0 && strcmp(c->region, s->region) == 0))
		return 1;
	not_found(c, "Instance", arn);
	return 0;
}

struct set *known_set(struct call *c)
{
	if (!known_instance(c))
		return NULL;
	const char *arn = rec_str(c->input, "PermissionSetArn");
	struct set *set = sim_set(c->sim, arn);
	if (set == NULL)
		not_found(c, "PermissionSet", arn);
	return set;
}

/*
 * A delegated administrator can't touch what the management account uses. Source:
 * "Delegated administration", IAM Identity Center User Guide.
 */
int may_touch(struct call *c, const struct set *set)
{
	const struct sim *s = c->sim;
	const struct account *management = sim_account(s, s->management_id);
	const struct pair *pair = management != NULL ? sim_pair(set, management) : NULL;
	if (strcmp(c->account, s->management_id) == 0 || pair == NULL || !pair->provisioned)
		return 1;
	call_fail(c, 400, "AccessDeniedException",
		"User: %s is not authorized to change a permission set that is provisioned "
		"in the "
		"management account",
		c->arn);
	return 0;
}

/* The set that a change is for, when it may be changed now. */
static struct set *changeable(struct call *c)
{
	struct set *set = known_set(c);
	return set != NULL && may_touch(c, set) ? set : NULL;
}

static jv done(struct set *set)
{
	sim_touch(set);
	return jv_object();
}

static void replace(char **to, const char *s)
{
	free(*to);
	*to = mem_string(s);
}

static jv instance_item(const struct call *c, const void *items, size_t i)
{
	const struct sim *s = items;
	(void)c;
	(void)i;
	jv r = rec_set_str(jv_object(), "InstanceArn", s->instance_arn);
	r = rec_set_str(r, "IdentityStoreId", s->identity_store_id);
	r = rec_set_str(r, "OwnerAccountId", s->owner_id);
	r = rec_set_num(r, "CreatedDate", SIM_LONG_AGO);
	return rec_set_str(r, "Status", "ACTIVE");
}

jv list_instances(struct call *c)
{
	const struct sim *s = c->sim;
	/* An instance lives in one region and is seen from nowhere else. */
	size_t n = strcmp(c->region, s->region) == 0;
	return page_answer(c, "Instances", s, n, &page_sso, instance_item);
}

static void set_arn_item(const struct call *c, const void *items, size_t i, struct buf *to)
{
	struct set *const *sets = items;
	(void)c;
	json_write_string(to, sets[i]->arn, strlen(sets[i]->arn));
}

/* The sets that are there; *n of them, the array owned by the caller. */
static struct set **live_sets(const struct sim *s, size_t *n)
{
	struct set **sets = mem_array(s->sets.n, sizeof(struct set *));
	*n = 0;
	for (size_t i = 0; i < s->sets.n; i++) {
		struct set *set = s->sets.items[i];
		if (!set->deleted)
			sets[(*n)++] = set;
	}
	return sets;
}

jv list_permission_sets(struct call *c)
{
	if (!known_instance(c))
		return jv_invalid();
	size_t n;
	struct set **sets = live_sets(c->sim, &n);
	jv answer = page_write(c, "PermissionSets", sets, n, &page_sso, set_arn_item);
	free(sets);
	return answer;
}

static jv set_description(const struct set *set)
{
	jv r = rec_set_str(jv_object(), "Name", set->name);
	r = rec_set_str(r, "PermissionSetArn", set->arn);
	r = rec_set_str(r, "Description", set->description);
	r = rec_set_num(r, "CreatedDate", (double)set->created);
	r = rec_set_str(r, "SessionDuration", set->duration);
	r = rec_set_str(r, "RelayState", set->relay_state);
	return rec_set(jv_object(), "PermissionSet", r);
}

jv describe_permission_set(struct call *c)
{
	const struct set *set = known_set(c);
	return set != NULL ? set_description(set) : jv_invalid();
}

/* Session durations go from one hour to twelve. */
static int duration_fits(struct call *c)
{
	const char *duration = rec_str(c->input, "SessionDuration");
	long seconds;
	if (duration == NULL || (when_parse_iso_duration(duration, &seconds) == 0 &&
					seconds >= 3600 && seconds <= 43200))
		return 1;
	call_fail(c, 400, "ValidationException",
		"The session duration must be between 1 hour (PT1H) and 12 hours (PT12H)");
	return 0;
}

jv create_permission_set(struct call *c)
{
	struct sim *s = c->sim;
	const char *name = rec_str(c->input, "Name");
	if (!known_instance(c) || !duration_fits(c))
		return jv_invalid();
	if (map_get(&s->sets_by_name, name) != NULL)
		return call_fail(c, 400, "ConflictException",
			"PermissionSet with name %s already exists.", name);
	if (s->n_live_sets >= s->options.max_sets)
		return call_fail(c, 400, "ServiceQuotaExceededException",
			"You have exceeded the maximum number of permission sets: %lu",
			s->options.max_sets);
	jv none = jv_object(), tags = tags_merged(c, none);
	jv_free(none);
	if (!jv_is_valid(tags))
		return jv_invalid();
	struct set *set = sim_add_set(s, name, NULL);
	set->created = s->now;
	jv_free(set->tags);
	set->tags = tags;
	replace(&set->description, rec_str(c->input, "Description"));
	replace(&set->duration, rec_str_or(c->input, "SessionDuration", "PT1H"));
	replace(&set->relay_state, rec_str(c->input, "RelayState"));
	return set_description(set);
}

jv update_permission_set(struct call *c)
{
	struct set *set = changeable(c);
	if (set == NULL || !duration_fits(c))
		return jv_invalid();
	if (rec_has(c->input, "Description"))
		replace(&set->description, rec_str(c->input, "Description"));
	if (rec_has(c->input, "SessionDuration"))
		replace(&set->duration, rec_str(c->input, "SessionDuration"));
	/* A relay state that is left out is cleared. */
	replace(&set->relay_state, rec_str(c->input, "RelayState"));
	return done(set);
}

jv delete_permission_set(struct call *c)
{
	struct set *set = changeable(c);
	if (set == NULL)
		return jv_invalid();
	if (sim_assigned(set) > 0 || sim_running(c->sim, set, NULL) != NULL)
		return call_fail(c, 400, "ConflictException",
			"PermissionSet has ApplicationProfile associated with it: delete "
			"its account "
			"assignments first");
	sim_remove_set(c->sim, set);
	return jv_object();
}

/* --- tags -------------------------------------------------------------------------------
 */

/* The tags of the resource that the call names, a set's or the instance's; NULL after
 * call_fail. */
static jv *tags_of(struct call *c)
{
	const char *arn = rec_str(c->input, "ResourceArn");
	if (!known_instance(c))
		return NULL;
	if (strcmp(arn, c->sim->instance_arn) == 0)
		return &c->sim->instance_tags;
	struct set *set = sim_set(c->sim, arn);
	if (set == NULL)
		not_found(c, "Resource", arn);
	return set != NULL ? &set->tags : NULL;
}

jv list_tags(struct call *c)
{
	/* The one list whose page can't be asked for. */
	static const struct page page = { "NextToken", "MaxResults", 100, 100 };
	const jv *tags = tags_of(c);
	return tags != NULL ? page_tags(c, *tags, &page) : jv_invalid();
}

/* The same for a change; a set that the management account uses is not everybody's. */
static jv *changeable_tags(struct call *c)
{
	const struct set *set = sim_set(c->sim, rec_str(c->input, "ResourceArn"));
	return set == NULL || may_touch(c, set) ? tags_of(c) : NULL;
}

jv tag_resource(struct call *c)
{
	jv *tags = changeable_tags(c);
	return tags != NULL && tags_add(c, tags) == 0 ? jv_object() : jv_invalid();
}

jv untag_resource(struct call *c)
{
	jv *tags = changeable_tags(c);
	if (tags == NULL)
		return jv_invalid();
	tags_remove(c, tags);
	return jv_object();
}

/* --- the inline policy ------------------------------------------------------------------
 */

jv get_inline_policy(struct call *c)
{
	const struct set *set = known_set(c);
	if (set == NULL)
		return jv_invalid();
	return rec_set_str(jv_object(), "InlinePolicy",
		set->inline_policy != NULL ? set->inline_policy : "");
}

static size_t without_space(const char *s)
{
	size_t n = 0;
	for (; *s != '\0'; s++)
		n += strchr(" \t\r\n", *s) == NULL && ((unsigned char)*s & 0xC0) != 0x80;
	return n;
}

static int is_statement(jv v)
{
	return rec_str(v, "Effect") != NULL &&
	       (rec_has(v, "Action") || rec_has(v, "NotAction"));
}

/* Whether v is what IAM takes for a policy: a statement, or a list of them. */
static int is_policy(jv v)
{
	jv statements = rec_get(v, "Statement");
	int well_formed =
		is_statement(statements) || jv_get_kind(statements) == JV_KIND_ARRAY;
	for (int i = 0; i < rec_len(statements) && jv_get_kind(statements) == JV_KIND_ARRAY;
		i++) {
		jv statement = rec_at(statements, i);
		well_formed &= is_statement(statement);
		jv_free(statement);
	}
	jv_free(statements);
	return well_formed;
}

jv put_inline_policy(struct call *c)
{
	struct set *set = changeable(c);
	const char *policy = rec_str(c->input, "InlinePolicy");
	if (set == NULL)
		return jv_invalid();
	struct json_fault fault;
	jv document = json_parse(policy, strlen(policy), &fault);
	int well_formed = is_policy(document);
	jv_free(document);
	if (!well_formed)
		return call_fail(c, 400, "ValidationException",
			"Invalid policy document: The policy failed legacy parsing");
	if (without_space(policy) > INLINE_MAX)
		return call_fail(c, 400, "ServiceQuotaExceededException",
			"Inline policy size exceeds %d characters", INLINE_MAX);
	replace(&set->inline_policy, policy);
	return done(set);
}

jv delete_inline_policy(struct call *c)
{
	struct set *set = changeable(c);
	if (set == NULL)
		return jv_invalid();
	if (set->inline_policy == NULL)
		return not_found(c, "Inline policy", set->arn);
	replace(&set->inline_policy, NULL);
	return done(set);
}

/* --- managed policies -------------------------------------------------------------------
 */

static jv managed_item(const struct call *c, const void *items, size_t i)
{
	const jv *managed = items;
	const char *arn = rec_str_at(*managed, (int)i);
	jv r = rec_set_str(jv_object(), "Name", strrchr(arn, '/') + 1);
	(void)c;
	return rec_set_str(r, "Arn", arn);
}

jv list_managed_policies(struct call *c)
{
	const struct set *set = known_set(c);
	if (set == NULL)
		return jv_invalid();
	return page_answer(c, "AttachedManagedPolicies", &set->managed,
		(size_t)rec_len(set->managed), &page_sso, managed_item);
}

static jv customer_item(const struct call *c, const void *items, size_t i)
{
	const jv *customer = items;
	(void)c;
	return rec_at(*customer, (int)i);
}

jv list_customer_policies(struct call *c)
{
	const struct set *set = known_set(c);
	if (set == NULL)
		return jv_invalid();
	return page_answer(c, "CustomerManagedPolicyReferences", &set->customer,
		(size_t)rec_len(set->customer), &page_sso, customer_item);
}

/* The place of v in list, or -1. */
static int index_of(jv list, jv v)
{
	for (int i = 0; i < rec_len(list); i++) {
		jv element = rec_at(list, i);
		int same = rec_equal(element, v);
		jv_free(element);
		if (same)
			return i;
	}
	return -1;
}

/* list without its element at i; takes list. */
static jv without(jv list, int i)
{
	jv rest = jv_array();
	for (int k = 0; k < rec_len(list); k++)
		if (k != i)
			rest = rec_push(rest, rec_at(list, k));
	jv_free(list);
	return rest;
}

/* Attaches or detaches v, which it takes. */
static jv change_policies(struct call *c, struct set *set, jv *list, jv v, int attach)
{
	int at = index_of(*list, v);
	if (attach && at < 0 &&
		rec_len(set->managed) + rec_len(set->customer) >=
			(int)c->sim->options.max_policies) {
		jv_free(v);
		return call_fail(c, 400, "ServiceQuotaExceededException",
			"You have exceeded the maximum number of managed policies of a "
			"permission set: %lu",
			c->sim->options.max_policies);
	}
	if (attach && at < 0) {
		/* In order, as a state that is loaded has it. */
		*list = rec_push(*list, v);
		*list = jv_sort(jv_copy(*list), *list);
		return done(set);
	}
	jv_free(v);
	if (attach)
		return call_fail(c, 400, "ConflictException",
			"Policy is already attached to the permission set %s", set->arn);
	if (at < 0)
		return not_found(c, "Attached policy", set->arn);
	*list = without(*list, at);
	return done(set);
}

/* Whether AWS has that managed policy: one of the list, or one that the loaded state had.
 */
static int managed_exists(struct call *c, const char *arn)
{
	const struct sim *s = c->sim;
	const char *name = strstr(arn, ":policy/");
	/* "arn:aws:", up to the service: a policy of another partition is none here. */
	size_t partition_len =
		strlen("arn:") + strcspn(s->instance_arn + strlen("arn:"), ":");
	if (name != NULL && strncmp(arn, s->instance_arn, partition_len + 1) == 0 &&
		(s->options.any_policy || map_has(&s->policies, arn) ||
			managed_policy_find(name + strlen(":policy/")) <
				n_managed_policies))
		return 1;
	call_fail(c, 400, "ResourceNotFoundException",
		"Received a 404 status error: Not supported policy %s.", arn);
	return 0;
}

static jv change_managed(struct call *c, int attach)
{
	struct set *set = changeable(c);
	if (set == NULL ||
		(attach && !managed_exists(c, rec_str(c->input, "ManagedPolicyArn"))))
		return jv_invalid();
	return change_policies(
		c, set, &set->managed, rec_get(c->input, "ManagedPolicyArn"), attach);
}

jv attach_managed_policy(struct call *c)
{
	return change_managed(c, 1);
}

jv detach_managed_policy(struct call *c)
{
	return change_managed(c, 0);
}

/* A reference with its path, which is "/" when left out. */
static jv whole_reference(jv reference)
{
	jv r = rec_set_str(jv_object(), "Name", rec_str(reference, "Name"));
	return rec_set_str(r, "Path", rec_str_or(reference, "Path", "/"));
}

static jv change_customer(struct call *c, int attach)
{
	struct set *set = changeable(c);
	if (set == NULL)
		return jv_invalid();
	jv given = rec_get(c->input, "CustomerManagedPolicyReference");
	jv reference = whole_reference(given);
	jv_free(given);
	return change_policies(c, set, &set->customer, reference, attach);
}

jv attach_customer_policy(struct call *c)
{
	return change_customer(c, 1);
}

jv detach_customer_policy(struct call *c)
{
	return change_customer(c, 0);
}

/* --- the permissions boundary -----------------------------------------------------------
 */

jv get_boundary(struct call *c)
{
	const struct set *set = known_set(c);
	if (set == NULL)
		return jv_invalid();
	if (!jv_is_valid(set->boundary))
		return not_found(c, "Permissions boundary", set->arn);
	return rec_set(jv_object(), "PermissionsBoundary", jv_copy(set->boundary));
}

jv put_boundary(struct call *c)
{
	struct set *set = changeable(c);
	if (set == NULL)
		return jv_invalid();
	jv given = rec_get(c->input, "PermissionsBoundary");
	jv reference = rec_get(given, "CustomerManagedPolicyReference");
	const char *arn = rec_str(given, "ManagedPolicyArn");
	int is_customer = jv_is_valid(reference), is_managed = arn != NULL;
	if (is_managed)
		managed_exists(c, arn);
	jv boundary = is_customer ? rec_set(jv_object(), "CustomerManagedPolicyReference",
					    whole_reference(reference))
				  : jv_copy(given);
	jv_free(given);
	jv_free(reference);
	if (is_customer == is_managed || c->status != 0) {
		jv_free(boundary);
		return call_fail(c, 400, "ValidationException",
			"Exactly one of ManagedPolicyArn and "
			"CustomerManagedPolicyReference is required");
	}
	jv_free(set->boundary);
	set->boundary = boundary;
	return done(set);
}

jv delete_boundary(struct call *c)
{
	struct set *set = changeable(c);
	if (set == NULL)
		return jv_invalid();
	if (!jv_is_valid(set->boundary))
		return not_found(c, "Permissions boundary", set->arn);
	jv_free(set->boundary);
	set->boundary = jv_invalid();
	return done(set);
}
