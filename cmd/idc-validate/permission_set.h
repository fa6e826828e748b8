/*
 * permission_set -- one permission set file: its checks and its record.
 */
#ifndef IDC_VALIDATE_PERMISSION_SET_H
#define IDC_VALIDATE_PERMISSION_SET_H

#include "templates.h"
#include "value.h"

/*
 * Checks the root of a file and adds the permission set to t; its record is invalid when
 * there is a finding that is an error.
 */
void permission_set_read(const struct value *root, struct templates *t);

#endif
