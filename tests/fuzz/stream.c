/*
 * The stream reader: streams of any type. What comes out is a record that can be written
 * and read again; a refusal has a text of one line.
 */
#include <assert.h>
#include <string.h>

#include "buf.h"
#include "fuzz.h"
#include "json.h"
#include "rec.h"
#include "stream.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stream_in in;
	struct err err = { 0 };
	jv rec;
	int got;
	stream_open(&in, fuzz_file(data, size), "<stdin>", "idc-show",
		(1u << STREAM_TYPES) - 1);
	while ((got = stream_next(&in, &rec, &err)) == 1) {
		struct buf b;
		buf_init(&b, LINES_MAX);
		assert(rec_str(rec, "Kind") != NULL);
		json_write(&b, rec);
		jv_free(rec);
		buf_release(&b);
	}
	if (got != 0) {
		struct buf b;
		buf_init(&b, 1u << 16);
		assert(err.kind == ERR_DATA && err.text[0] != '\0');
		assert(strlen(err.text) < sizeof(err.text));
		/* As diag shows it. */
		text_safe(&b, err.text);
		assert(strchr(buf_str(&b), '\n') == NULL);
		buf_release(&b);
	}
	stream_release(&in);
	return 0;
}
