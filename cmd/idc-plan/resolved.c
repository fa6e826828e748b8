#include "resolved.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "diag.h"
#include "rec.h"
#include "status.h"
#include "text.h"
#include "when.h"

struct reader {
	struct model *m;
	struct stream_in *s;
	enum resolved_role role;
	int status;
};

static void bad(struct reader *r, int status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void bad(struct reader *r, int status, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_at(DIAG_ERROR, r->s->file, r->s->lines.number, 1, "%s", text);
	if (r->status == STATUS_OK)
		r->status = status;
}

static void read_instance(struct reader *r, jv rec)
{
	static const char *const needed[] = { "InstanceArn", "IdentityStoreId",
		"ManagementAccountId" };
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (rec_str(rec, needed[i]) == NULL) {
			bad(r, STATUS_INCOMPLETE, "an Instance without %s", needed[i]);
			return;
		}
	if (!jv_is_valid(r->m->instance)) {
		jv_free(r->m->instance);
		r->m->instance = jv_copy(rec);
	} else if (strcmp(rec_str(rec, "InstanceArn"),
			   model_instance(r->m, "InstanceArn")) != 0) {
		bad(r, STATUS_FAILED, "this is of instance %s, the rest of %s",
			rec_str(rec, "InstanceArn"), model_instance(r->m, "InstanceArn"));
	}
}

/* --- permission sets ---------------------------------------------------------------- */

static int is_strings(jv v)
{
	for (int i = 0; i < rec_len(v); i++)
		if (rec_str_at(v, i) == NULL)
			return 0;
	return 1;
}

static int is_references(jv v)
{
	int good = 1;
	for (int i = 0; good && i < rec_len(v); i++) {
		jv item = rec_at(v, i);
		good = rec_str(item, "Name") != NULL && rec_str(item, "Path") != NULL;
		jv_free(item);
	}
	return good;
}

static int is_tags(jv v)
{
	int good = 1;
	jv_object_foreach(v, key, value)
	{
		good &= jv_get_kind(value) == JV_KIND_STRING;
		jv_free(key);
		jv_free(value);
	}
	return good;
}

static int is_duration(jv v)
{
	long seconds;
	return when_parse_iso_duration(jv_string_value(v), &seconds) == 0;
}

static int is_boundary(jv v)
{
	jv reference = rec_get(v, "CustomerManagedPolicyReference");
	int good = rec_str(v, "ManagedPolicyArn") != NULL ||
		   rec_str(reference, "Name") != NULL;
	jv_free(reference);
	return good;
}

/* What the members of a permission set must be, where they are there. */
static const struct {
	const char *member;
	jv_kind kind;
	int (*check)(jv v);
} members[] = {
	{ "Description", JV_KIND_STRING, NULL },
	{ "SessionDuration", JV_KIND_STRING, is_duration },
	{ "RelayState", JV_KIND_STRING, NULL },
	{ "ManagedPolicies", JV_KIND_ARRAY, is_strings },
	{ "CustomerManagedPolicies", JV_KIND_ARRAY, is_references },
	{ "PermissionsBoundary", JV_KIND_OBJECT, is_boundary },
	{ "InlinePolicy", JV_KIND_OBJECT, NULL },
	{ "Tags", JV_KIND_OBJECT, is_tags },
	{ "Was", JV_KIND_STRING, NULL },
	{ "Source", JV_KIND_OBJECT, NULL },
};

/* The member of rec that is not what it must be, or NULL. */
static const char *wrong_member(jv rec)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (!rec_has(rec, members[i].member))
			continue;
		jv v = rec_get(rec, members[i].member);
		int good = jv_get_kind(v) == members[i].kind &&
			   (members[i].check == NULL || members[i].check(v));
		jv_free(v);
		if (!good)
			return members[i].member;
	}
	return NULL;
}

/* Whether two records say the same, wherever they were written. */
static int same_meaning(jv a, jv b)
{
	jv x = rec_set(jv_copy(a), "Source", jv_null());
	jv y = rec_set(jv_copy(b), "Source", jv_null());
	int same = rec_equal(x, y);
	jv_free(x);
	jv_free(y);
	return same;
}

static void read_set(struct reader *r, jv rec)
{
	const char *name = rec_str(rec, "Name");
	const char *wrong = wrong_member(rec);
	if (name == NULL || wrong != NULL) {
		bad(r, STATUS_INCOMPLETE, "a PermissionSet with a bad %s",
			wrong != NULL ? wrong : "Name");
		return;
	}
	uint32_t at = model_set(r->m, name);
	struct set *s = &r->m->sets[at];
	if (r->role == RESOLVED_APPLIED) {
		s->applied = 1;
	} else if (!jv_is_valid(s->want)) {
		jv_free(s->want);
		s->want = jv_copy(rec);
	} else if (!same_meaning(s->want, rec)) {
		bad(r, STATUS_FAILED,
			"permission set '%s' is there twice, and the two differ", name);
	}
}

/* --- assignments -------------------------------------------------------------------- */

static void read_assignment(struct reader *r, jv rec)
{
	enum principal_type type;
	const char *account = rec_str(rec, "AccountId");
	const char *set = rec_str(rec, "PermissionSetName");
	const char *principal = rec_str(rec, "PrincipalId");
	const char *wrong = NULL;
	if (account == NULL || !text_is_account_id(account))
		wrong = "AccountId";
	else if (set == NULL)
		wrong = "PermissionSetName";
	else if (principal == NULL || principal[0] == '\0')
		wrong = "PrincipalId";
	else if (directory_type_read(rec_str(rec, "PrincipalType"), &type) != 0)
		wrong = "PrincipalType";
	if (wrong != NULL) {
		bad(r, STATUS_INCOMPLETE, "an AccountAssignment with a bad %s", wrong);
		return;
	}
	struct model *m = r->m;
	struct entry e = { .set = model_set(m, set),
		.account = model_account(m, account, rec_str(rec, "AccountName")),
		.principal =
			model_principal(m, type, principal, rec_str(rec, "PrincipalName")),
		.origin = r->role == RESOLVED_WANTED ? model_origin(m, rec) : NONE };
	if (r->role == RESOLVED_WANTED)
		m->principals[e.principal].exists = 1;
	entries_add(r->role == RESOLVED_WANTED ? &m->wanted : &m->applied, e);
}

static const struct {
	const char *kind;
	void (*read)(struct reader *r, jv rec);
} kinds[] = {
	{ "AccountAssignment", read_assignment },
	{ "PermissionSet", read_set },
	{ "Instance", read_instance },
};

int resolved_read(struct model *m, struct stream_in *s, enum resolved_role role)
{
	struct reader r = { m, s, role, STATUS_OK };
	struct err err;
	jv rec;
	int got;
	while ((got = stream_next(s, &rec, &err)) > 0) {
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
			if (rec_is(rec, kinds[i].kind))
				kinds[i].read(&r, rec);
		jv_free(rec);
	}
	if (got < 0)
		return stream_fail(&err);
	if (r.status == STATUS_OK && !jv_is_valid(m->instance)) {
		diag_at(DIAG_ERROR, s->file, 0, 0,
			"a resolved stream without its Instance record");
		return STATUS_INCOMPLETE;
	}
	entries_sort(m, role == RESOLVED_WANTED ? &m->wanted : &m->applied);
	return r.status;
}
