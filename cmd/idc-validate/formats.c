#include "formats.h"

#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "excerpt.h"
#include "mem.h"
#include "rec.h"
#include "text.h"

const char *const format_names = "text, json, sarif, junit or github";

int format_parse(const char *name, enum format *format)
{
	static const char *const names[] = { [FORMAT_TEXT] = "text",
		[FORMAT_JSON] = "json",
		[FORMAT_SARIF] = "sarif",
		[FORMAT_JUNIT] = "junit",
		[FORMAT_GITHUB] = "github" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0) {
			*format = (enum format)i;
			return 0;
		}
	return -1;
}

static const char *level_word(const struct finding *f)
{
	return f->level == DIAG_ERROR ? "error" : "warning";
}

static void write_json(struct out *out, jv v)
{
	char *text = json_string(v);
	out_puts(out, text);
	out_puts(out, "\n");
	free(text);
	jv_free(v);
}

/* --- text --------------------------------------------------------------------------- */

static void put_safe(struct out *out, const char *s)
{
	struct buf safe;
	buf_init(&safe, 8 * strlen(s) + 16);
	text_safe(&safe, s);
	out_puts(out, buf_str(&safe));
	buf_release(&safe);
}

/* As on standard error. */
static void write_text(const struct report *r, struct out *out)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct finding *f = &r->list[i];
		if (f->suppressed != NOT_SUPPRESSED)
			continue;
		char *words = finding_words(f);
		put_safe(out, f->path != NULL ? f->path : diag_prog());
		if (f->pos.line > 0)
			out_printf(out, ":%zu:%zu", f->pos.line, f->pos.column);
		out_printf(out, ": %s: ", level_word(f));
		put_safe(out, words);
		out_printf(out, " [%s]\n", f->code);
		free(words);
	}
}

/* --- json --------------------------------------------------------------------------- */

static jv record(const struct finding *f)
{
	static const char *const why[] = { NULL, "$idc-ignore", "baseline" };
	jv v = rec_set_str(jv_object(), "Code", f->code);
	v = rec_set_str(v, "Severity", level_word(f));
	v = rec_set_str(v, "File", f->path);
	if (f->pos.line > 0) {
		v = rec_set_num(v, "Line", (double)f->pos.line);
		v = rec_set_num(v, "Column", (double)f->pos.column);
	}
	v = rec_set_str(v, "Pointer", f->pointer);
	v = rec_set_str(v, "Message", f->message);
	v = rec_set_str(v, "Hint", f->hint);
	return rec_set_str(v, "Suppressed", why[f->suppressed]);
}

static void write_records(const struct report *r, struct out *out)
{
	for (size_t i = 0; i < r->n; i++)
		write_json(out, record(&r->list[i]));
}

/* --- SARIF -------------------------------------------------------------------------- */

static jv message(const char *text)
{
	return rec_set_str(jv_object(), "text", text);
}

/* The rules that the findings are of, each once; index tells where each code's is. */
static jv sarif_rules(const struct report *r, struct map *index)
{
	jv rules = jv_array();
	for (size_t i = 0; i < r->n; i++) {
		const struct finding *f = &r->list[i];
		const struct code_info *c = codes_find(codes_parse(f->code));
		void **slot = map_slot(index, f->code);
		if (*slot != NULL)
			continue;
		*slot = (void *)(uintptr_t)index->n;
		jv rule = rec_set_str(jv_object(), "id", f->code);
		if (c != NULL) {
			rule = rec_set(rule, "shortDescription", message(c->title));
			rule = rec_set(rule, "fullDescription", message(c->why));
		}
		rule = rec_set(rule, "defaultConfiguration",
			rec_set_str(jv_object(), "level", level_word(f)));
		rules = rec_push(rules, rule);
	}
	return rules;
}

/* A path as the reference of a URI: what RFC 3986 does not let stand for itself as %XX. */
static char *uri_of(const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~/!$&'()*+,;=@";
	struct buf b;
	buf_init(&b, 4 * strlen(path) + 16);
	/* A colon in the first segment would make it a scheme. */
	if (path[0] == '/')
		buf_adds(&b, "file://");
	for (; *path != '\0'; path++)
		if (strchr(plain, *path) != NULL)
			buf_addc(&b, *path);
		else
			buf_addf(&b, "%%%02X", (unsigned)(unsigned char)*path);
	char *uri = mem_string(buf_str(&b));
	buf_release(&b);
	return uri;
}

/* Columns are characters there (columnKind), ours are bytes. */
static double column_in_characters(const struct finding *f)
{
	size_t n = 1, len;
	const char *line =
		f->text != NULL ? excerpt_line(f->text, f->pos.line, &len) : NULL;
	if (line == NULL)
		return (double)f->pos.column;
	for (size_t i = 0; i + 1 < f->pos.column && i < len; i++)
		n += ((unsigned char)line[i] & 0xC0) != 0x80;
	return (double)n;
}

static jv sarif_locations(const struct finding *f)
{
	if (f->path == NULL)
		return jv_array();
	char *uri = uri_of(f->path);
	jv physical = rec_set(
		jv_object(), "artifactLocation", rec_set_str(jv_object(), "uri", uri));
	free(uri);
	if (f->pos.line > 0) {
		jv region = rec_set_num(jv_object(), "startLine", (double)f->pos.line);
		region = rec_set_num(region, "startColumn", column_in_characters(f));
		physical = rec_set(physical, "region", region);
	}
	jv location = rec_set(jv_object(), "physicalLocation", physical);
	if (f->pointer != NULL)
		location = rec_set(location, "logicalLocations",
			rec_push(jv_array(), rec_set_str(jv_object(), "fullyQualifiedName",
						     f->pointer)));
	return rec_push(jv_array(), location);
}

static jv sarif_result(const struct finding *f, const struct map *index)
{
	static const char *const kinds[] = { NULL, "inSource", "external" };
	char *words = finding_words(f);
	jv v = rec_set_str(jv_object(), "ruleId", f->code);
	v = rec_set_num(v, "ruleIndex", (double)(uintptr_t)map_get(index, f->code) - 1);
	v = rec_set_str(v, "level", level_word(f));
	v = rec_set(v, "message", message(words));
	v = rec_set(v, "locations", sarif_locations(f));
	if (f->suppressed != NOT_SUPPRESSED)
		v = rec_set(v, "suppressions",
			rec_push(jv_array(),
				rec_set_str(jv_object(), "kind", kinds[f->suppressed])));
	free(words);
	return v;
}

static void write_sarif(const struct report *r, struct out *out)
{
	struct map index;
	map_init(&index);
	jv driver = rec_set_str(jv_object(), "name", "idc-validate");
	driver = rec_set_str(driver, "version", strchr(cmd_version(), ' ') + 1);
	driver = rec_set(driver, "rules", sarif_rules(r, &index));
	jv results = jv_array();
	for (size_t i = 0; i < r->n; i++)
		results = rec_push(results, sarif_result(&r->list[i], &index));
	jv run = rec_set(jv_object(), "tool", rec_set(jv_object(), "driver", driver));
	run = rec_set_str(run, "columnKind", "unicodeCodePoints");
	run = rec_set(run, "results", results);
	jv log = rec_set_str(
		jv_object(), "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	log = rec_set_str(log, "version", "2.1.0");
	write_json(out, rec_set(log, "runs", rec_push(jv_array(), run)));
	map_release(&index, NULL);
}

/* --- JUnit -------------------------------------------------------------------------- */

/* Text for XML 1.0, which has no place for most control characters. */
static void put_xml(struct out *out, const char *s)
{
	static const struct {
		char c;
		const char *entity;
	} entities[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" },
		{ '"', "&quot;" }, { '\n', "&#10;" }, { '\t', "&#9;" } };
	struct buf safe;
	buf_init(&safe, 8 * strlen(s) + 16);
	text_safe(&safe, s);
	for (const char *p = buf_str(&safe); *p != '\0'; p++) {
		/* U+FFFE and U+FFFF are no characters there. */
		if (text_starts(p, "\xEF\xBF\xBE") || text_starts(p, "\xEF\xBF\xBF")) {
			out_puts(out, "\xEF\xBF\xBD");
			p += 2;
			continue;
		}
		size_t i = 0, n = sizeof(entities) / sizeof(entities[0]);
		while (i < n && entities[i].c != *p)
			i++;
		if (i < n)
			out_puts(out, entities[i].entity);
		else
			out_write(out, p, 1);
	}
	buf_release(&safe);
}

static int is_failure(const struct finding *f, int strict)
{
	return f->suppressed == NOT_SUPPRESSED && (f->level == DIAG_ERROR || strict);
}

static void put_case(struct out *out, const char *name)
{
	out_puts(out, "    <testcase classname=\"idc-validate\" name=\"");
	put_xml(out, name);
	out_puts(out, "\" time=\"0\">\n");
}

/* "3:14: error: ... [IDC010]" */
static void put_line(struct out *out, const struct finding *f)
{
	char *words = finding_words(f);
	if (f->pos.line > 0)
		out_printf(out, "%zu:%zu: ", f->pos.line, f->pos.column);
	out_printf(out, "%s: ", level_word(f));
	put_xml(out, words);
	out_printf(out, " [%s]", f->code);
	free(words);
}

static int is_about(const struct finding *f, const char *path)
{
	return f->path == NULL ? path == NULL : path != NULL && strcmp(f->path, path) == 0;
}

/* The case of a file, or of what is about none: the findings from *i on, in order. */
static void junit_case(
	const struct report *r, size_t *i, const char *path, int strict, struct out *out)
{
	size_t first = *i;
	put_case(out, path != NULL ? path : "templates");
	for (; *i < r->n && is_about(&r->list[*i], path); ++*i) {
		const struct finding *f = &r->list[*i];
		if (!is_failure(f, strict))
			continue;
		out_printf(out, "      <failure type=\"%s\" message=\"", f->code);
		put_line(out, f);
		out_puts(out, "\"/>\n");
	}
	int shown = 0;
	for (size_t k = first; k < *i; k++) {
		const struct finding *f = &r->list[k];
		if (f->suppressed != NOT_SUPPRESSED || is_failure(f, strict))
			continue;
		out_puts(out, shown++ == 0 ? "      <system-out>" : "&#10;");
		put_line(out, f);
	}
	out_puts(out, shown > 0 ? "</system-out>\n    </testcase>\n" : "    </testcase>\n");
}

/* A walk through the cases: a file that was read or that there is a finding about each. */
struct cases {
	const struct report *report;
	const struct files *files;
	size_t finding, file; /* the next ones */
};

/* The path of the next case: 1; or 0 when there is none but for what is about no file. */
static int next_case(struct cases *c, const char **path)
{
	const char *found =
		c->finding < c->report->n ? c->report->list[c->finding].path : NULL;
	const char *file = c->file < c->files->n ? c->files->list[c->file].path : NULL;
	if (found == NULL && file == NULL)
		return 0;
	int order = found == NULL ? 1 : file == NULL ? -1 : strcmp(found, file);
	*path = order < 0 ? found : file;
	c->file += order >= 0;
	return 1;
}

/* Moves behind the findings about path. Whether one of them is a failure. */
static int skip_findings(struct cases *c, const char *path, int strict)
{
	const struct report *r = c->report;
	int failed = 0;
	for (; c->finding < r->n && is_about(&r->list[c->finding], path); c->finding++)
		failed |= is_failure(&r->list[c->finding], strict);
	return failed;
}

static void write_junit(
	const struct report *r, const struct files *files, int strict, struct out *out)
{
	struct cases count = { r, files, 0, 0 }, c = count;
	const char *path;
	size_t tests = 0, failures = 0;
	for (; next_case(&count, &path); tests++)
		failures += (size_t)skip_findings(&count, path, strict);
	int rest = count.finding < r->n || tests == 0;
	if (rest) {
		tests++;
		failures += (size_t)skip_findings(&count, NULL, strict);
	}
	out_printf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
		"  <testsuite name=\"idc-validate\" tests=\"%zu\" failures=\"%zu\" "
		"errors=\"0\" skipped=\"0\" time=\"0\">\n",
		tests, failures);
	while (next_case(&c, &path))
		junit_case(r, &c.finding, path, strict, out);
	if (rest)
		junit_case(r, &c.finding, NULL, strict, out);
	out_puts(out, "  </testsuite>\n</testsuites>\n");
}

/* --- GitHub ------------------------------------------------------------------------- */

/* As workflow commands want it; in a property, ',' and ':' too. */
static void put_escaped(struct out *out, const char *s, int property)
{
	for (; *s != '\0'; s++)
		if (strchr("%\r\n", *s) != NULL || (property && strchr(",:", *s) != NULL))
			out_printf(out, "%%%02X", (unsigned)(unsigned char)*s);
		else
			out_write(out, s, 1);
}

static void write_github(const struct report *r, struct out *out)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct finding *f = &r->list[i];
		if (f->suppressed != NOT_SUPPRESSED)
			continue;
		char *words = finding_words(f);
		out_printf(out, "::%s ", level_word(f));
		if (f->path != NULL) {
			out_puts(out, "file=");
			put_escaped(out, f->path, 1);
			out_puts(out, ",");
		}
		if (f->pos.line > 0)
			out_printf(out, "line=%zu,col=%zu,", f->pos.line, f->pos.column);
		out_printf(out, "title=%s::", f->code);
		put_escaped(out, words, 0);
		out_puts(out, "\n");
		free(words);
	}
}

void format_write(enum format format, const struct report *r, const struct files *files,
	int strict, struct out *out)
{
	switch (format) {
	case FORMAT_JSON:
		write_records(r, out);
		break;
	case FORMAT_SARIF:
		write_sarif(r, out);
		break;
	case FORMAT_JUNIT:
		write_junit(r, files, strict, out);
		break;
	case FORMAT_GITHUB:
		write_github(r, out);
		break;
	case FORMAT_TEXT:
		write_text(r, out);
		break;
	}
}
