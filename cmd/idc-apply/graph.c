#include "graph.h"

#include <stdio.h>
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

jv graph_record(struct graph *g, const struct action *a, struct err *err)
{
	return store_get(&g->store, a->record, err);
}

jv graph_request(struct graph *g, const struct action *a, struct err *err)
{
	jv record = graph_record(g, a, err);
	jv request = rec_get(record, "Request");
	jv_free(record);
	if (!jv_is_valid(request))
		return request;
	return rec_set_str(resolve(g, request), "InstanceArn", g->instance_arn);
}

void graph_lane_id(char *id, size_t size, uint32_t group, uint32_t set)
{
	(void)snprintf(id, size, "%x %x", group, set);
}

uint32_t graph_lane(const struct graph *g, const char *account, const char *set_arn)
{
	char id[GRAPH_LANE_ID];
	uintptr_t group = (uintptr_t)map_get(&g->groups, account);
	uintptr_t set = (uintptr_t)map_get(&g->set_ids, set_arn);
	if (group == 0 || set == 0)
		return GRAPH_NONE;
	graph_lane_id(id, sizeof(id), (uint32_t)(group - 1), (uint32_t)(set - 1));
	uintptr_t lane = (uintptr_t)map_get(&g->lane_ids, id);
	return lane > 0 ? (uint32_t)(lane - 1) : GRAPH_NONE;
}

void graph_release(struct graph *g)
{
	for (size_t i = 0; i < g->n_sets; i++) {
		free(g->sets[i].name);
		free(g->sets[i].arn);
	}
	free(g->actions);
	free(g->sets);
	free(g->lanes);
	free(g->set_lanes);
	free(g->edges);
	free(g->instance_arn);
	map_release(&g->set_names, NULL);
	map_release(&g->groups, NULL);
	map_release(&g->lane_ids, NULL);
	map_release(&g->set_ids, NULL);
	store_release(&g->store);
	jv_free(g->instance);
}
