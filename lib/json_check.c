/*
 * The strict scanner: RFC 8259 without leniency, iterative, bounded in depth. On the way it
 * makes libjq's values, or finds members of the root, when it is asked to.
 */
#include "json.h"

#include <ctype.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "map.h"
#include "mem.h"
#include "text.h"

/* A key: as it stands in the text, or what its escapes mean. */
struct key {
	const char *text;
	size_t len;
	char *own; /* NULL: it stands in the text */
};

/* Where the scanner is inside of each open array or object. */
struct level {
	char close;		   /* ']' or '}' */
	struct key first_keys[12]; /* the keys of an object that has few */
	size_t n_keys;
	struct map keys; /* and of one that has many */
	jv made;	 /* where values are made: what came so far, */
	jv key;		 /* and the key of the value that comes next */
};

/* The members that are to be found. */
struct members {
	char *text;
	const char *const *names;
	size_t n;
	struct json_span *spans;
	size_t next;		/* of the names: they often come in their order */
	struct json_span *open; /* of the value that comes or is scanned; or NULL */
	int escaped;		/* one of them, a string */
};

#define FIRST_LEVELS 8 /* as deep as records go, mostly */

struct scan {
	const char *text, *p, *end;
	struct json_fault *fault;
	struct level *levels; /* first, or JSON_DEPTH_MAX of them */
	struct level first[FIRST_LEVELS];
	size_t depth;
	int makes;		 /* values, not only a check */
	jv root;		 /* the value of all, when it was made */
	struct members *members; /* or NULL */
};

static struct json_pos position(const char *text, const char *p)
{
	struct json_pos pos = { 1, 1 };
	const char *line = text;
	for (const char *q = text; q < p; q++)
		if (*q == '\n') {
			pos.line++;
			line = q + 1;
		}
	pos.column = (size_t)(p - line) + 1;
	return pos;
}

static int fail(struct scan *s, const char *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(struct scan *s, const char *at, const char *fmt, ...)
{
	s->fault->pos = position(s->text, at);
	s->fault->kind = JSON_SYNTAX;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(s->fault->text, sizeof(s->fault->text), fmt, ap);
	va_end(ap);
	return -1;
}

/* What fail returned, of another kind than a syntax error. */
static int of_kind(struct scan *s, enum json_fault_kind kind, int status)
{
	s->fault->kind = kind;
	return status;
}

static void skip_space(struct scan *s)
{
	while (s->p < s->end &&
		(*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
		s->p++;
}

#define FOUND_SIZE 32

static int at(const struct scan *s, const char *text)
{
	size_t len = strlen(text);
	return (size_t)(s->end - s->p) >= len && strncmp(s->p, text, len) == 0;
}

/* Of what people write though JSON has it not: what it is and what to do; or NULL. */
static const char *familiar(const struct scan *s)
{
	static const struct {
		const char *text, *words;
	} table[] = {
		{ "//", "a comment: JSON has none, remove it" },
		{ "/*", "a comment: JSON has none, remove it" },
		{ "#", "a comment: JSON has none, remove it" },
		{ "<<<<<<<", "a mark of a merge conflict: settle it" },
		{ "=======", "a mark of a merge conflict: settle it" },
		{ ">>>>>>>", "a mark of a merge conflict: settle it" },
		{ "'", "a single quote: write \"" },
		{ "\xE2\x80\x9C", "a typographic quote: write \"" },
		{ "\xE2\x80\x9D", "a typographic quote: write \"" },
		{ "\xE2\x80\x9E", "a typographic quote: write \"" },
		{ "\xC2\xA0", "a no-break space: write a plain one" },
		{ "\xE2\x80\x8B", "a space of no width: remove it" },
		{ "\xEF\xBB\xBF", "a byte order mark: remove it" },
		{ "True", "'True': write true" },
		{ "False", "'False': write false" },
		{ "None", "'None': write null" },
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (at(s, table[i].text))
			return table[i].words;
	return NULL;
}

/* What stands at s->p, for a message: a word, or a character. */
static const char *found(const struct scan *s, char out[FOUND_SIZE])
{
	enum { WORD_MAX = 20 };
	if (s->p >= s->end)
		return "the end of the text";
	const char *words = familiar(s);
	if (words != NULL)
		return words;
	size_t left = (size_t)(s->end - s->p), n = 0;
	while (n < left && n < WORD_MAX && isalpha((unsigned char)s->p[n]))
		n++;
	n = n > 0 ? n : text_utf8(s->p, left);
	unsigned char c = (unsigned char)*s->p;
	if (n == 0 || c <= 0x20 || c == 0x7F) {
		snprintf(out, FOUND_SIZE, "byte 0x%02x", c);
	} else {
		out[0] = out[n + 1] = '\'';
		memcpy(out + 1, s->p, n);
		out[n + 2] = '\0';
	}
	return out;
}

static int is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The code unit behind "\u", or -1. */
static long unit_at(struct scan *s, const char *p)
{
	if (s->end - p < 4)
		return -1;
	char hex[5] = { 0 };
	for (int i = 0; i < 4; i++) {
		if (!is_hex(p[i]))
			return -1;
		hex[i] = p[i];
	}
	return strtol(hex, NULL, 16);
}

/* s->p is at the backslash; moves behind the escape. */
static int scan_escape(struct scan *s)
{
	const char *start = s->p++;
	if (s->p < s->end && *s->p != '\0' && strchr("\"\\/bfnrt", *s->p) != NULL) {
		s->p++;
		return 0;
	}
	if (s->p >= s->end || *s->p != 'u')
		return fail(
			s, start, "unknown escape in a string: write \\\\ for a backslash");
	long unit = unit_at(s, s->p + 1);
	if (unit < 0)
		return fail(
			s, start, "\\u in a string must be followed by four hex digits");
	if (unit == 0)
		return of_kind(s, JSON_ENCODING,
			fail(s, start,
				"\\u0000 in a string: nothing here can hold that "
				"character"));
	s->p += 5;
	if (unit < 0xD800 || unit > 0xDFFF)
		return 0;
	long low = s->end - s->p >= 6 && s->p[0] == '\\' && s->p[1] == 'u'
			   ? unit_at(s, s->p + 2)
			   : -1;
	if (unit > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
		return fail(s, start, "half of a surrogate pair in a string");
	s->p += 6;
	return 0;
}

/* c in each byte of a word. */
#define EACH(c) ((uint64_t)(c)*0x0101010101010101u)

/* Non-zero when a byte of x is 0. */
static uint64_t has_zero(uint64_t x)
{
	return (x - EACH(1)) & ~x & EACH(0x80);
}

/* Whether all eight bytes of x stand for themselves in a string. */
static int are_plain(uint64_t x)
{
	uint64_t below_space = (x - EACH(0x20)) & ~x & EACH(0x80);
	return ((x & EACH(0x80)) | below_space | has_zero(x ^ EACH('"')) |
		       has_zero(x ^ EACH('\\'))) == 0;
}

/* Behind what stands for itself in a string, whatever comes before and after it. */
static const char *skip_plain(const char *p, const char *end)
{
	uint64_t eight;
	for (; end - p >= (ptrdiff_t)sizeof(eight); p += sizeof(eight)) {
		memcpy(&eight, p, sizeof(eight));
		if (!are_plain(eight))
			break;
	}
	while (p < end && (unsigned char)*p >= 0x20 && (unsigned char)*p < 0x80 &&
		*p != '"' && *p != '\\')
		p++;
	return p;
}

/* s->p is at the opening quote; moves behind the closing one. */
static int scan_string(struct scan *s)
{
	const char *start = s->p++;
	for (;;) {
		s->p = skip_plain(s->p, s->end);
		if (s->p >= s->end || *s->p == '"')
			break;
		unsigned char c = (unsigned char)*s->p;
		if (c == '\\') {
			if (scan_escape(s) != 0)
				return -1;
			continue;
		}
		if (c == '\n' || c == '\r')
			return fail(s, start,
				"a string that is not closed on its line: add the missing "
				"'\"'");
		if (c == 0)
			return of_kind(s, JSON_ENCODING,
				fail(s, s->p, "a NUL byte in a string: remove it"));
		if (c < 0x20)
			return fail(s, s->p,
				"a control character (0x%02x) in a string: write \\u%04x",
				c, c);
		size_t n = text_utf8(s->p, (size_t)(s->end - s->p));
		if (n == 0)
			return of_kind(s, JSON_ENCODING,
				fail(s, s->p,
					"byte 0x%02x is not UTF-8: save the file as UTF-8",
					c));
		s->p += n;
	}
	if (s->p >= s->end)
		return fail(
			s, start, "a string that is never closed: add the missing '\"'");
	s->p++;
	return 0;
}

/* The string between two quotes; its escapes, if any, are resolved by libjq. */
static jv make_string(const char *quoted, size_t len)
{
	if (memchr(quoted, '\\', len) == NULL)
		return jv_string_sized(quoted + 1, (int)len - 2);
	return jv_parse_sized(quoted, (int)len);
}

/* Puts a value into what is open, or makes it the root. */
static void put_take(struct scan *s, jv v)
{
	struct level *l = s->depth > 0 ? &s->levels[s->depth - 1] : NULL;
	if (l == NULL) {
		s->root = v;
	} else if (l->close == ']') {
		l->made = jv_array_append(l->made, v);
	} else {
		l->made = jv_object_set(l->made, l->key, v);
		l->key = jv_invalid();
	}
}

static size_t scan_digits(struct scan *s)
{
	const char *start = s->p;
	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return (size_t)(s->p - start);
}

static int scan_number(struct scan *s)
{
	const char *start = s->p;
	if (*s->p == '-')
		s->p++;
	const char *first = s->p;
	size_t n = scan_digits(s);
	if (n == 0)
		return fail(s, start, "a number needs digits after its minus sign");
	if (n > 1 && *first == '0')
		return fail(
			s, start, "a number can't start with 0: quote it if it is an id");
	if (s->p < s->end && *s->p == '.') {
		s->p++;
		if (scan_digits(s) == 0)
			return fail(s, start, "a number needs digits after its point");
	}
	if (s->p < s->end && (*s->p == 'e' || *s->p == 'E')) {
		s->p++;
		if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
			s->p++;
		if (scan_digits(s) == 0)
			return fail(s, start, "a number needs digits in its exponent");
	}
	/* What no double can hold would come out as another number. */
	char copy[64];
	size_t len = (size_t)(s->p - start);
	if (len >= sizeof(copy))
		return fail(s, start, "a number of %zu characters: quote it if it is an id",
			len);
	memcpy(copy, start, len);
	copy[len] = '\0';
	double value = strtod(copy, NULL);
	if (value > 1.7976931348623157e308 || value < -1.7976931348623157e308)
		return fail(s, start, "a number out of range");
	if (s->makes)
		put_take(s, jv_number(value));
	return 0;
}

static int scan_word(struct scan *s)
{
	static const char *const words[] = { "null", "false", "true" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);
		if ((size_t)(s->end - s->p) >= len && memcmp(s->p, words[i], len) == 0) {
			s->p += len;
			if (s->makes)
				put_take(s, i == 0 ? jv_null() : jv_bool(i == 2));
			return 0;
		}
	}
	char what[FOUND_SIZE];
	/* In an object or a list, a word was meant as a text. */
	int text = s->depth > 0 && s->p < s->end && isalpha((unsigned char)*s->p) &&
		   familiar(s) == NULL;
	return fail(s, s->p, "expected a value, found %s%s", found(s, what),
		text ? ": a text stands in double quotes" : "");
}

static void level_open(struct scan *s, char close)
{
	if (s->depth == FIRST_LEVELS && s->levels == s->first) {
		s->levels = mem_array(JSON_DEPTH_MAX, sizeof(*s->levels));
		memcpy(s->levels, s->first, sizeof(s->first));
	}
	struct level *l = &s->levels[s->depth++];
	l->close = close;
	l->n_keys = 0;
	map_init(&l->keys);
	if (s->makes) {
		l->made = close == '}' ? jv_object() : jv_array();
		l->key = jv_invalid();
	}
}

static void level_close(struct scan *s)
{
	struct level *l = &s->levels[--s->depth];
	for (size_t i = 0; i < l->n_keys; i++)
		free(l->first_keys[i].own);
	map_release(&l->keys, NULL);
	if (s->makes) {
		jv_free(l->key);
		put_take(s, l->made);
	}
}

/* The key between two quotes with its escapes resolved. */
static struct key read_key(const char *quoted, size_t len)
{
	if (memchr(quoted, '\\', len) == NULL)
		return (struct key){ quoted + 1, len - 2, NULL };
	jv v = make_string(quoted, len);
	char *own = mem_string(jv_get_kind(v) == JV_KIND_STRING ? jv_string_value(v) : "");
	jv_free(v);
	return (struct key){ own, strlen(own), own };
}

/* Remembers a key; 1 when the object had it already. Takes what it owns. */
static int level_has(struct level *l, struct key key)
{
	size_t max = sizeof(l->first_keys) / sizeof(l->first_keys[0]);
	for (size_t i = 0; i < l->n_keys; i++)
		if (l->first_keys[i].len == key.len &&
			memcmp(l->first_keys[i].text, key.text, key.len) == 0) {
			free(key.own);
			return 1;
		}
	if (l->n_keys < max) {
		l->first_keys[l->n_keys++] = key;
		return 0;
	}
	char *text = mem_bytes(key.text, key.len);
	int again = map_has(&l->keys, text);
	map_slot(&l->keys, text);
	free(text);
	free(key.own);
	return again;
}

static int key_is(const struct key *key, const char *name)
{
	return strncmp(name, key->text, key->len) == 0 && name[key->len] == '\0';
}

/* Looks whether the key is one of a member that is to be found. */
static void member_choose(struct members *m, const struct key *key)
{
	size_t tried = 0;
	m->open = NULL;
	while (tried < m->n && !key_is(key, m->names[m->next])) {
		m->next = (m->next + 1) % m->n;
		tried++;
	}
	if (tried == m->n)
		return;
	m->open = &m->spans[m->next];
	m->next = (m->next + 1) % m->n;
}

/* The value of the member that is open goes from there to s->p. */
static void member_end(struct scan *s)
{
	struct members *m = s->members;
	struct json_span *span = m->open;
	size_t len = (size_t)(m->text + (s->p - s->text) - span->text);
	size_t quotes = span->first == '"';
	m->escaped |= quotes && memchr(span->text, '\\', len) != NULL;
	span->text += quotes;
	span->len = len - 2 * quotes;
	m->open = NULL;
}

/* s->p is where a key must be: reads it and its colon. */
static int scan_key(struct scan *s)
{
	char what[FOUND_SIZE];
	const char *start = s->p;
	if (s->p >= s->end || *s->p != '"')
		return fail(s, start, "expected a key in double quotes, found %s",
			found(s, what));
	if (scan_string(s) != 0)
		return -1;
	size_t len = (size_t)(s->p - start);
	struct key key = read_key(start, len);
	struct members *m = s->depth == 1 ? s->members : NULL;
	if (m != NULL)
		member_choose(m, &key);
	if (level_has(&s->levels[s->depth - 1], key))
		return of_kind(s, JSON_DOUBLE_KEY,
			fail(s, start,
				"the key %.*s stands twice in this object: remove one",
				(int)(len < 80 ? len : 80), start));
	if (s->makes)
		s->levels[s->depth - 1].key = make_string(start, len);
	skip_space(s);
	if (s->p >= s->end || *s->p != ':')
		return fail(s, s->p, "expected ':' after a key, found %s", found(s, what));
	s->p++;
	skip_space(s);
	if (m != NULL && m->open != NULL && s->p < s->end)
		*m->open = (struct json_span){ .text = m->text + (s->p - s->text),
			.first = *s->p };
	return 0;
}

/*
 * Opens what starts at s->p or scans a scalar. 1 when a container was opened and its first
 * value (or key) comes next; 0 when a value has ended; -1.
 */
static int scan_value(struct scan *s)
{
	skip_space(s);
	char c = '\0';
	if (s->p < s->end)
		c = *s->p;
	if (c == '{' || c == '[') {
		if (s->depth == JSON_DEPTH_MAX)
			return of_kind(s, JSON_TOO_LARGE,
				fail(s, s->p, "nested deeper than %d levels",
					JSON_DEPTH_MAX));
		level_open(s, c == '{' ? '}' : ']');
		s->p++;
		skip_space(s);
		if (s->p < s->end && *s->p == s->levels[s->depth - 1].close) {
			s->p++;
			level_close(s);
			return 0;
		}
		if (c == '{' && scan_key(s) != 0)
			return -1;
		return 1;
	}
	if (c == '"') {
		const char *start = s->p;
		if (scan_string(s) != 0)
			return -1;
		if (s->makes)
			put_take(s, make_string(start, (size_t)(s->p - start)));
		return 0;
	}
	if (c == '-' || (c >= '0' && c <= '9'))
		return scan_number(s);
	return scan_word(s);
}

static int starts_value(const struct scan *s)
{
	return s->p < s->end && strchr("\"{[0123456789", *s->p) != NULL && *s->p != '\0';
}

/* A value ended: closes what it closes. 1: another value comes; 0: all is closed; -1. */
static int scan_after(struct scan *s)
{
	char what[FOUND_SIZE];
	while (s->depth > 0) {
		char close = s->levels[s->depth - 1].close;
		if (s->depth == 1 && s->members != NULL && s->members->open != NULL)
			member_end(s);
		skip_space(s);
		if (s->p < s->end && *s->p == close) {
			s->p++;
			level_close(s);
			continue;
		}
		if (s->p >= s->end || *s->p != ',')
			return fail(s, s->p, "expected ',' or '%c', found %s%s", close,
				found(s, what),
				starts_value(s) ? ": is a ',' missing?" : "");
		const char *comma = s->p++;
		skip_space(s);
		if (s->p < s->end && *s->p == close)
			return fail(s, comma, "a comma before '%c': remove it", close);
		if (close == '}' && scan_key(s) != 0)
			return -1;
		return 1;
	}
	return 0;
}

static int scan_text(struct scan *s)
{
	int more;
	do {
		do
			more = scan_value(s);
		while (more == 1);
		if (more == 0)
			more = scan_after(s);
	} while (more == 1);
	if (more < 0)
		return -1;
	skip_space(s);
	char what[FOUND_SIZE];
	if (s->p < s->end)
		return fail(s, s->p, "expected the end after the value, found %s",
			found(s, what));
	return 0;
}

static int scan_all(struct scan *s, size_t len)
{
	const char *text = s->text;
	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		return of_kind(s, JSON_ENCODING,
			fail(s, text,
				"a byte order mark: save the file as UTF-8 without it"));
	if (len >= 2 &&
		(memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0))
		return of_kind(s, JSON_ENCODING,
			fail(s, text, "this is UTF-16: save the file as UTF-8"));
	skip_space(s);
	if (s->p == s->end)
		return fail(s, text, "nothing here: expected JSON");
	s->levels = s->first;
	int status = scan_text(s);
	while (s->depth > 0)
		level_close(s);
	if (s->levels != s->first)
		free(s->levels);
	return status;
}

int json_check(const char *text, size_t len, struct json_fault *fault)
{
	struct scan s = { .text = text, .p = text, .end = text + len, .fault = fault };
	return scan_all(&s, len);
}

jv json_parse(const char *text, size_t len, struct json_fault *fault)
{
	struct scan s = { .text = text, .p = text, .end = text + len, .fault = fault };
	if (len > INT32_MAX) {
		*fault = (struct json_fault){ { 1, 1 }, JSON_TOO_LARGE, "too long a text" };
		return jv_invalid();
	}
	s.makes = 1;
	s.root = jv_invalid();
	if (scan_all(&s, len) == 0)
		return s.root;
	jv_free(s.root);
	return jv_invalid();
}

int json_members(
	char *text, size_t len, const char *const *names, size_t n, struct json_span *out)
{
	struct json_fault fault;
	struct members m = { .text = text, .names = names, .n = n, .spans = out };
	struct scan s = {
		.text = text, .p = text, .end = text + len, .fault = &fault, .members = &m
	};
	memset(out, 0, n * sizeof(*out));
	skip_space(&s);
	if (s.p == s.end || *s.p != '{')
		return -1;
	return scan_all(&s, len) != 0 || m.escaped ? -1 : 0;
}

void json_members_end(struct json_span *members, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (members[i].text != NULL)
			members[i].text[members[i].len] = '\0';
}
