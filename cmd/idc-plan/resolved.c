#include "resolved.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "diag.h"
#include "map.h"
#include "rec.h"
#include "status.h"
#include "text.h"
#include "when.h"

struct reader {
	struct model *m;
	struct stream_in *s;
	enum resolved_role role;
	int status;
	struct map origins; /* index in the model + 1, by their text */
	struct buf key;
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
	if (r->role == RESOLVED_WANTED && !rec_true(rec, "IncludesManagementAccount"))
		r->m->lacks_management = 1;
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

int resolved_same(jv a, jv b)
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
		/* Two that differ are like none that is wanted. */
		if (!jv_is_valid(s->last)) {
			jv_free(s->last);
			s->last = jv_copy(rec);
		} else if (jv_get_kind(s->last) == JV_KIND_OBJECT &&
			   !resolved_same(s->last, rec)) {
			jv_free(s->last);
			s->last = jv_null();
		}
	} else if (!jv_is_valid(s->want)) {
		jv_free(s->want);
		s->want = jv_copy(rec);
	} else if (!resolved_same(s->want, rec)) {
		bad(r, STATUS_FAILED,
			"permission set '%s' is there twice, and the two differ", name);
	}
}

/* --- assignments -------------------------------------------------------------------- */

enum { ACCOUNT, ACCOUNT_NAME, SET, TYPE, PRINCIPAL, PRINCIPAL_NAME, RULES, SOURCE, TEXTS };

static const char *const text_names[TEXTS] = { "AccountId", "AccountName",
	"PermissionSetName", "PrincipalType", "PrincipalId", "PrincipalName", "Rules",
	"Source" };

/* What is wrong with the texts of an assignment, or NULL with *type. */
static const char *wrong_text(const char *const *texts, enum principal_type *type)
{
	if (texts[ACCOUNT] == NULL || !text_is_account_id(texts[ACCOUNT]))
		return "AccountId";
	if (texts[SET] == NULL)
		return "PermissionSetName";
	if (texts[PRINCIPAL] == NULL || texts[PRINCIPAL][0] == '\0')
		return "PrincipalId";
	return directory_type_read(texts[TYPE], type) != 0 ? "PrincipalType" : NULL;
}

static void add_assignment(struct reader *r, const char *const *texts, uint32_t origin)
{
	struct model *m = r->m;
	enum principal_type type;
	const char *wrong = wrong_text(texts, &type);
	if (wrong != NULL) {
		bad(r, STATUS_INCOMPLETE, "an AccountAssignment with a bad %s", wrong);
		return;
	}
	struct entry e = { .set = model_set(m, texts[SET]),
		.account = model_account(m, texts[ACCOUNT], texts[ACCOUNT_NAME]),
		.principal =
			model_principal(m, type, texts[PRINCIPAL], texts[PRINCIPAL_NAME]),
		.origin = origin };
	if (r->role == RESOLVED_WANTED)
		m->principals[e.principal].exists = 1;
	entries_add(r->role == RESOLVED_WANTED ? &m->wanted : &m->applied, e);
}

static void read_assignment(struct reader *r, jv rec)
{
	const char *texts[TEXTS];
	for (int i = 0; i < TEXTS; i++)
		texts[i] = rec_str(rec, text_names[i]);
	add_assignment(
		r, texts, r->role == RESOLVED_WANTED ? model_origin(r->m, rec) : NONE);
}

/* {"Rules": ..., "Source": ...} of a record's texts, as far as they are there. */
static jv origin_of(const struct json_span *spans)
{
	jv rec = jv_object();
	for (int i = RULES; i <= SOURCE; i++) {
		struct json_fault fault;
		jv v = spans[i].first == '[' || spans[i].first == '{'
			       ? json_parse(spans[i].text, spans[i].len, &fault)
			       : jv_invalid();
		if (jv_is_valid(v))
			rec = rec_set(rec, text_names[i], v);
		else
			jv_free(v);
	}
	return rec;
}

/* Many assignments have one origin: it is known by its text. */
static uint32_t find_origin(struct reader *r, const struct json_span *spans)
{
	const char *rules = spans[RULES].text, *source = spans[SOURCE].text;
	buf_clear(&r->key);
	buf_addf(&r->key, "%s\n%s", rules != NULL ? rules : "",
		source != NULL ? source : "");
	void **slot = map_slot(&r->origins, buf_str(&r->key));
	if (*slot == NULL) {
		jv rec = origin_of(spans);
		*slot = (void *)((uintptr_t)model_origin(r->m, rec) + 1);
		jv_free(rec);
	}
	return (uint32_t)((uintptr_t)*slot - 1);
}

static void read_assignment_texts(struct reader *r, const struct json_span *spans)
{
	const char *texts[TEXTS];
	for (int i = 0; i < TEXTS; i++)
		texts[i] = spans[i].first == '"' ? spans[i].text : NULL;
	add_assignment(r, texts, r->role == RESOLVED_WANTED ? find_origin(r, spans) : NONE);
}

static const struct {
	const char *kind;
	void (*read)(struct reader *r, jv rec);
} kinds[] = {
	{ "AccountAssignment", read_assignment },
	{ "PermissionSet", read_set },
	{ "Instance", read_instance },
};

static void read_record(struct reader *r, jv rec)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (rec_is(rec, kinds[i].kind))
			kinds[i].read(r, rec);
}

/* As stream_next ends. */
static int read_all(struct reader *r, struct err *err)
{
	struct json_span spans[TEXTS];
	const struct stream_texts texts = { "AccountAssignment", text_names, spans, TEXTS };
	jv rec;
	int got;
	while ((got = stream_next_texts(r->s, &texts, &rec, err)) > 0) {
		if (got == 2)
			read_assignment_texts(r, spans);
		else
			read_record(r, rec);
		jv_free(rec);
	}
	return got;
}

int resolved_read(struct model *m, struct stream_in *s, enum resolved_role role)
{
	struct reader r = { .m = m, .s = s, .role = role, .status = STATUS_OK };
	struct err err;
	map_init(&r.origins);
	buf_init(&r.key, 2 * (size_t)LINES_MAX);
	int got = read_all(&r, &err);
	map_release(&r.origins, NULL);
	buf_release(&r.key);
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
