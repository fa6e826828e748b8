/*
 * fuzz -- what the fuzz targets share.
 *
 * A target is one file here: LLVMFuzzerTestOneInput reads size bytes as one kind of input,
 * checks what must hold of every input with assert, and frees all. Linked with libFuzzer it
 * makes its own inputs ("make fuzz"); linked with replay.c it reads those of
 * corpus/TARGET, which "make test" does everywhere.
 */
#ifndef IDC_FUZZ_H
#define IDC_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "cred.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes with a NUL behind, in memory of just that size; owned. */
char *fuzz_text(const uint8_t *data, size_t size);

/* A file that holds the bytes, at its beginning; the same one every time, not to be closed. */
int fuzz_file(const uint8_t *data, size_t size);

/* Cuts the first line off *text: the line, whose newline is gone; *text is behind it. */
char *fuzz_line(char **text);

/* What a reader of credentials has made of its input: clean ones, or an error. Releases cred. */
void fuzz_cred(int status, struct cred *cred, const struct err *err);

#endif
