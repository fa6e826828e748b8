/*
 * digests -- which texts have come before, remembered by 16 bytes each.
 *
 * By the first half of SHA-256, so that nobody can make two texts that pass for one.
 */
#ifndef IDC_DIGESTS_H
#define IDC_DIGESTS_H

#include <stddef.h>
#include <stdint.h>

struct digest_entry {
	unsigned char digest[16];
	uint32_t round; /* in which it came first, from 1; 0: a free slot */
};

struct evp_md_ctx_st;

struct digests {
	struct evp_md_ctx_st *hasher; /* NULL until the first text */
	struct digest_entry *slots;
	size_t n, n_slots; /* n_slots is a power of two, or 0 */
};

void digests_init(struct digests *s);
void digests_release(struct digests *s);

/*
 * Remembers the len bytes at text as come in this round (1 and up, never falling). Whether
 * they came in an earlier round already.
 */
int digests_before(struct digests *s, uint32_t round, const char *text, size_t len);

#endif
