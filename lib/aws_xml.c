#include "aws_wire.h"

#include <stdlib.h>
#include <string.h>

#include <expat.h>

#include "mem.h"
#include "rec.h"

#define DEPTH_MAX 64
#define CHUNK (1u << 20)

/* An open element. */
struct element {
	char *name;
	jv children; /* invalid until the first child ends */
	struct buf text;
};

struct reader {
	XML_Parser parser;
	struct element open[DEPTH_MAX + 1];
	int depth;	   /* open[0] stands for the document */
	const char *fault; /* static text, or NULL */
};

static void stop(struct reader *r, const char *fault)
{
	r->fault = fault;
	XML_StopParser(r->parser, XML_FALSE);
}

static void push(struct reader *r, const char *name)
{
	struct element *e = &r->open[r->depth++];

	e->name = mem_string(name);
	e->children = jv_invalid();
	buf_init(&e->text, HTTP_BODY_MAX);
}

/* Closes the innermost element and gives its value. */
static jv pop(struct reader *r)
{
	struct element *e = &r->open[--r->depth];
	jv value = e->children;

	if (!jv_is_valid(value)) {
		jv_free(value);
		value = jv_string_sized(buf_str(&e->text), (int)e->text.len);
	}
	free(e->name);
	buf_release(&e->text);
	return value;
}

static void on_start(void *ctx, const char *name, const char **attributes)
{
	struct reader *r = ctx;

	(void)attributes;
	if (r->fault)
		return;
	if (r->depth > DEPTH_MAX)
		stop(r, "nested too deeply");
	else
		push(r, name);
}

static void on_text(void *ctx, const char *s, int len)
{
	struct reader *r = ctx;

	if (!r->fault && r->depth > 0)
		buf_add(&r->open[r->depth - 1].text, s, (size_t)len);
}

static void on_end(void *ctx, const char *name)
{
	struct reader *r = ctx;
	int in_list = strcmp(name, "member") == 0;
	struct element *parent;
	jv value;

	if (r->fault)
		return;
	value = pop(r);
	parent = &r->open[r->depth - 1];
	if (!jv_is_valid(parent->children))
		parent->children = in_list ? jv_array() : jv_object();
	if (in_list && jv_get_kind(parent->children) == JV_KIND_ARRAY) {
		parent->children = rec_push(parent->children, value);
	} else if (!in_list && jv_get_kind(parent->children) == JV_KIND_OBJECT &&
		   !rec_has(parent->children, name)) {
		parent->children = rec_set(parent->children, name, value);
	} else {
		jv_free(value);
		stop(r, "an element stands twice where one is expected");
	}
}

/* A document type could define entities that grow without end: AWS sends none. */
static void on_doctype(void *ctx, const char *name, const char *system_id,
	const char *public_id, int has_subset)
{
	struct reader *r = ctx;

	(void)name;
	(void)system_id;
	(void)public_id;
	(void)has_subset;
	stop(r, "a document type");
}

static void feed(struct reader *r, const char *text, size_t len)
{
	while (!r->fault) {
		size_t n = len < CHUNK ? len : CHUNK;

		if (XML_Parse(r->parser, text, (int)n, n == len) != XML_STATUS_OK) {
			if (!r->fault)
				r->fault = XML_ErrorString(XML_GetErrorCode(r->parser));
			return;
		}
		if (n == len)
			return;
		text += n;
		len -= n;
	}
}

/* Expat 2.9 has another function, and a warning about the one that older ones have. */
static unsigned long line_number(XML_Parser parser)
{
#if XML_MAJOR_VERSION == 2 && XML_MINOR_VERSION < 9
	return (unsigned long)XML_GetCurrentLineNumber(parser);
#else
	return (unsigned long)XML_GetCurrentLineNumber64(parser);
#endif
}

jv aws_xml_parse(const char *text, size_t len, struct err *err)
{
	struct reader *r = mem_alloc(sizeof(*r));
	jv document;

	r->parser = XML_ParserCreate(NULL);
	if (!r->parser) {
		free(r);
		err_set(err, ERR_SYS, "expat gave no parser");
		return jv_invalid();
	}
	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, on_start, on_end);
	XML_SetCharacterDataHandler(r->parser, on_text);
	XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
	push(r, "");
	feed(r, text, len);
	while (r->depth > 1)
		jv_free(pop(r));
	document = pop(r);
	if (r->fault) {
		err_set(err, ERR_NET, "no XML of AWS's: line %lu: %s",
			line_number(r->parser), r->fault);
		jv_free(document);
		document = jv_invalid();
	}
	XML_ParserFree(r->parser);
	free(r);
	return document;
}
