#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "text.h"

#define DEPTH_MAX 64
#define EXTENSION ".json"

static const struct json_pos nowhere;

void files_init(struct files *fs, struct report *report)
{
	*fs = (struct files){ .report = report };
	map_init(&fs->seen);
	map_init(&fs->above);
}

void files_release(struct files *fs)
{
	for (size_t i = 0; i < fs->n; i++) {
		struct file *f = &fs->list[i];
		json_index_free(f->index);
		for (size_t k = 0; k < f->n_ignores; k++) {
			free(f->ignores[k].pointer);
			free(f->ignores[k].place);
		}
		free(f->ignores);
		free(f->text);
		free(f->path);
	}
	free(fs->list);
	map_release(&fs->seen, NULL);
	map_release(&fs->above, NULL);
}

/* --- collecting --------------------------------------------------------------------- */

static void add_file(struct files *fs, const char *path, int fd)
{
	mem_grow(&fs->list, &fs->cap, fs->n + 1, sizeof(*fs->list));
	fs->list[fs->n++] =
		(struct file){ .path = mem_string(path), .fd = fd, .report = fs->report };
}

/* Reports that there is something at path that can't be read. */
static void refuse(struct files *fs, const char *path, const char *why)
{
	fs->unread++;
	report_code(fs->report, CODE_UNREADABLE, path, why);
}

#define ID_SIZE sizeof("ffffffffffffffff:ffffffffffffffff")

/* What tells a file from all others. */
static void make_id(char id[ID_SIZE], const struct stat *st)
{
	snprintf(id, ID_SIZE, "%llx:%llx", (unsigned long long)st->st_dev,
		(unsigned long long)st->st_ino);
}

/* Whether a set of ids has that of a file; from now on it has. */
static int add_id(struct map *ids, const struct stat *st)
{
	char id[ID_SIZE];
	make_id(id, st);
	if (map_has(ids, id))
		return 1;
	map_slot(ids, id);
	return 0;
}

/* Whether a link leads out of a folder to one that it is in. */
static int is_above(const struct files *fs, const struct stat *st)
{
	char id[ID_SIZE];
	make_id(id, st);
	return map_has(&fs->above, id);
}

/* Notes the folders that a folder is in, up to the root, which is in itself. */
static void add_above(struct files *fs, const char *folder)
{
	struct stat st;
	char *path = mem_format("%s/..", folder);
	map_release(&fs->above, NULL);
	map_init(&fs->above);
	while (stat(path, &st) == 0 && !add_id(&fs->above, &st)) {
		char *next = mem_format("%s/..", path);
		free(path);
		path = next;
	}
	free(path);
}

static int is_hidden(const char *name)
{
	return strchr(".#~", name[0]) != NULL;
}

struct names {
	char **list;
	size_t n, cap;
};

static void names_release(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->list[i]);
	free(names->list);
}

/* The entries of a folder that are not hidden, sorted. 0, or the errno. */
static int names_read(struct names *names, const char *folder)
{
	DIR *d = opendir(folder);
	if (d == NULL)
		return errno;
	const struct dirent *e;
	while ((errno = 0, e = readdir(d)) != NULL) {
		if (is_hidden(e->d_name))
			continue;
		mem_grow(&names->list, &names->cap, names->n + 1, sizeof(*names->list));
		names->list[names->n++] = mem_string(e->d_name);
	}
	int error = errno;
	closedir(d);
	if (names->n > 1)
		qsort(names->list, names->n, sizeof(*names->list), text_compare);
	return error;
}

static int names_has(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->list[i], name) == 0)
			return 1;
	return 0;
}

/* Whether a sub-folder holds something else than templates. */
static int is_other_room(const struct names *siblings, const char *name)
{
	static const char *const others[] = { "schema", "stacks", "rules" };
	if (!names_has(siblings, "permissionsets") && !names_has(siblings, "assignments"))
		return 0;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(name, others[i]) == 0)
			return 1;
	return 0;
}

static void add_folder(struct files *fs, const char *path, int depth);

/* Adds an entry of a folder that is being walked. */
static void add_entry(struct files *fs, const struct names *siblings, const char *name,
	const char *path, int depth)
{
	struct stat st;
	if (stat(path, &st) != 0) {
		/* A link that only leads back to itself leads to no template. */
		if (errno != ELOOP)
			refuse(fs, path, strerror(errno));
	} else if (S_ISDIR(st.st_mode)) {
		if (!is_other_room(siblings, name) && !is_above(fs, &st) &&
			!add_id(&fs->seen, &st))
			add_folder(fs, path, depth + 1);
	} else if (text_ends(name, EXTENSION)) {
		if (!S_ISREG(st.st_mode))
			refuse(fs, path, "not a regular file");
		else if (!add_id(&fs->seen, &st))
			add_file(fs, path, -1);
	} else {
		size_t len = strlen(name), end = strlen(EXTENSION);
		if (len > end && strcasecmp(name + len - end, EXTENSION) == 0)
			report_code(fs->report, CODE_NOT_READ, path,
				"not read\nonly names that end in '" EXTENSION "' are");
	}
}

static void add_folder(struct files *fs, const char *path, int depth)
{
	if (depth > DEPTH_MAX) {
		refuse(fs, path, "a folder too deep below the first one");
		return;
	}
	struct names names = { 0 };
	int error = names_read(&names, path);
	if (error != 0)
		refuse(fs, path, strerror(error));
	for (size_t i = 0; i < names.n; i++) {
		char *below = mem_format(
			"%s%s%s", path, text_ends(path, "/") ? "" : "/", names.list[i]);
		add_entry(fs, &names, names.list[i], below, depth);
		free(below);
	}
	names_release(&names);
}

void files_add(struct files *fs, const char *operand)
{
	struct stat st;
	if (strcmp(operand, "-") == 0) {
		add_file(fs, "<stdin>", STDIN_FILENO);
	} else if (stat(operand, &st) != 0) {
		refuse(fs, operand, strerror(errno));
	} else if (!add_id(&fs->seen, &st)) {
		size_t len = strlen(operand);
		while (len > 1 && operand[len - 1] == '/')
			len--;
		char *path = mem_bytes(operand, len);
		if (S_ISDIR(st.st_mode)) {
			add_above(fs, path);
			add_folder(fs, path, 0);
		} else {
			add_file(fs, path, -1);
		}
		free(path);
	}
}

static int compare(const void *a, const void *b)
{
	const struct file *x = a, *y = b;
	return strcmp(x->path, y->path);
}

void files_sort(struct files *fs)
{
	if (fs->n > 1)
		qsort(fs->list, fs->n, sizeof(*fs->list), compare);
}

/* --- reading ------------------------------------------------------------------------ */

/* Reads fd to its end into f. 0, or an errno, EFBIG when there is too much. */
static int read_all(struct file *f, int fd)
{
	size_t cap = 0;
	for (;;) {
		mem_grow(&f->text, &cap, f->len + 4096, 1);
		size_t room = cap - f->len - 1;
		ssize_t n = read(fd, f->text + f->len, room);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		f->len += (size_t)n;
		if (f->len > FILES_SIZE_MAX)
			return EFBIG;
		if (n == 0)
			break;
	}
	f->text[f->len] = '\0';
	return 0;
}

int file_read(struct file *f)
{
	char text[256];
	int fd = f->fd >= 0 ? f->fd : open(f->path, O_RDONLY | O_CLOEXEC);
	int error = fd < 0 ? errno : read_all(f, fd);
	if (fd >= 0 && fd != f->fd)
		close(fd);
	if (error == 0)
		return 0;
	if (error == EFBIG)
		snprintf(text, sizeof(text), "larger than %zu MiB\nsplit it",
			FILES_SIZE_MAX >> 20);
	else
		snprintf(text, sizeof(text), "%s", strerror(error));
	file_report(f, error == EFBIG ? CODE_TOO_LARGE : CODE_UNREADABLE, NULL, 0, text);
	return -1;
}

struct json_pos file_find(struct file *f, const char *pointer, int key)
{
	if (f->index == NULL)
		f->index = json_index_new(f->text, f->len);
	return json_index_find(f->index, pointer, key);
}

void file_drop_index(struct file *f)
{
	json_index_free(f->index);
	f->index = NULL;
}

/* --- findings ----------------------------------------------------------------------- */

int file_is_full(const struct file *f)
{
	return f->findings[DIAG_ERROR] > FILE_FINDINGS_MAX;
}

/* The $idc-ignore of f that is for a finding, or NULL. */
static struct ignore *find_ignore(
	const struct file *f, const char *code, const char *pointer)
{
	for (size_t i = 0; i < f->n_ignores; i++) {
		struct ignore *g = &f->ignores[i];
		size_t len = strlen(g->pointer);
		if (strcmp(g->code, code) == 0 && text_starts(pointer, g->pointer) &&
			(pointer[len] == '\0' || pointer[len] == '/'))
			return g;
	}
	return NULL;
}

/* Adds a finding, unless there are too many; the finding, or NULL. */
static struct finding *add(struct file *f, enum diag_level level, const char *code,
	struct json_pos pos, const char *text)
{
	size_t before = f->findings[level]++;
	if (before > FILE_FINDINGS_MAX)
		return NULL;
	if (before < FILE_FINDINGS_MAX)
		return report_add(f->report, level, code, f->path, pos, text);
	char name[CODE_TEXT_SIZE];
	codes_name(CODE_TOO_LARGE, name);
	report_add(f->report, level, name, f->path, nowhere,
		"more than can be listed\nthe rest is left out");
	return NULL;
}

void file_report_as(struct file *f, enum diag_level level, const char *code,
	const char *pointer, int key, const char *text)
{
	struct ignore *ignore = level == DIAG_WARNING && pointer != NULL
					? find_ignore(f, code, pointer)
					: NULL;
	if (f->findings[level] > FILE_FINDINGS_MAX)
		return;
	struct finding *found = add(f, level, code,
		pointer != NULL ? file_find(f, pointer, key) : nowhere, text);
	if (found == NULL)
		return;
	found->pointer = mem_string(pointer);
	found->text = f->text;
	if (ignore == NULL)
		return;
	ignore->used++;
	report_suppress(f->report, found, SUPPRESSED_IGNORE);
}

void file_report(
	struct file *f, enum code code, const char *pointer, int key, const char *text)
{
	char name[CODE_TEXT_SIZE];
	codes_name(code, name);
	file_report_as(f, codes_find(code)->level, name, pointer, key, text);
}

void file_report_at(struct file *f, enum code code, struct json_pos pos, const char *text)
{
	char name[CODE_TEXT_SIZE];
	codes_name(code, name);
	struct finding *found = add(f, codes_find(code)->level, name, pos, text);
	if (found != NULL)
		found->text = f->text;
}
