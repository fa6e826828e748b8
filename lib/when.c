#include "when.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define DAY_S 86400L
#define DURATION_MAX_S (3660L * DAY_S)

/* The years that four digits can write, 0000 to 9999. */
#define FIRST_SECOND (-62167219200)
#define LAST_SECOND 253402300799

time_t when_now(void)
{
	const char *fixed = getenv("IDC_TIME");
	time_t t;
	if (fixed != NULL && when_parse_rfc3339(fixed, &t) == 0)
		return t;
	unsigned long seconds;
	if (fixed != NULL && text_number(fixed, LAST_SECOND, &seconds) == 0)
		return (time_t)seconds;
	return time(NULL);
}

/* How many of our seconds pass in one of the machine's. */
static int64_t speed(void)
{
	static int64_t known;
	const char *given = known == 0 ? getenv("IDC_SPEED") : NULL;
	unsigned long n;
	if (known == 0)
		known = given != NULL && text_number(given, WHEN_SPEED_MAX, &n) == 0 &&
					n > 0
				? (int64_t)n
				: 1;
	return known;
}

int64_t when_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000) * speed();
}

int when_wait(int ms)
{
	return ms > 0 ? (int)((ms + speed() - 1) / speed()) : ms;
}

/* strftime writes a year without leading zeros, and what is out of range not at all. */
static struct tm write_year(char *out, time_t t)
{
	struct tm tm;
	t = t < FIRST_SECOND ? FIRST_SECOND : t > LAST_SECOND ? LAST_SECOND : t;
	gmtime_r(&t, &tm);
	int year = tm.tm_year + 1900;
	for (int i = 3; i >= 0; i--, year /= 10)
		out[i] = (char)('0' + year % 10);
	return tm;
}

void when_rfc3339(char out[WHEN_RFC3339_SIZE], time_t t)
{
	struct tm tm = write_year(out, t);
	strftime(out + 4, WHEN_RFC3339_SIZE - 4, "-%m-%dT%H:%M:%SZ", &tm);
}

void when_basic(char out[WHEN_BASIC_SIZE], time_t t)
{
	struct tm tm = write_year(out, t);
	strftime(out + 4, WHEN_BASIC_SIZE - 4, "%m%dT%H%M%SZ", &tm);
}

/* Reads exactly n digits; the number, or -1. Moves *s on. */
static int digits(const char **s, int n)
{
	int value = 0;
	for (int i = 0; i < n; i++) {
		char c = (*s)[i];
		if (c < '0' || c > '9')
			return -1;
		value = value * 10 + (c - '0');
	}
	*s += n;
	return value;
}

static int skip(const char **s, const char *any_of)
{
	if (**s == '\0' || strchr(any_of, **s) == NULL)
		return -1;
	(*s)++;
	return 0;
}

/* Days since 1970-01-01 of a date of the Gregorian calendar. */
static int64_t days_from_civil(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t era = (y >= 0 ? y : y - 399) / 400, year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - 719468;
}

static int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

/* "Z" or "+hh:mm" in seconds east of Greenwich; -1 when it is neither. */
static int parse_offset(const char **s, int *offset_s)
{
	*offset_s = 0;
	if (skip(s, "Zz") == 0)
		return 0;
	int sign = **s == '-' ? -1 : 1;
	if (skip(s, "+-") != 0)
		return -1;
	int hours = digits(s, 2);
	if (hours < 0 || hours > 23 || skip(s, ":") != 0)
		return -1;
	int minutes = digits(s, 2);
	if (minutes < 0 || minutes > 59)
		return -1;
	*offset_s = sign * (hours * 3600 + minutes * 60);
	return 0;
}

int when_parse_rfc3339(const char *s, time_t *out)
{
	int year = digits(&s, 4);
	if (year < 0 || skip(&s, "-") != 0)
		return -1;
	int month = digits(&s, 2);
	if (month < 1 || month > 12 || skip(&s, "-") != 0)
		return -1;
	int day = digits(&s, 2);
	if (day < 1 || day > days_in_month(year, month) || skip(&s, "Tt ") != 0)
		return -1;
	int hour = digits(&s, 2);
	if (hour < 0 || hour > 23 || skip(&s, ":") != 0)
		return -1;
	int minute = digits(&s, 2);
	if (minute < 0 || minute > 59 || skip(&s, ":") != 0)
		return -1;
	int second = digits(&s, 2);
	if (second < 0 || second > 60)
		return -1;
	if (skip(&s, ".") == 0) {
		size_t n = strspn(s, "0123456789");
		if (n == 0)
			return -1;
		s += n;
	}
	int offset_s;
	if (parse_offset(&s, &offset_s) != 0 || *s != '\0')
		return -1;
	int64_t t = days_from_civil(year, month, day) * DAY_S + hour * 3600L +
		    minute * 60L + second - offset_s;
	if (t < FIRST_SECOND || t > LAST_SECOND)
		return -1;
	*out = (time_t)t;
	return 0;
}

int when_parse_iso_duration(const char *s, long *seconds)
{
	static const struct {
		char letter;
		int in_time;
		long seconds;
	} units[] = { { 'D', 0, DAY_S }, { 'H', 1, 3600 }, { 'M', 1, 60 }, { 'S', 1, 1 } };
	const size_t n_units = sizeof(units) / sizeof(units[0]);
	long total = 0;
	int in_time = 0, any = 0;
	size_t unit = 0;
	if (*s++ != 'P')
		return -1;
	for (;;) {
		if (*s == 'T' && !in_time) {
			in_time = 1;
			any = 0;
			s++;
		}
		if (*s == '\0')
			break;
		char *end;
		if (!isdigit((unsigned char)*s))
			return -1;
		long n = strtol(s, &end, 10);
		if (end - s > 9)
			return -1;
		while (unit < n_units &&
			(units[unit].letter != *end || units[unit].in_time != in_time))
			unit++;
		if (unit == n_units || n > DURATION_MAX_S / units[unit].seconds)
			return -1;
		total += n * units[unit++].seconds;
		any = 1;
		s = end + 1;
	}
	if (!any || total > DURATION_MAX_S)
		return -1;
	*seconds = total;
	return 0;
}

int when_parse_span(const char *s, int64_t *ms)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 } };
	size_t n_digits = strspn(s, "0123456789");
	if (n_digits == 0 || n_digits > 9)
		return -1;
	int64_t n = strtol(s, NULL, 10);
	const char *unit = s + n_digits;
	if (n == 0 && *unit == '\0') {
		*ms = 0;
		return 0;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(unit, units[i].name) == 0) {
			*ms = n * units[i].ms;
			return 0;
		}
	return -1;
}
