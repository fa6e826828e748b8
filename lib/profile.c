#include "profile.h"

#include <ctype.h>
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "buf.h"
#include "mem.h"
#include "secret.h"
#include "text.h"

#define FILE_MAX (1u << 20)
#define SECTIONS_MAX 10000

enum kind {
	KIND_PROFILE,
	KIND_SESSION,
	KIND_SERVICES,
	KIND_OTHER /* of no interest */
};

/* All strings point into the text of a file. */
struct setting {
	const char *parent; /* whose nested setting it is, or NULL */
	const char *name;
	char *value;
};

struct profile {
	enum kind kind;
	const char *name;
	struct setting *settings;
	size_t n;
	size_t cap;
};

struct file {
	char *path; /* as in messages */
	char *text;
	size_t len;
};

struct profiles {
	struct file config;
	struct file credentials;
	struct profile *list;
	size_t n;
	size_t cap;
};

/* Where the reader is. */
struct reader {
	struct profiles *to;
	const struct file *file;
	int is_config;
	size_t line;
	size_t section; /* index in to->list, or SIZE_MAX before the first */
	size_t setting; /* index in the section, or SIZE_MAX */
	size_t indent;	/* of that setting */
	char *end;	/* of its value */
};

/* --- where the files are ------------------------------------------------------------ */

char *profile_path(const char *path)
{
	const char *home = getenv("HOME");
	const struct passwd *user;

	if (path[0] != '~' || (path[1] != '/' && path[1] != '\0'))
		return mem_string(path);
	if (!home || !*home) {
		user = getpwuid(getuid());
		home = user ? user->pw_dir : "";
	}
	return mem_format("%s%s", home, path + 1);
}

const char *profile_asked(const char *name)
{
	/* The latter is the AWS CLI's and boto3's own. */
	static const char *const variables[] = { "AWS_PROFILE", "AWS_DEFAULT_PROFILE" };

	for (size_t i = 0; !name && i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *s = getenv(variables[i]);

		name = s && *s ? s : NULL;
	}
	return name;
}

const char *profile_name(const char *name)
{
	const char *s = profile_asked(name);

	return s ? s : "default";
}

static int open_file(
	struct file *f, const char *variable, const char *fallback, struct err *err)
{
	const char *s = getenv(variable);
	struct err why;
	char *path;
	int failed;

	f->path = mem_string(s && *s ? s : fallback);
	path = profile_path(f->path);
	f->text = secret_file(path, FILE_MAX, &f->len, &why);
	failed = errno;
	free(path);
	if (f->text || (why.kind == ERR_SYS && (failed == ENOENT || failed == ENOTDIR)))
		return 0;
	/* Another user's home, such as root's for a process of less rights, is none of
	 * ours. */
	if (why.kind == ERR_SYS && failed == EACCES && !(s && *s) && !profile_asked(NULL))
		return 0;
	return err_set(err, ERR_CRED, "%.300s: %s", f->path, why.text);
}

/* --- sections ----------------------------------------------------------------------- */

static size_t section(struct profiles *p, enum kind kind, const char *name)
{
	size_t i = 0;

	while (i < p->n && (p->list[i].kind != kind || strcmp(p->list[i].name, name) != 0))
		i++;
	if (i == p->n) {
		mem_grow(&p->list, &p->cap, p->n + 1, sizeof(p->list[0]));
		p->list[p->n++] = (struct profile){ .kind = kind, .name = name };
	}
	return i;
}

static int bad_line(const struct reader *r, const char *what, struct err *err)
{
	return err_set(err, ERR_CRED, "%.300s:%zu: %s", r->file->path, r->line, what);
}

/* Cuts blanks off both ends. */
static char *trim(char *s)
{
	char *end = s + strlen(s);

	while (end > s && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return s + strspn(s, " \t");
}

/* The name without the quotes around it. */
static char *unquote(char *s)
{
	size_t len = strlen(s);

	if (len < 2 || !strchr("\"'", *s) || s[len - 1] != *s)
		return s;
	s[len - 1] = '\0';
	return s + 1;
}

/* The name behind "word " in a section's head, or NULL. */
static char *behind(char *head, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(head, word, len) != 0 || !strchr(" \t", head[len]) || !head[len])
		return NULL;
	return unquote(trim(head + len));
}

static size_t config_section(struct profiles *p, char *head)
{
	char *name = behind(head, "profile");

	if (name || strcmp(head, "default") == 0)
		return section(p, KIND_PROFILE, name ? name : head);
	name = behind(head, "sso-session");
	if (name)
		return section(p, KIND_SESSION, name);
	name = behind(head, "services");
	return section(p, name ? KIND_SERVICES : KIND_OTHER, name ? name : head);
}

/* head is behind the "[". */
static int begin_section(struct reader *r, char *head, struct err *err)
{
	char *end = strchr(head, ']');
	const char *rest = end ? end + 1 + strspn(end + 1, " \t\r") : "";

	if (!end)
		return bad_line(r, "a '[' without its ']'", err);
	if (*rest && !strchr("#;", *rest))
		return bad_line(r, "something stands after the ']'", err);
	*end = '\0';
	head = trim(head);
	if (!*head)
		return bad_line(r, "a section without a name", err);
	if (r->to->n >= SECTIONS_MAX)
		return bad_line(r, "too many sections", err);
	r->section = r->is_config ? config_section(r->to, head)
				  : section(r->to, KIND_PROFILE, unquote(head));
	r->setting = SIZE_MAX;
	return 0;
}

/* --- settings ----------------------------------------------------------------------- */

/* Cuts off a comment behind a value, but not where the shell looks for it. */
static void cut_comment(const char *name, char *value)
{
	if (strcmp(name, "credential_process") == 0)
		return;
	for (char *p = value; *p; p++)
		if ((*p == '#' || *p == ';') && (p == value || strchr(" \t", p[-1]))) {
			*p = '\0';
			return;
		}
}

static int is_of(const struct setting *s, const char *parent, const char *name)
{
	if (!parent || !s->parent)
		return parent == s->parent && strcmp(s->name, name) == 0;
	return strcmp(s->parent, parent) == 0 && strcmp(s->name, name) == 0;
}

static size_t set(struct profile *s, const char *parent, const char *name, char *value)
{
	size_t i = 0;

	while (i < s->n && !is_of(&s->settings[i], parent, name))
		i++;
	if (i == s->n) {
		mem_grow(&s->settings, &s->cap, s->n + 1, sizeof(s->settings[0]));
		s->n++;
	}
	s->settings[i] = (struct setting){ parent, name, value };
	return i;
}

/* Takes "name = value" apart. 0, or -1 with err filled. */
static int split(
	const struct reader *r, char *line, char **name, char **value, struct err *err)
{
	char *equals = strchr(line, '=');

	*name = *value = line;
	if (!equals)
		return bad_line(r, "neither a [section], nor 'name = value'", err);
	*equals = '\0';
	*name = trim(line);
	if (!**name)
		return bad_line(r, "a value without a name", err);
	for (char *p = *name; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	*value = trim(equals + 1);
	cut_comment(*name, *value);
	*value = trim(*value);
	return 0;
}

static int add_setting(struct reader *r, char *line, size_t indent, struct err *err)
{
	char *name;
	char *value;

	if (strchr(line, '=') && r->section == SIZE_MAX)
		return bad_line(r, "a setting before the first [section]", err);
	if (split(r, line, &name, &value, err) != 0)
		return -1;
	r->setting = set(&r->to->list[r->section], NULL, name, value);
	r->indent = indent;
	r->end = value + strlen(value);
	return 0;
}

/*
 * Goes on with the value before: what stood between turns into blanks. Below a setting
 * without a value, the lines are settings of its own; what of them is none is left alone.
 */
static void continue_setting(struct reader *r, char *line)
{
	struct profile *to = &r->to->list[r->section];
	struct setting *s = &to->settings[r->setting];
	struct err ignored;
	char *name;
	char *value;

	if (!*s->value) {
		if (split(r, line, &name, &value, &ignored) == 0)
			set(to, s->name, name, value);
		return;
	}
	line = trim(line);
	memset(r->end, ' ', (size_t)(line - r->end));
	r->end = line + strlen(line);
}

static int read_line(struct reader *r, char *line, struct err *err)
{
	size_t indent = strspn(line, " \t");
	char *text = line + indent;

	r->line++;
	if (!*text || strchr("#;\r", *text))
		return 0;
	if (r->setting != SIZE_MAX && indent > r->indent) {
		continue_setting(r, text);
		return 0;
	}
	if (*text == '[')
		return begin_section(r, text + 1, err);
	return add_setting(r, text, indent, err);
}

static int read_file(struct profiles *p, struct file *f, struct err *err)
{
	struct reader r = { .to = p,
		.file = f,
		.is_config = f == &p->config,
		.section = SIZE_MAX,
		.setting = SIZE_MAX };
	char *next = f->text;

	if (f->text && strlen(f->text) != f->len)
		return err_set(err, ERR_CRED, "%.300s: holds a NUL byte", f->path);
	while (next) {
		char *line = next;

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (read_line(&r, line, err) != 0)
			return -1;
	}
	return 0;
}

/* --- both files --------------------------------------------------------------------- */

struct profiles *profiles_read(struct err *err)
{
	struct profiles *p = mem_alloc(sizeof(*p));

	if (open_file(&p->config, "AWS_CONFIG_FILE", "~/.aws/config", err) != 0 ||
		open_file(&p->credentials, "AWS_SHARED_CREDENTIALS_FILE",
			"~/.aws/credentials", err) != 0 ||
		read_file(p, &p->config, err) != 0 ||
		read_file(p, &p->credentials, err) != 0) {
		profiles_free(p);
		return NULL;
	}
	return p;
}

static void file_release(struct file *f)
{
	if (f->text)
		OPENSSL_cleanse(f->text, f->len);
	free(f->text);
	free(f->path);
}

void profiles_free(struct profiles *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++)
		free(p->list[i].settings);
	free(p->list);
	file_release(&p->config);
	file_release(&p->credentials);
	free(p);
}

static const struct profile *find(
	const struct profiles *p, enum kind kind, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->list[i].kind == kind && strcmp(p->list[i].name, name) == 0)
			return &p->list[i];
	return NULL;
}

const struct profile *profiles_find(const struct profiles *p, const char *name)
{
	return find(p, KIND_PROFILE, name);
}

const struct profile *profiles_session(const struct profiles *p, const char *name)
{
	return find(p, KIND_SESSION, name);
}

const struct profile *profiles_services(const struct profiles *p, const char *name)
{
	return find(p, KIND_SERVICES, name);
}

const char *profile_nested(const struct profile *s, const char *parent, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (is_of(&s->settings[i], parent, name))
			return *s->settings[i].value ? s->settings[i].value : NULL;
	return NULL;
}

const char *profile_get(const struct profile *s, const char *name)
{
	return profile_nested(s, NULL, name);
}

/* The profile whose name is nearest, or NULL. */
static const char *nearest(const struct profiles *p, const char *name)
{
	const char **names = mem_array(p->n, sizeof(names[0]));
	const char *found;
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->list[i].kind == KIND_PROFILE)
			names[n++] = p->list[i].name;
	found = text_nearest(name, names, n);
	free(names);
	return found;
}

int profiles_absent(const struct profiles *p, const char *name, struct err *err)
{
	const char *near = nearest(p, name);
	struct buf b;
	int status;

	buf_init(&b, 2000);
	buf_addf(&b, "there is no profile '%.64s' in %.150s%s or %.150s%s", name,
		p->config.path, p->config.text ? "" : " (no such file)",
		p->credentials.path, p->credentials.text ? "" : " (no such file)");
	if (find(p, KIND_OTHER, name))
		buf_addf(&b, ": in the former it has to be [profile %.64s]", name);
	else if (near)
		buf_addf(&b, ": did you mean '%.64s'?", near);
	status = err_set(err, ERR_CRED, "%s", buf_str(&b));
	buf_release(&b);
	return status;
}

int profile_region(const char *name, char **region, struct err *err)
{
	struct profiles *p = profiles_read(err);
	const struct profile *s = p ? profiles_find(p, profile_name(name)) : NULL;
	int status = p ? 0 : -1;

	*region = NULL;
	if (s)
		*region = mem_string(profile_get(s, "region"));
	else if (p && profile_asked(name))
		status = profiles_absent(p, profile_name(name), err);
	profiles_free(p);
	return status;
}
