/*
 * pattern -- the regular expressions of AWS's service models.
 *
 * They are Java's: a value has to match as a whole, \w and \d are ASCII, \p{L} and its like
 * are Unicode's general categories, \uXXXX is a code point. libjq's test() (Oniguruma)
 * knows all of that but for the spelling.
 */
#ifndef IDC_SIM_PATTERN_H
#define IDC_SIM_PATTERN_H

/* Whether all of s matches pattern, one of the tables'. */
int pattern_matches(const char *pattern, const char *s);

/* Forgets what was prepared. */
void pattern_release(void);

#endif
