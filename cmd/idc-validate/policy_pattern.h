/*
 * policy_pattern -- the patterns of policies, in which * stands for any characters and ?
 * for one: does one take in all that another does, can something fit both?
 *
 * Both answers are safe in one direction: pattern_covers says yes only when it is so, and
 * pattern_meets says no only when it is so. A policy variable may stand for anything.
 */
#ifndef IDC_VALIDATE_POLICY_PATTERN_H
#define IDC_VALIDATE_POLICY_PATTERN_H

#include <stddef.h>
#include <stdint.h>

#define PATTERN_FOLD 1u	     /* letter case does not count */
#define PATTERN_VARIABLES 2u /* ${...} is a variable */
#define PATTERN_ARN 4u	     /* an ARN: what it lacks at its end, AWS takes for * */

struct pattern {
	uint32_t *exact; /* its characters, wildcards and variables */
	size_t n_exact;
	uint32_t *loose; /* the same with every variable as a * */
	size_t n_loose;
	int any;   /* it is "*" */
	int vague; /* a * that may or may not reach beyond its part of an ARN */
};

/* text is well-formed UTF-8. */
void pattern_init(struct pattern *p, const char *text, unsigned flags);
void pattern_release(struct pattern *p);

/* Whether all that fits p fits by, too. */
int pattern_covers(const struct pattern *by, const struct pattern *p);

/* Whether something may fit both. */
int pattern_meets(const struct pattern *a, const struct pattern *b);

#endif
