#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "../../cmd/idc-apply/moment.h"

#define PLACES 10
#define PRICE_MS (PLACES * 50.0)

/* A run of operations that all begin together and take what last says, in turn. */
struct trial {
	struct moment m;
	unsigned polls;
	double late_ms; /* of all ends, together */
	double (*last)(unsigned i);
	unsigned made;
};

static void trial_init(struct trial *t, double (*last)(unsigned i))
{
	*t = (struct trial){ .last = last };
	moment_init(&t->m);
}

/* Ten places for ms; each that is seen to be free is taken by the next. */
static void trial_run(struct trial *t, double ms)
{
	double began[PLACES], lasts[PLACES], past[PLACES];
	struct moment_age ages[PLACES];
	for (unsigned i = 0; i < PLACES; i++) {
		began[i] = past[i] = 0;
		lasts[i] = t->last(t->made++);
	}
	for (double now = 0; now < ms; t->polls++) {
		for (unsigned i = 0; i < PLACES; i++)
			ages[i] = (struct moment_age){ now - began[i], past[i] };
		now += moment_next(&t->m, ages, PLACES, PRICE_MS, 1);
		for (unsigned i = 0; i < PLACES; i++) {
			double age = now - began[i];
			if (age < lasts[i]) {
				past[i] = age;
				continue;
			}
			t->late_ms += age - lasts[i];
			moment_learn(&t->m, past[i], age);
			began[i] = now;
			past[i] = 0;
			lasts[i] = t->last(t->made++);
		}
	}
}

static double three_seconds(unsigned i)
{
	(void)i;
	return 3000;
}

static double twenty_seconds(unsigned i)
{
	(void)i;
	return 20000;
}

static double slow_at_first(unsigned i)
{
	return i < 200 ? 10000 : 1000;
}

static double fast_at_first(unsigned i)
{
	return i < 200 ? 1000 : 10000;
}

/* 1 to 5 s, as if by chance. */
static double varying(unsigned i)
{
	return 1000 + (double)((i * 2654435761u) >> 8 & 4095) / 4095 * 4000;
}

static void finds_out_how_long_they_take(void **state)
{
	(void)state;
	static const struct {
		double (*last)(unsigned i);
		double ms;
		unsigned
			polls; /* at most, for 100 times ten ends: some look for a change */
	} cases[] = { { three_seconds, 3000, 125 }, { twenty_seconds, 20000, 160 } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;
		trial_init(&t, cases[i].last);
		trial_run(&t, cases[i].ms * 40);
		unsigned first = t.made, polls = t.polls;
		double late_ms = t.late_ms;
		trial_run(&t, cases[i].ms * 100);
		assert_in_range(t.made - first, 950, 1020);
		assert_in_range(t.polls - polls, 95, cases[i].polls);
		assert_true(t.late_ms - late_ms < (t.made - first) * cases[i].ms * 0.03);
	}
}

static void first_ones_cost_few_polls(void **state)
{
	(void)state;
	struct trial t;
	trial_init(&t, three_seconds);
	trial_run(&t, 3000);
	assert_in_range(t.polls, 3, 9);
	assert_true(t.late_ms < 10 * 1000);
}

static void follows_a_change(void **state)
{
	(void)state;
	double (*const cases[])(unsigned i) = { slow_at_first, fast_at_first };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;
		trial_init(&t, cases[i]);
		trial_run(&t, 400000);
		unsigned made = t.made;
		trial_run(&t, 100000);
		double each = cases[i] == slow_at_first ? 1000 : 10000;
		assert_true((t.made - made) * each > 0.8 * PLACES * 100000);
	}
}

static void what_varies_is_asked_about_more_often(void **state)
{
	(void)state;
	struct trial t;
	trial_init(&t, varying);
	trial_run(&t, 30000);
	unsigned first = t.made, polls = t.polls;
	double late_ms = t.late_ms;
	trial_run(&t, 300000);
	unsigned made = t.made - first;
	/* Asking costs as much as being late, within reason. */
	double asked_ms = (t.polls - polls) * PRICE_MS;
	assert_in_range(made, 800, 1000);
	assert_true(t.late_ms - late_ms < 2 * asked_ms);
	assert_true(asked_ms < 2 * (t.late_ms - late_ms));
}

static void takes_any_age(void **state)
{
	(void)state;
	struct moment m;
	moment_init(&m);
	moment_learn(&m, 0, 0);
	moment_learn(&m, 5, 1);
	moment_learn(&m, 1e15, 1e16);
	for (int i = 0; i < 20000; i++)
		moment_learn(&m, 3000, 3050);
	struct moment_age ages[] = { { 0, 0 }, { 1e15, 0 }, { 1e15, 1e15 }, { 1, 5 } };
	for (size_t i = 0; i < sizeof(ages) / sizeof(ages[0]); i++) {
		double ms = moment_next(&m, ages + i, 1, 50, 7);
		assert_true(ms >= 7 && ms <= MOMENT_MAX_MS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_out_how_long_they_take),
		cmocka_unit_test(first_ones_cost_few_polls),
		cmocka_unit_test(follows_a_change),
		cmocka_unit_test(what_varies_is_asked_about_more_often),
		cmocka_unit_test(takes_any_age),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
