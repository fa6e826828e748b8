#include "pattern.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jq.h>
#include <jv.h>

#include "buf.h"
#include "map.h"
#include "mem.h"

static struct map spelled; /* patterns as Oniguruma has them, by pattern */
static jq_state *jq;
static int is_compiled;

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

/* The one program, compiled at first need: to compile one for each pattern takes longer than
 * all that is asked of most simulators. */
static jq_state *program(void)
{
	static const char text[] = ". as [$s, $p] | $s | test($p)";
	if (jq == NULL)
		jq = jq_init();
	/* A bug of ours, not of what is asked. */
	if (jq == NULL || (!is_compiled && !jq_compile(jq, text)))
		abort();
	is_compiled = 1;
	return jq;
}

/* The respelled pattern, borrowed. */
static const char *respelled(const char *pattern)
{
	void **slot = map_slot(&spelled, pattern);
	if (*slot == NULL) {
		struct buf text;
		buf_init(&text, 4096);
		respell(&text, pattern);
		if (text.over)
			abort();
		*slot = mem_string(buf_str(&text));
		buf_release(&text);
	}
	return *slot;
}

static int matches(const char *pattern, const char *s)
{
	jv input = jv_array_append(jv_array(), jv_string(s));
	input = jv_array_append(input, jv_string(respelled(pattern)));
	jq_start(program(), input, 0);
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

void pattern_release(void)
{
	map_release(&spelled, free);
	if (jq != NULL)
		jq_teardown(&jq);
	is_compiled = 0;
}
