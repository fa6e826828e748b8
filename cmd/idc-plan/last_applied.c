#include "last_applied.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "diag.h"
#include "json.h"
#include "mem.h"
#include "rec.h"
#include "resolved.h"
#include "status.h"
#include "text.h"

/* A Terraform state takes about 1 KB for an assignment. */
#define STATE_MAX ((size_t)512 << 20)

/*
 * Fills s with the beginning of its file, as far as it takes to tell what it is. Streams
 * have Kind first; a Terraform state has not, and is laid out in lines.
 */
static int looks_like_stream(struct stream_in *s)
{
	struct lines *l = &s->lines;
	const size_t enough = 64;
	mem_grow(&l->data, &l->cap, enough + 1, 1);
	while (l->end < enough) {
		ssize_t n = read(l->fd, l->data + l->end, enough - l->end);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		l->end += (size_t)n;
	}
	const char *p = l->data, *end = l->data + l->end;
	const char *const expected[] = { "{", "\"Kind\"" };
	for (int i = 0; i < 2; i++) {
		while (p < end && strchr(" \t\r\n", *p) != NULL)
			p++;
		size_t len = strlen(expected[i]);
		if ((size_t)(end - p) < len || memcmp(p, expected[i], len) != 0)
			return l->end == 0;
		p += len;
	}
	return 1;
}

/* --- Terraform state ---------------------------------------------------------------- */

static int read_rest(struct stream_in *s, struct buf *text)
{
	char chunk[65536];
	ssize_t n;
	buf_init(text, STATE_MAX);
	buf_add(text, s->lines.data, s->lines.end);
	while ((n = read(s->lines.fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			diag_error("%s: %s", s->file, strerror(errno));
			return STATUS_FAILED;
		}
		if (buf_add(text, chunk, (size_t)n) != 0) {
			diag_error("%s: larger than %zu bytes", s->file, STATE_MAX);
			return STATUS_FAILED;
		}
	}
	return STATUS_OK;
}

static int read_state(struct last_applied *last, struct stream_in *s)
{
	struct buf text;
	struct json_fault fault;
	int status = read_rest(s, &text);
	if (status == STATUS_OK) {
		last->state = json_parse(buf_str(&text), text.len, &fault);
		jv resources = rec_get(last->state, "resources");
		if (!jv_is_valid(last->state)) {
			diag_at(DIAG_ERROR, s->file, fault.pos.line, fault.pos.column, "%s",
				fault.text);
			status = STATUS_INCOMPLETE;
		} else if (rec_num(last->state, "version", 0) < 4 ||
			   rec_num(last->state, "version", 0) > 4 ||
			   jv_get_kind(resources) != JV_KIND_ARRAY) {
			diag_at(DIAG_ERROR, s->file, 0, 0,
				"neither a resolved stream nor a Terraform state of "
				"version 4");
			status = STATUS_INCOMPLETE;
		}
		jv_free(resources);
	}
	buf_release(&text);
	return status;
}

struct bind {
	struct model *m;
	struct map sets; /* index + 1 by ARN */
	size_t bad;	 /* assignments that can't be read */
};

static void bind_assignment(struct bind *b, jv attributes)
{
	enum principal_type type;
	const char *arn = rec_str(attributes, "permission_set_arn");
	const char *account = rec_str(attributes, "target_id");
	const char *principal = rec_str(attributes, "principal_id");
	if (arn == NULL || account == NULL || !text_is_account_id(account) ||
		principal == NULL || principal[0] == '\0' ||
		directory_type_read(rec_str(attributes, "principal_type"), &type) != 0) {
		b->bad++;
		return;
	}
	uintptr_t at = (uintptr_t)map_get(&b->sets, arn);
	if (at == 0)
		return;
	entries_add(&b->m->applied,
		(struct entry){ .set = (uint32_t)(at - 1),
			.account = model_account(b->m, account, NULL),
			.principal = model_principal(b->m, type, principal, NULL),
			.origin = NONE });
}

static void bind_resource(struct bind *b, jv resource)
{
	if (strcmp(rec_str_or(resource, "mode", ""), "managed") != 0 ||
		strcmp(rec_str_or(resource, "type", ""),
			"aws_ssoadmin_account_assignment") != 0)
		return;
	jv instances = rec_get(resource, "instances");
	for (int i = 0; i < rec_len(instances); i++) {
		jv instance = rec_at(instances, i);
		jv attributes = rec_get(instance, "attributes");
		bind_assignment(b, attributes);
		jv_free(attributes);
		jv_free(instance);
	}
	jv_free(instances);
}

int last_applied_bind(struct last_applied *last, struct model *m)
{
	if (!jv_is_valid(last->state))
		return STATUS_OK;
	struct bind b = { .m = m };
	map_init(&b.sets);
	for (size_t i = 0; i < m->n_sets; i++)
		if (set_arn(&m->sets[i]) != NULL)
			map_put(&b.sets, set_arn(&m->sets[i]), (void *)(uintptr_t)(i + 1));
	jv resources = rec_get(last->state, "resources");
	for (int i = 0; i < rec_len(resources); i++) {
		jv resource = rec_at(resources, i);
		bind_resource(&b, resource);
		jv_free(resource);
	}
	jv_free(resources);
	map_release(&b.sets, NULL);
	entries_sort(m, &m->applied);
	if (b.bad == 0)
		return STATUS_OK;
	diag_at(DIAG_ERROR, last->file, 0, 0,
		"%zu account assignment%s of this Terraform state can't be read", b.bad,
		b.bad == 1 ? "" : "s");
	return STATUS_INCOMPLETE;
}

/* --- either ------------------------------------------------------------------------- */

int last_applied_read(struct last_applied *last, struct model *m, const char *file)
{
	struct stream_in s;
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		diag_error("%s: %s", file, strerror(errno));
		return STATUS_FAILED;
	}
	last->given = 1;
	last->file = file;
	stream_open(&s, fd, file, diag_prog(), STREAM_BIT(STREAM_RESOLVED));
	last->knows_sets = looks_like_stream(&s);
	int status = last->knows_sets ? resolved_read(m, &s, RESOLVED_APPLIED)
				      : read_state(last, &s);
	last->is_one = last->knows_sets && s.round == 1;
	stream_release(&s);
	close(fd);
	return status;
}

void last_applied_release(struct last_applied *last)
{
	jv_free(last->state);
}
