/*
 * pace -- how often a second each service lets itself be asked: token buckets.
 */
#ifndef IDC_SIM_PACE_H
#define IDC_SIM_PACE_H

#include <stdint.h>

struct bucket {
	unsigned long rate, burst; /* requests a second, 0: no limit; the most at once */
	double tokens;
	int64_t filled_ms;
	int started;
};

enum { PACE_BUCKETS = 5 };

struct pace {
	struct bucket buckets[PACE_BUCKETS];
};

/*
 * "20" (Identity Center's) or "SERVICE=20", SERVICE being a signing name; sso stands for
 * identitystore, too, since all calls of Identity Center share one rate. 0 or -1.
 */
int pace_set_rate(struct pace *p, const char *value);
int pace_set_burst(struct pace *p, const char *value);

unsigned long pace_rate(const struct pace *p, const char *service);

/* Takes one request of service at now_ms. Whether there was one to take. */
int pace_take(struct pace *p, const char *service, int64_t now_ms);

#endif
