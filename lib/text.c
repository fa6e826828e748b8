#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NEAREST_MAX                                                                        \
	64 /* longer words are not compared: nobody mistypes them by two letters */

static int lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : (unsigned char)c;
}

static size_t min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edit distance with adjacent transpositions (optimal string alignment), case ignored. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][NEAREST_MAX + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];
	for (size_t j = 0; j <= b_len; j++)
		above[j] = before[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t cost = lower(a[i - 1]) != lower(b[j - 1]);
			row[j] = min(min(above[j], row[j - 1]) + 1, above[j - 1] + cost);
			if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
				lower(a[i - 2]) == lower(b[j - 1]))
				row[j] = min(row[j], before[j - 2] + 1);
		}
		size_t *oldest = before;
		before = above;
		above = row;
		row = oldest;
	}
	return above[b_len];
}

const char *text_nearest(const char *word, const char *const *candidates, size_t n)
{
	size_t len = strlen(word);
	if (len == 0 || len > NEAREST_MAX)
		return NULL;
	size_t best = len / 3 > 1 ? len / 3 : 1;
	const char *nearest = NULL;
	for (size_t i = 0; i < n; i++) {
		size_t c_len = strlen(candidates[i]);
		if (c_len > NEAREST_MAX || c_len > len + best || len > c_len + best)
			continue;
		size_t d = distance(word, len, candidates[i], c_len);
		if (d < best || (d == best && nearest == NULL)) {
			best = d;
			nearest = candidates[i];
		}
	}
	return nearest;
}

int text_glob(const char *pattern, const char *s)
{
	/* After a mismatch, the last * takes one byte more: linear space, no recursion. */
	const char *star = NULL, *mark = NULL;
	while (*s != '\0') {
		if (*pattern == '*') {
			star = pattern++;
			mark = s;
		} else if (*pattern == '?' || *pattern == *s) {
			pattern++;
			s++;
		} else if (star != NULL) {
			pattern = star + 1;
			s = ++mark;
		} else {
			return 0;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

size_t text_utf8(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	if (len == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	/* Ranges of the first continuation byte keep out overlong forms and surrogates. */
	static const struct {
		unsigned char first, last, lowest, highest;
		unsigned char length;
	} forms[] = {
		{ 0xC2, 0xDF, 0x80, 0xBF, 2 },
		{ 0xE0, 0xE0, 0xA0, 0xBF, 3 },
		{ 0xE1, 0xEC, 0x80, 0xBF, 3 },
		{ 0xED, 0xED, 0x80, 0x9F, 3 },
		{ 0xEE, 0xEF, 0x80, 0xBF, 3 },
		{ 0xF0, 0xF0, 0x90, 0xBF, 4 },
		{ 0xF1, 0xF3, 0x80, 0xBF, 4 },
		{ 0xF4, 0xF4, 0x80, 0x8F, 4 },
	};
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (p[0] < forms[i].first || p[0] > forms[i].last)
			continue;
		if (len < forms[i].length || p[1] < forms[i].lowest ||
			p[1] > forms[i].highest)
			return 0;
		for (size_t k = 2; k < forms[i].length; k++)
			if (p[k] < 0x80 || p[k] > 0xBF)
				return 0;
		return forms[i].length;
	}
	return 0;
}

/* Whether the n bytes at p, one character, could do something to a terminal or a line. */
static int is_harmful(const unsigned char *p, size_t n)
{
	if (n == 1)
		return p[0] < 0x20 || p[0] == 0x7F;
	if (n == 2) /* U+0080 to U+009F are control characters too */
		return p[0] == 0xC2 && p[1] < 0xA0;
	/* U+2028 to U+202E, U+2066 to U+2069: new lines, directions of writing. */
	return n == 3 && p[0] == 0xE2 &&
	       ((p[1] == 0x80 && p[2] >= 0xA8 && p[2] <= 0xAE) ||
		       (p[1] == 0x81 && p[2] >= 0xA6 && p[2] <= 0xA9));
}

size_t text_safe(struct buf *b, const char *s)
{
	size_t columns = 0, left = strlen(s);
	while (left > 0) {
		const unsigned char *p = (const unsigned char *)s;
		size_t n = text_utf8(s, left);
		if (n > 0 && !is_harmful(p, n)) {
			buf_add(b, s, n);
			columns++;
		} else {
			n = n > 0 ? n : 1;
			for (size_t i = 0; i < n; i++)
				buf_addf(b, "\\x%02x", p[i]);
			columns += 4 * n;
		}
		s += n;
		left -= n;
	}
	return columns;
}

int text_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

int text_ends(const char *s, const char *suffix)
{
	size_t len = strlen(s), suffix_len = strlen(suffix);
	return len >= suffix_len && strcmp(s + len - suffix_len, suffix) == 0;
}

int text_compare(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;
	return strcmp(*x, *y);
}

void text_hex(char *out, const unsigned char *p, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[p[i] >> 4];
		out[2 * i + 1] = digits[p[i] & 15];
	}
	out[2 * len] = '\0';
}

int text_is_account_id(const char *s)
{
	return strlen(s) == 12 && strspn(s, "0123456789") == 12;
}

int text_is_region(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-");
	return n > 0 && n < 64 && s[n] == '\0' && s[0] != '-' && s[n - 1] != '-';
}

int text_number(const char *s, unsigned long max, unsigned long *out)
{
	if (*s == '\0' || s[strspn(s, "0123456789")] != '\0')
		return -1;
	errno = 0;
	unsigned long n = strtoul(s, NULL, 10);
	if (errno != 0 || n > max)
		return -1;
	*out = n;
	return 0;
}
