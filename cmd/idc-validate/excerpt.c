#include "excerpt.h"

#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "buf.h"
#include "diag.h"
#include "limits.h"
#include "text.h"

/* Columns of a terminal, and those before a line of a file. */
#define EXCERPT_MIN 40
#define EXCERPT_USUAL 80
#define EXCERPT_MAX 160
#define EXCERPT_MARGIN 8

const char *excerpt_line(const char *text, size_t number, size_t *len)
{
	while (--number > 0 && text != NULL) {
		text = strchr(text, '\n');
		text += text != NULL;
	}
	*len = text != NULL ? strcspn(text, "\r\n") : 0;
	return text;
}

/* How long the value is that starts at p: a string, a word, or the bracket alone. */
static size_t token_length(const char *p, size_t most)
{
	size_t n = 1;
	if (most == 0 || *p == '{' || *p == '[')
		return most > 0;
	if (*p != '"') {
		while (n < most && strchr(",:]} \t", p[n]) == NULL)
			n++;
		return n;
	}
	while (n < most && p[n] != '"')
		n += p[n] == '\\' ? 2 : 1;
	return n < most ? n + 1 : most;
}

/* The columns of a terminal that a character takes. */
static size_t columns_of(uint32_t c)
{
	static const struct {
		uint32_t first, last;
		size_t columns;
	} ranges[] = { { 0x300, 0x36F, 0 }, { 0x1100, 0x115F, 2 }, { 0x200B, 0x200D, 0 },
		{ 0x20D0, 0x20FF, 0 }, { 0x2E80, 0x303E, 2 }, { 0x3041, 0xA4CF, 2 },
		{ 0xAC00, 0xD7A3, 2 }, { 0xF900, 0xFAFF, 2 }, { 0xFE00, 0xFE0F, 0 },
		{ 0xFE30, 0xFE6F, 2 }, { 0xFF01, 0xFF60, 2 }, { 0xFFE0, 0xFFE6, 2 },
		{ 0x1F300, 0x1F64F, 2 }, { 0x1F680, 0x1F6FF, 2 }, { 0x1F900, 0x1FAFF, 2 },
		{ 0x20000, 0x3FFFD, 2 } };
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return ranges[i].columns;
	return 1;
}

/* Appends the character at p to b as it is shown; *len: its bytes. The columns it takes. */
static size_t show_character(struct buf *b, const char *p, size_t left, size_t *len)
{
	char one[5] = { 0 };
	*len = text_utf8(p, left);
	*len = *len > 0 ? *len : 1;
	memcpy(one, *p == '\t' ? " " : p, *len);
	size_t columns = text_safe(b, one);
	return columns > 1 ? columns : columns_of(limit_code_point(one, len));
}

/* Where to start for what is at the place to be seen, in a line of that many columns. */
static size_t first_shown(const char *line, size_t len, size_t at, size_t room)
{
	struct buf b;
	size_t n, columns = 0, start = 0;
	buf_init(&b, 16 * room + 64);
	while (start < len && columns <= room) {
		columns += show_character(&b, line + start, len - start, &n);
		start += n;
	}
	if (columns <= room || at < room / 2) {
		start = 0;
	} else {
		for (start = at, columns = 0; start > 0 && columns < room / 2;) {
			start--;
			if (((unsigned char)line[start] & 0xC0) == 0x80)
				continue;
			buf_clear(&b);
			columns += show_character(&b, line + start, len - start, &n);
		}
	}
	buf_release(&b);
	return start;
}

/* How many columns there are for an excerpt behind the number of its line. */
static size_t excerpt_room(void)
{
	struct winsize size = { 0 };
	size_t columns = 0;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0)
		columns = size.ws_col;
	if (columns < EXCERPT_MIN || columns > EXCERPT_MAX)
		columns = columns == 0		  ? EXCERPT_USUAL
			  : columns < EXCERPT_MIN ? EXCERPT_MIN
						  : EXCERPT_MAX;
	return columns - EXCERPT_MARGIN;
}

void excerpt_show(const char *file, struct json_pos pos)
{
	size_t len, n, at = pos.column - 1, room = excerpt_room();
	const char *line = excerpt_line(file, pos.line, &len);
	if (line == NULL || len == 0 || at > len)
		return;
	size_t start = first_shown(line, len, at, room);
	size_t end = at + token_length(line + at, len - at);
	struct buf text, space, mark;
	buf_init(&text, 16 * (size_t)EXCERPT_MAX);
	buf_init(&space, 2 * (size_t)EXCERPT_MAX);
	buf_init(&mark, 2 * (size_t)EXCERPT_MAX);
	buf_addf(&text, "%5zu | ", pos.line);
	buf_addf(&space, "%5s | ", "");
	for (size_t i = start, used = 0; i < len; i += n) {
		struct buf one;
		buf_init(&one, 16);
		size_t columns = show_character(&one, line + i, len - i, &n);
		used += columns;
		if (used <= room)
			buf_adds(&text, buf_str(&one));
		buf_release(&one);
		if (used > room)
			break;
		for (; columns > 0 && i < end; columns--)
			if (i < at)
				buf_addc(&space, ' ');
			else
				buf_addc(&mark, mark.len == 0 ? '^' : '~');
	}
	if (mark.len == 0)
		buf_addc(&mark, '^');
	diag_excerpt(buf_str(&text), NULL);
	diag_excerpt(buf_str(&space), buf_str(&mark));
	buf_release(&mark);
	buf_release(&space);
	buf_release(&text);
}
