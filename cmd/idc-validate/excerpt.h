/*
 * excerpt -- the line of a file that a finding is about, for a terminal:
 *
 *        12 |     "Nmae": "Developer",
 *           |     ^~~~~~
 *
 * Of a line that is longer than those of the terminal, the part around the place is shown.
 * A tab is shown as a space, a control character as \xNN; the mark is under the character
 * whatever stands before it.
 */
#ifndef IDC_VALIDATE_EXCERPT_H
#define IDC_VALIDATE_EXCERPT_H

#include <stddef.h>

#include "json.h"

/* The line of that number, from 1, in a text, and its length; or NULL: it has fewer. */
const char *excerpt_line(const char *text, size_t number, size_t *len);

/* Shows a place in the text of a file on standard error; nothing where there is no line. */
void excerpt_show(const char *file, struct json_pos pos);

#endif
