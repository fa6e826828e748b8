/*
 * files -- the template files that the operands name, and reading them.
 *
 * A folder is walked: its files whose names end in ".json" and its sub-folders. What starts
 * with '.', '#' or '~' is not looked at. Where a folder holds permissionsets/ or
 * assignments/, its schema/, stacks/ and rules/ hold other things and are left out too.
 * Whatever is reached twice, by a link or by two operands, is taken once; so a loop
 * of links ends.
 */
#ifndef IDC_VALIDATE_FILES_H
#define IDC_VALIDATE_FILES_H

#include <stddef.h>

#include "json.h"
#include "map.h"
#include "report.h"

#define FILES_SIZE_MAX ((size_t)4 << 20) /* of one file, bytes */

/* What $idc-ignore names. */
struct ignore {
	char *pointer; /* to the object that it stands in: it is for all of that */
	char code[CODE_MAX];
	char *place; /* pointer to the code itself */
	size_t used;
};

struct file {
	char *path; /* the operand, joined with the path below it */
	int fd;	    /* standard input, or -1: to be opened */
	char *text; /* once it was read; NUL-terminated */
	size_t len;
	struct json_index *index; /* of text, made when it is first needed */
	struct report *report;
	size_t findings[DIAG_NOTE]; /* errors and warnings so far */
	struct ignore *ignores;
	size_t n_ignores, cap_ignores;
};

struct files {
	struct file *list; /* sorted by path; does not move once sorted */
	size_t n, cap;
	size_t unread; /* what the operands reach and can't be read */
	struct report *report;
	struct map seen;  /* files and folders, by device and inode */
	struct map above; /* the folders that the operand is in, likewise */
};

void files_init(struct files *fs, struct report *report);
void files_release(struct files *fs);

/*
 * Adds what an operand names: a folder, a file (whatever its name), or "-", standard input.
 * What can't be read is reported.
 */
void files_add(struct files *fs, const char *operand);

/* Sorts the files by path; files_add comes before, the rest after it. */
void files_sort(struct files *fs);

/* Reads a file into its text. 0; or -1 when that failed, which was reported. */
int file_read(struct file *f);

/* The place of a JSON pointer in the text; see json_index_find. */
struct json_pos file_find(struct file *f, const char *pointer, int key);

/* Forgets the index; it is made again when needed. */
void file_drop_index(struct file *f);

/*
 * Reports something about the value that a JSON pointer names (key: about its name), or
 * about the file as a whole (pointer NULL). text is what is wrong, and behind a '\n' what
 * to do. Warnings that an $idc-ignore is for are counted, but suppressed. After the first
 * FILE_FINDINGS_MAX errors of one file comes one that says so, and then no more; likewise
 * with warnings.
 */
#define FILE_FINDINGS_MAX 1000
void file_report(
	struct file *f, enum code code, const char *pointer, int key, const char *text);

/* The same with a code that is not ours. */
void file_report_as(struct file *f, enum diag_level level, const char *code,
	const char *pointer, int key, const char *text);

/* The same about a place in a text that can't be parsed. */
void file_report_at(struct file *f, enum code code, struct json_pos pos, const char *text);

/* Whether no more errors are reported about the file, which has enough of them. */
int file_is_full(const struct file *f);

#endif
