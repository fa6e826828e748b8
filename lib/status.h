/*
 * status -- the exit statuses, the same for every program (idc(7)).
 */
#ifndef IDC_STATUS_H
#define IDC_STATUS_H

enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1,     /* findings, failed operations, a broken environment */
	STATUS_USAGE = 2,      /* the command line is wrong */
	STATUS_CHANGES = 3,    /* idc-plan --exit-code: there is something to do */
	STATUS_INCOMPLETE = 4, /* the input stream is incomplete or the wrong one */
	STATUS_AWS = 5,	       /* AWS refused or could not be reached */
	STATUS_REFUSED = 6     /* a guard refused */
};

#endif
