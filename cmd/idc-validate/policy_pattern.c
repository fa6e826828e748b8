#include "policy_pattern.h"

#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "mem.h"
#include "text.h"

/* What is no character; characters of a variable's text have IN_VARIABLE set. */
#define ANY_ONE 0x10000001u
#define ANY_RUN 0x10000002u
#define IN_VARIABLE 0x20000000u
#define VARIABLE_START (IN_VARIABLE | ANY_ONE)
#define VARIABLE_END (IN_VARIABLE | ANY_RUN)

#define ARN_COLONS 5
#define MEETS_MAX ((size_t)1 << 22) /* beyond that, two patterns may meet */

/* Appends a symbol; runs of wildcards become as many ? as there are, then one *. */
static size_t put(uint32_t *symbols, size_t n, uint32_t symbol)
{
	if (n > 0 && symbols[n - 1] == ANY_RUN) {
		if (symbol == ANY_RUN)
			return n;
		if (symbol == ANY_ONE) {
			symbols[n - 1] = ANY_ONE;
			symbol = ANY_RUN;
		}
	}
	symbols[n] = symbol;
	return n + 1;
}

static void add(struct pattern *p, uint32_t symbol)
{
	p->n_exact = put(p->exact, p->n_exact, symbol);
	p->n_loose = put(p->loose, p->n_loose, symbol);
}

/* Appends a variable, whose text is of len bytes. */
static void add_variable(struct pattern *p, const char *text, size_t len)
{
	size_t step;
	p->n_exact = put(p->exact, p->n_exact, VARIABLE_START);
	for (size_t i = 0; i < len; i += step)
		p->n_exact = put(p->exact, p->n_exact,
			IN_VARIABLE | limit_code_point(text + i, &step));
	p->n_exact = put(p->exact, p->n_exact, VARIABLE_END);
	p->n_loose = put(p->loose, p->n_loose, ANY_RUN);
}

/* If a variable or an escaped character starts at s: appends it, and where it ends. */
static const char *read_variable(struct pattern *p, const char *s)
{
	const char *end = text_starts(s, "${") ? strchr(s, '}') : NULL;
	if (end == NULL)
		return NULL;
	if (end == s + 3 && strchr("*?$", s[2]) != NULL)
		add(p, (uint32_t)(unsigned char)s[2]);
	else
		add_variable(p, s + 2, (size_t)(end - s - 2));
	return end + 1;
}

static uint32_t symbol_of(uint32_t c, unsigned flags)
{
	if (c == '*')
		return ANY_RUN;
	if (c == '?')
		return ANY_ONE;
	if ((flags & PATTERN_FOLD) != 0 && c >= 'A' && c <= 'Z')
		return c + ('a' - 'A');
	return c;
}

/* Whether an ARN has a * before its fifth colon that is not the end of its part. */
static int is_vague(const struct pattern *p)
{
	int colons = 0;
	for (size_t i = 0; i < p->n_exact && colons < ARN_COLONS; i++) {
		colons += p->exact[i] == ':';
		if (p->exact[i] == ANY_RUN && i + 1 < p->n_exact && p->exact[i + 1] != ':')
			return 1;
	}
	return 0;
}

static int count_colons(const char *text)
{
	int n = 0;
	for (; *text != '\0'; text++)
		n += *text == ':';
	return n;
}

void pattern_init(struct pattern *p, const char *text, unsigned flags)
{
	size_t room = 2 * (strlen(text) + ARN_COLONS) + 1, step;
	*p = (struct pattern){ .any = strcmp(text, "*") == 0 };
	p->exact = mem_array(room, sizeof(*p->exact));
	p->loose = mem_array(room, sizeof(*p->loose));
	for (const char *s = text; *s != '\0';) {
		const char *end =
			(flags & PATTERN_VARIABLES) != 0 ? read_variable(p, s) : NULL;
		if (end == NULL) {
			step = 1;
			uint32_t c = (unsigned char)*s;
			add(p, symbol_of(c < 0x80 ? c : limit_code_point(s, &step), flags));
			end = s + step;
		}
		s = end;
	}
	if ((flags & PATTERN_ARN) == 0 || p->any)
		return;
	for (int colons = count_colons(text); colons < ARN_COLONS; colons++) {
		add(p, ':');
		add(p, ANY_RUN);
	}
	p->vague = is_vague(p);
}

void pattern_release(struct pattern *p)
{
	free(p->exact);
	free(p->loose);
	*p = (struct pattern){ 0 };
}

static int is_same(const struct pattern *a, const struct pattern *b)
{
	return a->n_exact == b->n_exact &&
	       memcmp(a->exact, b->exact, a->n_exact * sizeof(*a->exact)) == 0;
}

/* Whether a symbol of the covering pattern, not *, takes in one of the covered one. */
static int takes(uint32_t by, uint32_t symbol)
{
	if (by == ANY_ONE)
		return symbol != ANY_RUN && (symbol & IN_VARIABLE) == 0;
	return by == symbol;
}

int pattern_covers(const struct pattern *by, const struct pattern *p)
{
	if (by->any)
		return 1;
	if (by->vague)
		return is_same(by, p);
	/* As text_glob, with the symbols of p in the place of characters. */
	const size_t none = (size_t)-1;
	size_t i = 0, k = 0, star = none, mark = 0;
	while (i < p->n_exact) {
		if (k < by->n_exact && by->exact[k] == ANY_RUN) {
			star = k++;
			mark = i;
		} else if (k < by->n_exact && takes(by->exact[k], p->exact[i])) {
			k++;
			i++;
		} else if (star != none) {
			k = star + 1;
			i = ++mark;
		} else {
			return 0;
		}
	}
	while (k < by->n_exact && by->exact[k] == ANY_RUN)
		k++;
	return k == by->n_exact;
}

/* Whether two symbols, neither a *, can be the same character. */
static int can_equal(uint32_t a, uint32_t b)
{
	return a == ANY_ONE || b == ANY_ONE || a == b;
}

int pattern_meets(const struct pattern *a, const struct pattern *b)
{
	size_t n = b->n_loose;
	if (a->any || b->any || (a->n_loose + 1) > MEETS_MAX / (n + 1))
		return 1;
	/* row[k]: whether the symbols of a so far and the first k of b can fit one text. */
	unsigned char *above = mem_alloc(n + 1), *row = mem_alloc(n + 1);
	row[0] = 1;
	for (size_t k = 0; k < n; k++)
		row[k + 1] = row[k] && b->loose[k] == ANY_RUN;
	for (size_t i = 0; i < a->n_loose; i++) {
		unsigned char *other = above;
		uint32_t x = a->loose[i];
		above = row;
		row = other;
		row[0] = above[0] && x == ANY_RUN;
		for (size_t k = 0; k < n; k++) {
			uint32_t y = b->loose[k];
			if (x == ANY_RUN || y == ANY_RUN)
				row[k + 1] = above[k] || above[k + 1] || row[k];
			else
				row[k + 1] = above[k] && can_equal(x, y);
		}
	}
	int met = row[n];
	free(above);
	free(row);
	return met;
}
