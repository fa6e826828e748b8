/*
 * live -- the live state of Identity Center, read into the model at the least cost.
 *
 * The steps are called in this order; each waits until its answers are there, and none
 * fetches what another has. Each returns 0, or -1 after a failure that ask has: whoever
 * reads half a state must not plan by it.
 *
 * Permission sets that are neither owned nor to be adopted do not enter the model.
 */
#ifndef PLAN_LIVE_H
#define PLAN_LIVE_H

#include "ask.h"
#include "map.h"
#include "model.h"
#include "permset.h"

/* How assignments are read. */
enum live_way {
	LIVE_BY_PAIR,	  /* account by account of each permission set */
	LIVE_BY_PRINCIPAL /* all of a principal at once */
};

struct live {
	struct ask *ask; /* borrowed, as is m */
	struct model *m;
	const char *tag_key;   /* the ownership tag */
	const char *tag_value; /* NULL: any */
	struct map adopt;      /* names given to --adopt */
	struct map foreign;    /* names of wanted sets that exist without the tag */
	int only_known;	       /* the principals of the files will do */
	int quick;	       /* what is the same in both files is taken for live */
	enum live_way way;     /* how it was done */
	int unfit;	       /* assignments by principal can't be had, or not cheaply */
	size_t limit;	       /* requests that they may take */
	struct permsets sets;
};

void live_init(struct live *l, struct ask *ask, struct model *m);
void live_release(struct live *l);

/*
 * ListPermissionSets; ListTagsForResource of all; DescribePermissionSet of the owned, and
 * of the others only while a wanted name has not been found; the policies of those that are
 * wanted. Afterwards sets of the model have live, owned, adopt; foreign is filled.
 */
int live_read_sets(struct live *l);

/*
 * live_read_sets for --quick: only those are read that are not the same in both files, or
 * have an assignment that is in one of them only; they are found by what somebody has who
 * has one of them. The others are assumed. Where one is not found, all are read (and quick
 * is 0 then).
 */
int live_read_few_sets(struct live *l);

/*
 * Starts to list where set is provisioned (accounts, counted), or where its role lags
 * behind (outdated, checked). The caller waits.
 */
void live_ask_accounts(struct live *l, uint32_t set);
void live_ask_outdated(struct live *l, uint32_t set);

/*
 * All assignments of the owned sets, by the way that takes fewer requests. By principal,
 * those of principals that are in no file and no directory are only seen where nobody else
 * shares permission set and account with them. With quick, those that are in one of the
 * files only; what is the same in both is taken for live.
 */
int live_read_assignments(struct live *l);

/*
 * Names of principals and accounts that only AWS knows, for those marked in the arrays
 * (indexed as the model's); whoever does not exist any more is marked gone.
 */
int live_read_names(
	struct live *l, const unsigned char *principals, const unsigned char *accounts);

#endif
