/*
 * answer -- from a request as it came to the bytes of its answer, and what is to happen to
 * them on the way.
 */
#ifndef IDC_SIM_ANSWER_H
#define IDC_SIM_ANSWER_H

#include "auth.h"
#include "serve.h"

struct answer {
	int status;
	char *body; /* owned */
	size_t body_len;
	const char *content_type;
	char error_type[80];  /* x-amzn-ErrorType, or "" */
	char retry_after[12]; /* or "" */
	char request_id[37];
	/* What happens to it on the way: FAULT_RESET, _STALL, _TRUNCATE, _DRIP, or
	 * FAULT_ACTIONS for nothing. */
	enum fault_action on_the_way;
	int64_t delay_ms, drip_ms;
};

/* Answers req; time is that of the world. random is for request ids. */
void answer_make(const struct server_options *o, uint64_t *random,
	const struct request *req, struct answer *out);

void answer_release(struct answer *a);

#endif
