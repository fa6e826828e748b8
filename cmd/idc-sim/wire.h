/*
 * wire -- the three protocols: JSON 1.1, REST-JSON, query with XML answers.
 */
#ifndef IDC_SIM_WIRE_H
#define IDC_SIM_WIRE_H

#include "auth.h"
#include "call.h"

/* How requests of a service are written; with no service known, as the request looks. */
enum protocol wire_protocol(const struct request *req, const struct identity *who);

/*
 * The operation of a request into c->op (NULL where there is none) and its input into
 * c->input. What can't be read is a call_fail.
 */
void wire_read(struct call *c, const struct request *req, const struct identity *who,
	enum protocol protocol);

/* The refusal of a signature, in the words of the protocol. */
void wire_refuse(struct call *c, const struct identity *who, enum protocol protocol);

/* The codes with which a service says that it is asked too often, that the credentials are
 * too old, that something broke, and that one may not ask. */
struct wire_codes {
	const char *throttle, *expired, *internal, *denied;
};
const struct wire_codes *wire_codes(const struct op *op);

/* Appends the body of an answer: output (borrowed), or c's failure. */
void wire_write(struct buf *b, const struct call *c, jv output, enum protocol protocol,
	const char *service, const char *request_id);

const char *wire_content_type(enum protocol protocol);

#endif
