/*
 * stream -- the NDJSON streams between the programs (idc-streams(5)).
 *
 * A stream is a Begin record, records, and an End record that counts them. A
 * reader that has seen no right End has not seen a stream: the caller then
 * changes nothing and exits STATUS_INCOMPLETE. Complete streams of one type
 * may follow each other; they read as one.
 */
#ifndef IDC_STREAM_H
#define IDC_STREAM_H

#include <stddef.h>
#include <time.h>

#include <jv.h>

#include "err.h"
#include "json.h"
#include "lines.h"
#include "out.h"
#include "digests.h"

enum stream_type {
	STREAM_TEMPLATES,
	STREAM_RESOLVED,
	STREAM_STATE,
	STREAM_PLAN,
	STREAM_RESULTS,
	STREAM_TYPES
};

/* Its name as Begin and End have it: "templates" ... */
const char *stream_name(enum stream_type type);

/* Bit set of types, for stream_open. */
#define STREAM_BIT(type) (1u << (type))

struct stream_in {
	struct lines lines;
	const char *file;	/* for messages; "<stdin>" */
	const char *prog;	/* who reads, for hints; borrowed */
	unsigned accept;	/* STREAM_BIT()s */
	enum stream_type type;	/* of the stream being read, once Begin was seen */
	size_t count;		/* records since Begin */
	int open;		/* between Begin and End */
	int seen;		/* at least one whole stream was read */
	uint32_t round;		/* which stream of the input it is, from 1 */
	struct digests records; /* of the streams before */
	int repeats;		/* give what came before, too: the caller knows it again */
	/* Called with every Begin that is accepted (borrowed); may be NULL. */
	void (*begun)(void *ctx, jv begin);
	void *begun_ctx;
};

/*
 * Reads from fd; file and prog are borrowed and kept. Nothing is read yet.
 */
void stream_open(
	struct stream_in *s, int fd, const char *file, const char *prog, unsigned accept);
void stream_release(struct stream_in *s);

/*
 * A record of a stream that came, byte for byte, in an earlier stream of the same input is
 * passed over, unless s->repeats is set: putting a stream behind itself changes nothing.
 *
 * The next record: 1 with *rec owned by the caller (an object, its Kind one that
 * belongs to the stream type); 0 at the end of a complete input; -1 with err filled when
 * the input is not a complete stream of an accepted type: err->kind is ERR_DATA and
 * err->text starts with "file:line:column: " where a line is to blame; or ERR_SYS.
 * The line of the last record is s->lines.number.
 */
int stream_next(struct stream_in *s, jv *rec, struct err *err);

/* The members of one kind of record that are to be had as texts. */
struct stream_texts {
	const char *kind;
	const char *const *members;
	struct json_span *values; /* as many; good until the next record is read */
	size_t n;
};

/*
 * stream_next for streams of millions of records of one kind: of those, texts->values may
 * be filled instead of *rec, which is then invalid. 1 with *rec, 2 with the texts, or as
 * stream_next. Texts of records that came before are given, too: of so many, the caller
 * knows them again at less cost.
 */
int stream_next_texts(
	struct stream_in *s, const struct stream_texts *texts, jv *rec, struct err *err);

struct stream_out {
	struct out *out;
	enum stream_type type;
	size_t count;
};

/*
 * Writes Begin. program is "idc-validate 0.1.0"; now is the stream's Time.
 */
void stream_begin(struct stream_out *s, struct out *out, enum stream_type type,
	const char *program, time_t now);

/* The same, with one member more in Begin; value is borrowed. */
void stream_begin_with(struct stream_out *s, struct out *out, enum stream_type type,
	const char *program, time_t now, const char *member, jv value);

/* Writes one record (borrowed) and counts it. */
void stream_write(struct stream_out *s, jv rec);

/* The same for the text of a record; that it is over its ceiling is a bug of the writer. */
void stream_write_text(struct stream_out *s, const struct buf *line);

/* Writes End. Only a program that is about to exit 0 (or 3) calls it; see idc-streams(5).
 */
void stream_end(struct stream_out *s);

/*
 * Prints err as a diagnostic of an input stream and returns the exit status it
 * asks for: STATUS_INCOMPLETE for ERR_DATA, STATUS_FAILED for ERR_SYS.
 */
int stream_fail(const struct err *err);

#endif
