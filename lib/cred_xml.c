#include "cred_xml.h"

#include <stdlib.h>
#include <string.h>

#include <expat.h>
#include <openssl/crypto.h>

#include "buf.h"
#include "mem.h"
#include "secret.h"
#include "when.h"

#define VALUE_MAX (64u << 10)
#define DEPTH_MAX 32
#define TEXT_MAX (1u << 20)

static const char *const names[] = { "AccessKeyId", "SecretAccessKey", "SessionToken",
	"Expiration" };

#define N_NAMES (sizeof(names) / sizeof(names[0]))

struct reader {
	XML_Parser parser;
	int depth;
	int inside; /* depth of Credentials, or 0 */
	size_t at;  /* index of the name that is open, or N_NAMES */
	struct buf values[N_NAMES];
	int bad;
};

/* --- memory that is overwritten ----------------------------------------------------- */

/* Before every block stands its size. */
union head {
	size_t size;
	max_align_t align;
};

static void *xml_alloc(size_t size)
{
	union head *h = size < SIZE_MAX - sizeof(*h) ? malloc(sizeof(*h) + size) : NULL;

	if (!h)
		return NULL;
	h->size = size;
	return h + 1;
}

static void xml_free(void *p)
{
	union head *h = p;

	if (!p)
		return;
	h--;
	OPENSSL_cleanse(p, h->size);
	free(h);
}

static void *xml_realloc(void *p, size_t size)
{
	const union head *h = p;
	void *fresh = xml_alloc(size);

	if (fresh && p) {
		h--;
		memcpy(fresh, p, h->size < size ? h->size : size);
		xml_free(p);
	}
	return fresh;
}

/* --- elements ----------------------------------------------------------------------- */

static void stop(struct reader *r)
{
	r->bad = 1;
	XML_StopParser(r->parser, XML_FALSE);
}

static void on_start(void *ctx, const char *name, const char **attributes)
{
	struct reader *r = ctx;

	(void)attributes;
	if (++r->depth > DEPTH_MAX) {
		stop(r);
		return;
	}
	r->at = N_NAMES;
	if (!r->inside && strcmp(name, "Credentials") == 0)
		r->inside = r->depth;
	else if (r->inside && r->depth == r->inside + 1)
		for (size_t i = 0; i < N_NAMES; i++)
			if (strcmp(name, names[i]) == 0)
				r->at = i;
}

static void on_text(void *ctx, const char *s, int len)
{
	struct reader *r = ctx;

	if (r->at < N_NAMES)
		buf_add(&r->values[r->at], s, (size_t)len);
}

static void on_end(void *ctx, const char *name)
{
	struct reader *r = ctx;

	(void)name;
	r->at = N_NAMES;
	if (r->depth-- == r->inside)
		r->inside = 0;
}

/* A document type could define entities that grow without end: AWS sends none. */
static void on_doctype(void *ctx, const char *name, const char *system_id,
	const char *public_id, int has_subset)
{
	(void)name;
	(void)system_id;
	(void)public_id;
	(void)has_subset;
	stop(ctx);
}

static int parse(struct reader *r, const char *text, size_t len)
{
	static const XML_Memory_Handling_Suite memory = { xml_alloc, xml_realloc,
		xml_free };
	int bad;

	r->parser = XML_ParserCreate_MM(NULL, &memory, NULL);
	if (!r->parser || len > TEXT_MAX) {
		XML_ParserFree(r->parser);
		return -1;
	}
	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, on_start, on_end);
	XML_SetCharacterDataHandler(r->parser, on_text);
	XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
	bad = XML_Parse(r->parser, text, (int)len, 1) != XML_STATUS_OK || r->bad;
	XML_ParserFree(r->parser);
	return bad ? -1 : 0;
}

/* The value as a string of the caller's, or NULL when it is no clean one. */
static char *take(struct buf *b)
{
	if (b->over || strlen(buf_str(b)) != b->len || !secret_is_clean(buf_str(b)))
		return NULL;
	return buf_take(b);
}

int cred_xml_read(const char *text, size_t len, struct cred *out, struct err *err)
{
	struct reader r = { .at = N_NAMES };
	int status;

	for (size_t i = 0; i < N_NAMES; i++)
		buf_init(&r.values[i], VALUE_MAX);
	status = parse(&r, text, len);
	if (status == 0) {
		out->access_key_id = take(&r.values[0]);
		out->secret_access_key = take(&r.values[1]);
		out->session_token = take(&r.values[2]);
		if (!out->access_key_id || !out->secret_access_key || !out->session_token ||
			when_parse_rfc3339(buf_str(&r.values[3]), &out->expires) != 0)
			status = -1;
	}
	for (size_t i = 0; i < N_NAMES; i++)
		buf_wipe(&r.values[i]);
	return status == 0 ? 0
			   : err_set(err, ERR_CRED, "an answer without whole credentials");
}
