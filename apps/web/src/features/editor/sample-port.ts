import type { SamplePort } from "@weir/canvas";
import { deviceApi } from "../../client/devices.ts";
import { newestValues } from "./newest-values.ts";

/** What a source received last, through its endpoint. */
export function samplePort(tenant: string, flowId: string): SamplePort {
	return {
		async ofSource(nodeId) {
			const endpoint = (await deviceApi.flowEndpoints(tenant, flowId)).find((each) => each.nodeId === nodeId);
			if (!endpoint) return { fields: [], records: [] };
			const { fields, records } = await deviceApi.sample(tenant, flowId, endpoint.id);
			return { fields, records: records.map(({ text }) => text) };
		},
		async lastSeen(nodeId) {
			const endpoint = (await deviceApi.flowEndpoints(tenant, flowId)).find((each) => each.nodeId === nodeId);
			if (!endpoint) return {};
			const { records } = await deviceApi.sample(tenant, flowId, endpoint.id);
			return newestValues(records.map(({ text }) => text));
		},
		topicMatches: (filter) => deviceApi.topicMatches(tenant, filter),
	};
}
