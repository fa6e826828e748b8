#include "moment.h"

#include <math.h>

#define RATIO 0.02	  /* how wide a bin is, of where it begins; */
#define LEAST_WIDTH 15.0  /* but at least this, */
#define MOST_WIDTH 100.0  /* and at most this, so that ends are known well enough, */
#define EXACT_MS 60000.0  /* up to there */
#define UNLIKELY_MS 200.0 /* operations that take less would not be waited for */
#define LEARN 0.05	  /* weight of the latest, once there are many */
#define DOUBT 0.03	  /* the part of it that is spread evenly */
#define LEAST 1e-12	  /* nothing is quite impossible */
#define STEP_MS 5.0
#define STEPS 128 /* of the way so far, a step */

/* --- bins --------------------------------------------------------------------------- */

static double width_after(double ms)
{
	double width = RATIO * ms;
	if (width < LEAST_WIDTH)
		return LEAST_WIDTH;
	return width > MOST_WIDTH && ms < EXACT_MS ? MOST_WIDTH : width;
}

/* The last one has all that lasts longer, too. */
static size_t bin_of(const struct moment *m, double ms)
{
	size_t low = 0, high = MOMENT_BINS;
	while (high - low > 1) {
		size_t middle = (low + high) / 2;
		if (m->edge[middle] <= ms)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* How much of bin i lies between two times: 0 to 1. */
static double share(const struct moment *m, size_t i, double from_ms, double to_ms)
{
	double start = m->edge[i], end = m->edge[i + 1];
	double from = from_ms > start ? from_ms : start;
	double to = to_ms < end ? to_ms : end;
	return to > from ? (to - from) / (end - start) : 0;
}

/* --- learning ----------------------------------------------------------------------- */

static void sum_up(struct moment *m)
{
	double all = 0;
	for (size_t i = 0; i < MOMENT_BINS; i++)
		all += m->mass[i];
	m->ended[0] = m->late[0] = 0;
	for (size_t i = 0; i < MOMENT_BINS; i++) {
		m->mass[i] /= all;
		m->ended[i + 1] = m->ended[i] + m->mass[i];
		m->late[i + 1] = m->late[i] + (m->edge[i + 1] - m->edge[i]) *
						      (m->ended[i] + m->ended[i + 1]) / 2;
	}
}

void moment_init(struct moment *m)
{
	m->edge[0] = 0;
	for (size_t i = 0; i < MOMENT_BINS; i++) {
		double width = width_after(m->edge[i]);
		m->edge[i + 1] = m->edge[i] + width;
		m->mass[i] = width / (m->edge[i] + UNLIKELY_MS);
	}
	m->learned = 0;
	sum_up(m);
}

void moment_copy(struct moment *m, const struct moment *other)
{
	*m = *other;
	m->learned = 1;
}

void moment_learn(struct moment *m, double more_ms, double most_ms)
{
	if (most_ms < more_ms + 1)
		most_ms = more_ms + 1;
	size_t first = bin_of(m, more_ms), last = bin_of(m, most_ms);
	double known = 0, span = most_ms - more_ms;
	for (size_t i = first; i <= last; i++)
		known += m->mass[i] * share(m, i, more_ms, most_ms);
	double weight = 2.0 / (double)(++m->learned + 2);
	weight = weight > LEARN ? weight : LEARN;
	for (size_t i = 0; i < MOMENT_BINS; i++) {
		double part = i >= first && i <= last ? share(m, i, more_ms, most_ms) : 0;
		double even = part * (m->edge[i + 1] - m->edge[i]) / span;
		double fits = known > 0 ? m->mass[i] * part / known : even;
		m->mass[i] = (1 - weight) * m->mass[i] + LEAST +
			     weight * ((1 - DOUBT) * fits + DOUBT * even);
	}
	sum_up(m);
}

/* --- choosing ----------------------------------------------------------------------- */

/* How likely one has ended at an age, and for how long on average. */
struct guess {
	double ended, late_ms;
};

static struct guess look_up(const struct moment *m, double ms)
{
	size_t i = bin_of(m, ms);
	double width = m->edge[i + 1] - m->edge[i], in = ms - m->edge[i];
	double ended = m->ended[i] + m->mass[i] * (in < width ? in / width : 1);
	return (struct guess){ ended, m->late[i] + in * (m->ended[i] + ended) / 2 };
}

/* The same of one that was seen in progress at past_ms. */
static struct guess guess(const struct moment *m, double past_ms, double ms)
{
	struct guess past = look_up(m, past_ms), g = look_up(m, ms);
	double left = 1 - past.ended;
	if (ms <= past_ms)
		return (struct guess){ 0, 0 };
	if (left < LEAST)
		return (struct guess){ 1, ms - past_ms };
	g.late_ms = (g.late_ms - past.late_ms - (ms - past_ms) * past.ended) / left;
	g.ended = (g.ended - past.ended) / left;
	return g;
}

double moment_next(const struct moment *m, const struct moment_age *ages, size_t n,
	double price_ms, double least_ms)
{
	double best = HUGE_VAL, best_ms = MOMENT_MAX_MS;
	double ms = least_ms;
	while (ms < MOMENT_MAX_MS) {
		double ended = 0, cost = price_ms;
		for (size_t i = 0; i < n; i++) {
			struct guess g = guess(m, ages[i].past_ms, ages[i].ms + ms);
			ended += g.ended;
			cost += g.late_ms;
		}
		if (ended > 0 && cost / ended < best) {
			best = cost / ended;
			best_ms = ms;
		}
		/* From here on it can but cost more. */
		if (cost / (double)n > best)
			break;
		ms += ms / STEPS > STEP_MS ? ms / STEPS : STEP_MS;
	}
	return best_ms;
}
