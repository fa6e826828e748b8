#include "digests.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "mem.h"

#define SLOTS_FIRST 256

void digests_init(struct digests *s)
{
	memset(s, 0, sizeof(*s));
}

void digests_release(struct digests *s)
{
	free(s->slots);
	EVP_MD_CTX_free(s->hasher);
	digests_init(s);
}

/* The slot that has digest, or the free one where it belongs. There are free ones. */
static struct digest_entry *find(const struct digests *s, const unsigned char *digest)
{
	size_t i;
	memcpy(&i, digest, sizeof(i));
	for (i &= s->n_slots - 1; s->slots[i].round != 0; i = (i + 1) & (s->n_slots - 1))
		if (memcmp(s->slots[i].digest, digest, sizeof(s->slots[i].digest)) == 0)
			break;
	return &s->slots[i];
}

static void grow(struct digests *s)
{
	struct digests old = *s;
	s->n_slots = old.n_slots > 0 ? 2 * old.n_slots : SLOTS_FIRST;
	s->slots = mem_array(s->n_slots, sizeof(*s->slots));
	for (size_t i = 0; i < old.n_slots; i++)
		if (old.slots[i].round != 0)
			*find(s, old.slots[i].digest) = old.slots[i];
	free(old.slots);
}

/* One context serves all: to set one up costs as much as to hash a record. */
static void digest(struct digests *s, const char *text, size_t len, unsigned char *hash)
{
	const EVP_MD *sha256 = s->hasher == NULL ? EVP_sha256() : NULL;
	if (s->hasher == NULL)
		s->hasher = EVP_MD_CTX_new();
	int hashed = s->hasher != NULL && EVP_DigestInit_ex(s->hasher, sha256, NULL) &&
		     EVP_DigestUpdate(s->hasher, text, len) &&
		     EVP_DigestFinal_ex(s->hasher, hash, NULL);
	assert(hashed);
	(void)hashed;
}

int digests_before(struct digests *s, uint32_t round, const char *text, size_t len)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	digest(s, text, len, hash);
	if (2 * (s->n + 1) > s->n_slots)
		grow(s);
	struct digest_entry *e = find(s, hash);
	if (e->round != 0)
		return e->round < round;
	memcpy(e->digest, hash, sizeof(e->digest));
	e->round = round;
	s->n++;
	return 0;
}
