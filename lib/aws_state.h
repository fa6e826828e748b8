/*
 * aws_state -- what AWS would answer, from a state stream in a file.
 *
 * Behind aws.h: with it, the programs' reading runs as it does over the network, pages and
 * all, so that what they make of it is the same. Only operations that read are answered.
 *
 * What the file does not have is never said not to exist: where a record that is asked for
 * is missing, and the file does not have all of its kind, the answer is ERR_DATA with what
 * is missing, and how to dump it. Who asks for a listing of a directory that is not all
 * there is denied it, as AWS does to those who may look up but not list.
 */
#ifndef IDC_AWS_STATE_H
#define IDC_AWS_STATE_H

#include <jv.h>

#include "aws.h"

struct aws_state; /* opaque */

/* Reads path, as state_read() does; NULL with err filled. aws_state_free(NULL) is fine. */
struct aws_state *aws_state_open(const char *path, struct err *err);
void aws_state_free(struct aws_state *s);

/* The region of its instance, or NULL; borrowed. */
const char *aws_state_region(const struct aws_state *s);

/* The answer of op to input (borrowed): owned, or invalid with err filled. */
jv aws_state_answer(
	struct aws_state *s, const struct aws_op *op, jv input, struct err *err);

#endif
