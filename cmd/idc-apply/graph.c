#include "graph.h"

#include <stdlib.h>
#include <string.h>

#include "graph_read.h"
#include "json.h"
#include "mem.h"
#include "rec.h"
#include "text.h"

const char *graph_ref(jv v)
{
	const char *ref = rec_len(v) == 1 ? rec_str(v, "Ref") : NULL;
	return ref != NULL && text_starts(ref, GRAPH_REF) ? ref + strlen(GRAPH_REF) : NULL;
}

/* v, taken, with every reference in it replaced. Depth is bounded by json_parse. */
static jv resolve(const struct graph *g, jv v)
{
	jv_kind kind = jv_get_kind(v);
	const char *name = graph_ref(v);
	if (name != NULL) {
		uintptr_t set = (uintptr_t)map_get(&g->set_names, name);
		jv_free(v);
		return jv_string(g->sets[set - 1].arn);
	}
	if (kind == JV_KIND_ARRAY)
		for (int i = 0; i < rec_len(v); i++)
			v = jv_array_set(v, i, resolve(g, rec_at(v, i)));
	if (kind == JV_KIND_OBJECT) {
		jv keys = jv_keys(jv_copy(v));
		for (int i = 0; i < rec_len(keys); i++) {
			const char *key = rec_str_at(keys, i);
			v = rec_set(v, key, resolve(g, rec_get(v, key)));
		}
		jv_free(keys);
	}
	return v;
}

jv graph_request(const struct graph *g, const struct action *a)
{
	struct json_fault fault;
	jv request = resolve(g, json_parse(a->request, strlen(a->request), &fault));
	return rec_set_str(request, "InstanceArn", g->instance_arn);
}

uint32_t graph_lane(const struct graph *g, const char *account, const char *set_arn)
{
	char *key = mem_format("%s %s", account, set_arn);
	uintptr_t lane = (uintptr_t)map_get(&g->lane_keys, key);
	free(key);
	return lane > 0 ? (uint32_t)(lane - 1) : GRAPH_NONE;
}

void graph_release(struct graph *g)
{
	for (size_t i = 0; i < g->n; i++) {
		free(g->actions[i].id);
		free(g->actions[i].request);
		free(g->actions[i].names);
	}
	for (size_t i = 0; i < g->n_sets; i++) {
		free(g->sets[i].name);
		free(g->sets[i].arn);
	}
	free(g->actions);
	free(g->sets);
	free(g->lanes);
	free(g->edges);
	free(g->instance_arn);
	map_release(&g->set_names, NULL);
	map_release(&g->lane_keys, NULL);
	jv_free(g->instance);
}
