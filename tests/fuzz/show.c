/*
 * idc-show: a stream of any type, shown as text, which is well-formed UTF-8 without control
 * characters.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../../cmd/idc-show/show.h"
#include "fuzz.h"
#include "mem.h"
#include "text.h"

/* What is shown is read back from there; the same file every time. */
static int shown(void)
{
	static FILE *file;
	if (file == NULL)
		file = tmpfile();
	assert(file != NULL);
	int bad = ftruncate(fileno(file), 0) != 0 || lseek(fileno(file), 0, SEEK_SET) != 0;
	assert(!bad);
	(void)bad;
	return fileno(file);
}

static void check_text(int fd)
{
	char bytes[4096];
	assert(lseek(fd, 0, SEEK_SET) == 0);
	ssize_t n = read(fd, bytes, sizeof(bytes));
	assert(n >= 0);
	for (size_t i = 0, len = 0; i < (size_t)n; i += len) {
		len = text_utf8(bytes + i, (size_t)n - i);
		assert(len > 0 || (size_t)n - i < 4);
		assert((unsigned char)bytes[i] >= ' ' || bytes[i] == '\n');
		if (len == 0)
			break;
	}
}

static void show(const struct model *m)
{
	static struct out out;
	struct page page;
	int fd = shown();
	out_init(&out, fd);
	page_init(&page, &out, 80, 0);
	show_text(&page, m);
	assert(out_flush(&out) == 0);
	check_text(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stream_in in;
	struct model m;
	struct err err = { 0 };
	jv rec;
	int got;
	model_init(&m);
	stream_open(&in, fuzz_file(data, size), "<stdin>", "idc-show",
		(1u << STREAM_TYPES) - 1);
	while ((got = stream_next(&in, &rec, &err)) == 1) {
		int whole = model_missing(rec) == NULL;
		if (whole)
			model_add(&m, in.type, rec);
		jv_free(rec);
		if (!whole)
			break;
	}
	m.type = in.type;
	model_end(&m);
	if (got == 0)
		show(&m);
	model_release(&m);
	stream_release(&in);
	return 0;
}
