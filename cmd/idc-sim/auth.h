/*
 * auth -- who signed a request: the signature is made again from the request as it came and
 * compared.
 */
#ifndef IDC_SIM_AUTH_H
#define IDC_SIM_AUTH_H

#include <stddef.h>
#include <time.h>

#include "sessions.h"

/* A request as it came. */
struct request {
	const char *method, *uri; /* uri as on the request line, with its query */
	const char *body;
	size_t body_len;
	const char *(*header)(void *ctx, const char *name); /* NULL when there is none */
	void *ctx;
};

struct identity {
	char service[40],
		region[40]; /* of the signature's scope; "" where none can be read */
	const struct session *session; /* NULL for a request that needs no signature */
	int status;		       /* 0, or the HTTP status of a refusal */
	const char *code;
	char message[300];
};

/*
 * home is the region of the instance. Signatures are judged by signed_now, the expiry of
 * credentials by now. 0, or -1 with who's status, code and message filled.
 */
int auth_check(const struct request *req, const struct sessions *sessions, const char *home,
	time_t signed_now, time_t now, struct identity *who);

#endif
