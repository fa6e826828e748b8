#include "iam_data.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "text.h"

#ifndef IDC_DATADIR
#define IDC_DATADIR "/usr/local/share/idc"
#endif
#define NAME "iam-data"
#define PATH_SIZE 4096
#define FILE_MAX ((size_t)64 << 20)

/* --- finding and opening ------------------------------------------------------------ */

int iam_data_open_text(struct iam_data *d, const char *text, size_t len)
{
	size_t n = strlen(IAM_DATA_HEADER);
	*d = (struct iam_data){ 0 };
	if (len <= n || memcmp(text, IAM_DATA_HEADER, n) != 0 || text[len - 1] != '\n' ||
		(text[n] != ' ' && text[n] != '\n'))
		return -1;
	d->text = text;
	d->len = len;
	return 0;
}

/* 0; or -1 with errno, which is 0 when the file is another one. */
static int map_file(struct iam_data *d, const char *path)
{
	struct stat st;
	void *text = MAP_FAILED;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
		(size_t)st.st_size <= FILE_MAX)
		text = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	errno = 0;
	if (text == MAP_FAILED)
		return -1;
	if (iam_data_open_text(d, text, (size_t)st.st_size) == 0)
		return 0;
	munmap(text, (size_t)st.st_size);
	return -1;
}

/* 0, also when there is no such file; or -1 with err filled. */
static int open_path(struct iam_data *d, const char *path, int must, struct err *err)
{
	if (map_file(d, path) == 0 || (errno == ENOENT && !must))
		return 0;
	return err_set(err, ERR_SYS, "%s: %s", path,
		errno != 0 ? strerror(errno) : "no such data as 'make iam-data' makes");
}

/* The folder that the program is in; 0 or -1. */
static int find_program(char folder[PATH_SIZE])
{
	ssize_t n = readlink("/proc/self/exe", folder, PATH_SIZE - 1);
	if (n <= 0)
		return -1;
	folder[n] = '\0';
	char *slash = strrchr(folder, '/');
	if (slash == NULL)
		return -1;
	*slash = '\0';
	return 0;
}

int iam_data_open(struct iam_data *d, int *wanted, struct err *err)
{
	/* Beside the programs as installed, and as built. */
	static const char *const near[] = { "/../share/idc/" NAME,
		"/../../share/idc/" NAME };
	const char *path = getenv("IDC_IAM_DATA");
	char folder[PATH_SIZE];
	*d = (struct iam_data){ 0 };
	*wanted = path == NULL || path[0] != '\0';
	if (!*wanted)
		return 0;
	if (path != NULL)
		return open_path(d, path, 1, err);
	for (size_t i = 0; i < 2 && find_program(folder) == 0; i++) {
		char *full = mem_format("%s%s", folder, near[i]);
		int bad = open_path(d, full, 0, err);
		free(full);
		if (bad != 0 || d->text != NULL)
			return bad;
	}
	return open_path(d, IDC_DATADIR "/" NAME, 0, err);
}

void iam_data_close(struct iam_data *d)
{
	/* What is mapped can't be written to. */
	if (d->text != NULL)
		munmap((void *)(uintptr_t)d->text, d->len);
	*d = (struct iam_data){ 0 };
}

/* --- looking up --------------------------------------------------------------------- */

static size_t line_end(const struct iam_data *d, size_t at)
{
	const char *end = memchr(d->text + at, '\n', d->len - at);
	return end != NULL ? (size_t)(end - d->text) : d->len;
}

/* How a line compares with what a line may start with: less than, as, or more than 0. */
static int compare_start(const struct iam_data *d, size_t at, const char *start, size_t len)
{
	size_t have = line_end(d, at) - at;
	int c = memcmp(d->text + at, start, have < len ? have : len);
	return c != 0 || have >= len ? c : -1;
}

/* Where the first line begins that does not come before start. */
static size_t lower_bound(const struct iam_data *d, const char *start, size_t len)
{
	size_t low = 0, high = d->len;
	while (low < high) {
		size_t at = low + (high - low) / 2;
		while (at > low && d->text[at - 1] != '\n')
			at--;
		if (compare_start(d, at, start, len) < 0)
			low = line_end(d, at) + 1;
		else
			high = at;
	}
	return low;
}

static struct iam_field next_field(const char **p, const char *end)
{
	struct iam_field field = { .s = *p };
	const char *tab = memchr(*p, '\t', (size_t)(end - *p));
	field.len = (size_t)((tab != NULL ? tab : end) - *p);
	*p = tab != NULL ? tab + 1 : end;
	return field;
}

static void read_line(const struct iam_data *d, size_t at, struct iam_line *line)
{
	const char *p = d->text + at, *end = d->text + line_end(d, at);
	next_field(&p, end);
	line->key = next_field(&p, end);
	line->name = next_field(&p, end);
	line->more = next_field(&p, end);
}

/* Reads the line at, if it starts so. */
static int read_if(const struct iam_data *d, size_t at, const char *start, size_t len,
	struct iam_line *line)
{
	if (at >= d->len || compare_start(d, at, start, len) != 0)
		return 0;
	read_line(d, at, line);
	return 1;
}

int iam_data_find(
	const struct iam_data *d, char kind, const char *key, struct iam_line *line)
{
	/* The end of the line, or a tab, is behind the key. */
	char *start = mem_format("%c\t%s", kind, key);
	size_t len = strlen(start), at = lower_bound(d, start, len);
	int found = read_if(d, at, start, len, line) && line->key.len == len - 2;
	free(start);
	return found;
}

int iam_data_next(const struct iam_data *d, char kind, const char *prefix, size_t *at,
	struct iam_line *line)
{
	char *start = mem_format("%c\t%s", kind, prefix);
	size_t len = strlen(start);
	*at = *at == 0 ? lower_bound(d, start, len) : line_end(d, *at) + 1;
	int found = read_if(d, *at, start, len, line);
	free(start);
	return found;
}

char *iam_data_nearest(
	const struct iam_data *d, char kind, const char *prefix, const char *word)
{
	char **names = NULL, *nearest = NULL;
	size_t n = 0, cap = 0, at = 0;
	struct iam_line line;
	while (iam_data_next(d, kind, prefix, &at, &line)) {
		mem_grow(&names, &cap, n + 1, sizeof(*names));
		names[n++] = mem_bytes(line.name.s, line.name.len);
	}
	if (n > 0)
		nearest = mem_string(text_nearest(word, (const char *const *)names, n));
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return nearest;
}
