#include "pattern.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jq.h>
#include <jv.h>

#include "buf.h"
#include "json.h"
#include "map.h"
#include "mem.h"

static struct map compiled; /* jq_state by pattern */

/* What stands for a class of Java's in ASCII; inside of brackets, without them. */
static void add_class(struct buf *b, const char *ascii, int in_brackets)
{
	buf_addf(b, in_brackets ? "%s" : "[%s]", ascii);
}

/* Respells pattern for Oniguruma, to match from the first character to the last. */
static void respell(struct buf *b, const char *pattern)
{
	int in_brackets = 0;
	buf_adds(b, "\\A(?:");
	for (const char *p = pattern; *p != '\0'; p++) {
		if (*p == '[')
			in_brackets = 1;
		else if (*p == ']')
			in_brackets = 0;
		if (*p != '\\') {
			buf_addc(b, *p);
			continue;
		}
		p++;
		if (*p == 'u') {
			buf_addf(b, "\\x{%.4s}", p + 1);
			p += 4;
		} else if (*p == 'w') {
			add_class(b, "a-zA-Z0-9_", in_brackets);
		} else if (*p == 'd') {
			add_class(b, "0-9", in_brackets);
		} else {
			buf_addc(b, '\\');
			buf_addc(b, *p);
		}
	}
	buf_adds(b, ")\\z");
}

/* A bug of the tables, not of what is asked. */
static jq_state *compile(const char *pattern)
{
	struct buf text, program;
	buf_init(&text, 4096);
	buf_init(&program, 8192);
	respell(&text, pattern);
	buf_adds(&program, "test(");
	json_write_string(&program, buf_str(&text), text.len);
	buf_adds(&program, ")");
	jq_state *jq = jq_init();
	if (jq == NULL || program.over || !jq_compile(jq, buf_str(&program)))
		abort();
	buf_release(&text);
	buf_release(&program);
	return jq;
}

static int matches(const char *pattern, const char *s)
{
	void **slot = map_slot(&compiled, pattern);
	if (*slot == NULL)
		*slot = compile(pattern);
	jq_state *jq = *slot;
	jq_start(jq, jv_string(s), 0);
	jv result = jq_next(jq);
	int matches = jv_get_kind(result) == JV_KIND_TRUE;
	jv_free(result);
	return matches;
}

/*
 * What was asked lately: requests name the same instance, sets and accounts over and over.
 * An answer is good for the very pattern and value it was given for.
 */
enum { RECENT = 1024, RECENT_VALUE_MAX = 200 };

static struct {
	const char *pattern;
	char value[RECENT_VALUE_MAX];
	int matches;
} recent[RECENT];

static size_t recent_place(const char *pattern, const char *s)
{
	uint64_t hash = 14695981039346656037u ^ (uint64_t)(uintptr_t)pattern;
	for (; *s != '\0'; s++)
		hash = (hash ^ (unsigned char)*s) * 1099511628211u;
	return (size_t)(hash ^ hash >> 32) % RECENT;
}

int pattern_matches(const char *pattern, const char *s)
{
	size_t len = strlen(s);
	if (len >= RECENT_VALUE_MAX)
		return matches(pattern, s);
	size_t i = recent_place(pattern, s);
	if (recent[i].pattern != pattern || strcmp(recent[i].value, s) != 0) {
		recent[i].matches = matches(pattern, s);
		recent[i].pattern = pattern;
		memcpy(recent[i].value, s, len + 1);
	}
	return recent[i].matches;
}

static void release(void *p)
{
	jq_state *jq = p;
	jq_teardown(&jq);
}

void pattern_release(void)
{
	map_release(&compiled, release);
}
