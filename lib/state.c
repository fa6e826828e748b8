#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"
#include "rec.h"
#include "stream.h"
#include "text.h"

const char *const state_kinds[STATE_KINDS] = { "Instance", "Root", "OrganizationalUnit",
	"Account", "Group", "User", "PermissionSet", "AccountAssignment" };

/* One reading. */
struct reading {
	struct state *s;
	struct stream_in in;
	struct err *err;
	struct json_span *spans; /* of an assignment */
};

static int bad(struct reading *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int bad(struct reading *r, const char *fmt, ...)
{
	char text[400];
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(r->err, ERR_DATA, "%s:%zu:1: error: %s", r->in.file,
		r->in.lines.number, text);
}

int state_has(const struct state *s, unsigned kinds)
{
	return (s->complete & kinds) == kinds;
}

uint32_t state_find(const struct map *index, const char *id)
{
	uintptr_t at = id != NULL ? (uintptr_t)map_get(index, id) : 0;
	return at != 0 ? (uint32_t)(at - 1) : STATE_NONE;
}

/* --- interning ---------------------------------------------------------------------- */

static uint32_t item(struct state_items *items, const char *id)
{
	void **slot = map_slot(&items->index, id);
	if (*slot == NULL) {
		mem_grow(&items->list, &items->cap, items->n + 1, sizeof(*items->list));
		items->list[items->n++] = (struct state_item){
			.id = mem_string(id), .rec = jv_invalid(), .parent = STATE_NONE
		};
		*slot = (void *)(uintptr_t)items->n;
	}
	return (uint32_t)((uintptr_t)*slot - 1);
}

static uint32_t principal(struct state_principals *all, const char *id)
{
	void **slot = map_slot(&all->index, id);
	if (*slot == NULL) {
		mem_grow(&all->list, &all->cap, all->n + 1, sizeof(*all->list));
		all->list[all->n++] = (struct state_principal){ .id = mem_string(id) };
		*slot = (void *)(uintptr_t)all->n;
	}
	return (uint32_t)((uintptr_t)*slot - 1);
}

/* Gives an item its record, which it has not yet; NULL when it has, after saying so. */
static struct state_item *take(
	struct reading *r, struct state_items *items, jv rec, const char *id)
{
	uint32_t at = item(items, id);
	struct state_item *x = &items->list[at];
	if (jv_is_valid(x->rec)) {
		bad(r, "%s '%.100s' is there twice%s", rec_str_or(rec, "Kind", ""), id,
			rec_equal(x->rec, rec) ? ": remove one" : ", and the two differ");
		return NULL;
	}
	jv_free(x->rec);
	x->rec = jv_copy(rec);
	return x;
}

/* What is there must be of its kind: what can't be read would pass for empty. */
struct member {
	const char *name;
	jv_kind kind, element; /* element: of a list's; else JV_KIND_INVALID */
};

static int check_kinds(struct reading *r, jv rec, const struct member *members, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct member *m = &members[i];
		jv v = rec_get(rec, m->name);
		int right = !jv_is_valid(v) || jv_get_kind(v) == m->kind;
		for (int k = 0; right && m->element != JV_KIND_INVALID && k < rec_len(v);
			k++) {
			jv element = rec_at(v, k);
			right = jv_get_kind(element) == m->element;
			jv_free(element);
		}
		jv_free(v);
		if (!right)
			return bad(r, "%s '%.100s' has a %s of the wrong kind",
				rec_str_or(rec, "Kind", ""), rec_str_or(rec, "Name", "?"),
				m->name);
	}
	return 0;
}

/* --- records ------------------------------------------------------------------------ */

static int read_instance(struct reading *r, jv rec)
{
	static const char *const needed[] = { "InstanceArn", "IdentityStoreId",
		"OwnerAccountId", "ManagementAccountId", "Region" };
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (rec_str(rec, needed[i]) == NULL)
			return bad(r, "an Instance without %s", needed[i]);
	if (!text_is_region(rec_str(rec, "Region")))
		return bad(r, "an Instance without a valid Region");
	if (jv_is_valid(r->s->instance))
		return bad(r, rec_equal(r->s->instance, rec)
				      ? "the Instance is there twice: remove one"
				      : "a second Instance, which is another one");
	jv_free(r->s->instance);
	r->s->instance = jv_copy(rec);
	return 0;
}

static int read_node(struct reading *r, jv rec, const char *prefix, const char *parent)
{
	const char *id = rec_str(rec, "Id");
	if (id == NULL || rec_str(rec, "Name") == NULL || !text_starts(id, prefix))
		return bad(r, "a %s without a valid Id or Name", rec_str(rec, "Kind"));
	uint32_t above = parent != NULL ? item(&r->s->units, parent) : STATE_NONE;
	struct state_item *x = take(r, &r->s->units, rec, id);
	if (x == NULL)
		return -1;
	x->parent = above;
	return 0;
}

static int read_root(struct reading *r, jv rec)
{
	return read_node(r, rec, "r-", NULL);
}

static int read_unit(struct reading *r, jv rec)
{
	const char *parent = rec_str(rec, "ParentId");
	if (parent == NULL)
		return bad(r, "an OrganizationalUnit without ParentId");
	return read_node(r, rec, "ou-", parent);
}

static int read_account(struct reading *r, jv rec)
{
	const char *id = rec_str(rec, "Id"), *parent = rec_str(rec, "ParentId");
	if (id == NULL || !text_is_account_id(id) || rec_str(rec, "Name") == NULL ||
		parent == NULL)
		return bad(r, "an Account without a valid Id, Name or ParentId");
	static const struct member members[] = {
		{ "State", JV_KIND_STRING, JV_KIND_INVALID },
		{ "Tags", JV_KIND_OBJECT, JV_KIND_INVALID },
	};
	if (check_kinds(r, rec, members, sizeof(members) / sizeof(members[0])) != 0)
		return -1;
	uint32_t above = item(&r->s->units, parent);
	struct state_item *x = take(r, &r->s->accounts, rec, id);
	if (x == NULL)
		return -1;
	x->parent = above;
	return 0;
}

static int read_principal(struct reading *r, enum principal_type type, jv rec)
{
	const struct directory_words *w = &directory_words[type];
	const char *id = rec_str(rec, w->id), *name = rec_str(rec, w->name);
	if (id == NULL || id[0] == '\0')
		return bad(r, "a %s without %s", w->kind, w->id);
	struct state_principals *all = &r->s->principals[type];
	uint32_t at = principal(all, id);
	struct state_principal *p = &all->list[at];
	if (p->listed)
		return bad(r, "%s '%.100s' is there twice: remove one", w->kind, id);
	p->listed = 1;
	free(p->name);
	p->name = mem_string(name);
	if (type == PRINCIPAL_USER)
		p->display = mem_string(rec_str(rec, "DisplayName"));
	if (name != NULL && !map_has(&all->by_name, name))
		map_put(&all->by_name, name, (void *)(uintptr_t)(at + 1));
	return 0;
}

static int read_group(struct reading *r, jv rec)
{
	return read_principal(r, PRINCIPAL_GROUP, rec);
}

static int read_user(struct reading *r, jv rec)
{
	struct state *s = r->s;
	if (read_principal(r, PRINCIPAL_USER, rec) != 0)
		return -1;
	size_t first = s->n_groups;
	jv groups = rec_get(rec, "Groups");
	for (int i = 0, n = rec_len(groups); i < n; i++) {
		const char *id = rec_str_at(groups, i);
		if (id == NULL)
			continue;
		mem_grow(&s->groups, &s->cap_groups, s->n_groups + 1, sizeof(*s->groups));
		s->groups[s->n_groups++] = principal(&s->principals[PRINCIPAL_GROUP], id);
	}
	jv_free(groups);
	struct state_principals *users = &s->principals[PRINCIPAL_USER];
	struct state_principal *p =
		&users->list[state_find(&users->index, rec_str(rec, "UserId"))];
	p->first_group = first;
	p->n_groups = s->n_groups - first;
	return 0;
}

static int read_set(struct reading *r, jv rec)
{
	const char *name = rec_str(rec, "Name"), *arn = rec_str(rec, "PermissionSetArn");
	if (name == NULL || arn == NULL)
		return bad(r, "a PermissionSet without Name or PermissionSetArn");
	static const struct member members[] = {
		{ "Description", JV_KIND_STRING, JV_KIND_INVALID },
		{ "SessionDuration", JV_KIND_STRING, JV_KIND_INVALID },
		{ "RelayState", JV_KIND_STRING, JV_KIND_INVALID },
		{ "Tags", JV_KIND_OBJECT, JV_KIND_INVALID },
		{ "ManagedPolicies", JV_KIND_ARRAY, JV_KIND_STRING },
		{ "CustomerManagedPolicies", JV_KIND_ARRAY, JV_KIND_OBJECT },
		{ "InlinePolicy", JV_KIND_OBJECT, JV_KIND_INVALID },
		{ "InlinePolicyText", JV_KIND_STRING, JV_KIND_INVALID },
		{ "PermissionsBoundary", JV_KIND_OBJECT, JV_KIND_INVALID },
	};
	if (check_kinds(r, rec, members, sizeof(members) / sizeof(members[0])) != 0)
		return -1;
	struct state_item *x = take(r, &r->s->sets, rec, name);
	if (x == NULL)
		return -1;
	if (map_put(&r->s->set_arns, arn, (void *)(uintptr_t)(x - r->s->sets.list + 1)) !=
		NULL)
		return bad(r, "PermissionSetArn '%.100s' is there twice", arn);
	return 0;
}

/* --- assignments -------------------------------------------------------------------- */

/* What of an AccountAssignment matters. */
enum { SPAN_ACCOUNT, SPAN_SET, SPAN_TYPE, SPAN_PRINCIPAL, SPAN_NAME, SPANS };

static const char *const span_names[SPANS] = { "AccountId", "PermissionSetName",
	"PrincipalType", "PrincipalId", "PrincipalName" };

static int add_assignment(struct reading *r, const char *const texts[SPANS])
{
	struct state *s = r->s;
	enum principal_type type;
	if (texts[SPAN_ACCOUNT] == NULL || !text_is_account_id(texts[SPAN_ACCOUNT]) ||
		texts[SPAN_SET] == NULL || texts[SPAN_PRINCIPAL] == NULL ||
		directory_type_read(texts[SPAN_TYPE], &type) != 0)
		return bad(r, "an AccountAssignment without a valid AccountId, "
			      "PermissionSetName, PrincipalType or PrincipalId");
	struct state_principals *all = &s->principals[type];
	uint32_t who = principal(all, texts[SPAN_PRINCIPAL]);
	if (all->list[who].name == NULL)
		all->list[who].name = mem_string(texts[SPAN_NAME]);
	mem_grow(&s->assignments, &s->cap_assignments, s->n_assignments + 1,
		sizeof(*s->assignments));
	s->assignments[s->n_assignments++] =
		(struct state_assignment){ item(&s->sets, texts[SPAN_SET]),
			item(&s->accounts, texts[SPAN_ACCOUNT]),
			STATE_PRINCIPAL(type, who) };
	return 0;
}

static int read_assignment(struct reading *r, jv rec)
{
	const char *texts[SPANS];
	for (int i = 0; i < SPANS; i++)
		texts[i] = rec_str(rec, span_names[i]);
	return add_assignment(r, texts);
}

static int read_assignment_texts(struct reading *r)
{
	const char *texts[SPANS];
	for (int i = 0; i < SPANS; i++)
		texts[i] = r->spans[i].first == '"' ? r->spans[i].text : NULL;
	return add_assignment(r, texts);
}

static int compare_assignments(const void *a, const void *b)
{
	const struct state_assignment *x = a, *y = b;
	int c = (x->set > y->set) - (x->set < y->set);
	c = c != 0 ? c : (x->account > y->account) - (x->account < y->account);
	return c != 0 ? c : (x->principal > y->principal) - (x->principal < y->principal);
}

/* What a dump has is in order already: to see that costs less than sorting. */
static int is_sorted(const struct state *s)
{
	size_t i = 1;
	while (i < s->n_assignments &&
		compare_assignments(&s->assignments[i - 1], &s->assignments[i]) <= 0)
		i++;
	return i >= s->n_assignments;
}

static void sort_assignments(struct state *s)
{
	size_t n = 0;
	if (!is_sorted(s))
		qsort(s->assignments, s->n_assignments, sizeof(*s->assignments),
			compare_assignments);
	for (size_t i = 0; i < s->n_assignments; i++)
		if (n == 0 || compare_assignments(
				      &s->assignments[n - 1], &s->assignments[i]) != 0)
			s->assignments[n++] = s->assignments[i];
	s->n_assignments = n;
}

size_t state_first(const struct state *s, uint32_t set, uint32_t account)
{
	const struct state_assignment key = { set, account, 0 };
	size_t low = 0, high = s->n_assignments;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (compare_assignments(&s->assignments[mid], &key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* --- the stream --------------------------------------------------------------------- */

static int (*const readers[STATE_KINDS])(struct reading *r, jv rec) = {
	[STATE_INSTANCE] = read_instance,
	[STATE_ROOT] = read_root,
	[STATE_UNIT] = read_unit,
	[STATE_ACCOUNT] = read_account,
	[STATE_GROUP] = read_group,
	[STATE_USER] = read_user,
	[STATE_SET] = read_set,
	[STATE_ASSIGNMENT] = read_assignment,
};

static int read_record(struct reading *r, jv rec)
{
	for (int i = 0; i < STATE_KINDS; i++)
		if (rec_is(rec, state_kinds[i]))
			return readers[i](r, rec);
	return 0;
}

/* Several streams are complete of what any of them is. */
static void begun(void *ctx, jv begin)
{
	struct state *s = ctx;
	jv kinds = rec_get(begin, STATE_COMPLETE);
	if (!jv_is_valid(kinds))
		s->complete = STATE_ALL;
	for (int i = 0, n = rec_len(kinds); i < n; i++)
		for (int k = 0; k < STATE_KINDS; k++)
			if (strcmp(state_kinds[k], rec_str_at(kinds, i) != NULL
							   ? rec_str_at(kinds, i)
							   : "") == 0)
				s->complete |= STATE_BIT(k);
	jv_free(kinds);
}

static int read_all(struct reading *r)
{
	struct json_span spans[SPANS];
	const struct stream_texts texts = { state_kinds[STATE_ASSIGNMENT], span_names,
		spans, SPANS };
	jv rec;
	int got;
	r->spans = spans;
	while ((got = stream_next_texts(&r->in, &texts, &rec, r->err)) > 0) {
		int failed = got == 2 ? read_assignment_texts(r) : read_record(r, rec);
		jv_free(rec);
		if (failed)
			return -1;
	}
	return got;
}

/* Where all sets have records, there is none that only an assignment names. */
static int check_sets(struct reading *r)
{
	const struct state *s = r->s;
	for (size_t i = 0; state_has(s, STATE_BIT(STATE_SET)) && i < s->sets.n; i++)
		if (!jv_is_valid(s->sets.list[i].rec))
			return err_set(r->err, ERR_DATA,
				"%s: error: assignments of permission set '%.100s', which "
				"has no record",
				s->file, s->sets.list[i].id);
	return 0;
}

static void items_init(struct state_items *x)
{
	map_init(&x->index);
}

int state_read(struct state *s, const char *path, struct err *err)
{
	struct reading r = { .s = s, .err = err };
	int input = strcmp(path, "-") == 0;
	memset(s, 0, sizeof(*s));
	s->file = mem_string(input ? "<stdin>" : path);
	s->instance = jv_invalid();
	items_init(&s->units);
	items_init(&s->accounts);
	items_init(&s->sets);
	map_init(&s->set_arns);
	for (int i = 0; i < PRINCIPAL_TYPES; i++) {
		map_init(&s->principals[i].index);
		map_init(&s->principals[i].by_name);
	}
	int fd = input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(err, ERR_SYS, "%s: %s", path, strerror(errno));
	stream_open(&r.in, fd, s->file, diag_prog(), STREAM_BIT(STREAM_STATE));
	r.in.begun = begun;
	r.in.begun_ctx = s;
	int failed = read_all(&r) != 0 || check_sets(&r) != 0;
	stream_release(&r.in);
	if (!input)
		close(fd);
	sort_assignments(s);
	return failed ? -1 : 0;
}

static void items_release(struct state_items *x)
{
	for (size_t i = 0; i < x->n; i++) {
		free(x->list[i].id);
		jv_free(x->list[i].rec);
	}
	free(x->list);
	map_release(&x->index, NULL);
}

static void principals_release(struct state_principals *x)
{
	for (size_t i = 0; i < x->n; i++) {
		free(x->list[i].id);
		free(x->list[i].name);
		free(x->list[i].display);
	}
	free(x->list);
	map_release(&x->index, NULL);
	map_release(&x->by_name, NULL);
}

void state_release(struct state *s)
{
	items_release(&s->units);
	items_release(&s->accounts);
	items_release(&s->sets);
	map_release(&s->set_arns, NULL);
	for (int i = 0; i < PRINCIPAL_TYPES; i++)
		principals_release(&s->principals[i]);
	free(s->groups);
	free(s->assignments);
	free(s->file);
	jv_free(s->instance);
}
