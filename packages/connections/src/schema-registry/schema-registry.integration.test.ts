import { Secret } from "@weir/errors";
import { afterAll } from "vitest";
import { describeConnection, WRONG } from "../conformance/describe-connection.ts";
import { addressAt, type HttpService, startHttpService } from "../conformance/http-service.ts";
import { readConnection } from "../read.ts";
import { definition } from "./definition.ts";

const AVRO = {
	type: "record",
	name: "Pump",
	fields: [
		{ name: "litres", type: "double" },
		{ name: "note", type: ["null", "string"] },
	],
};

let service: HttpService | undefined;
afterAll(() => service?.close());

describeConnection(definition, async () => {
	service = await startHttpService({
		"/subjects": ["pumps-value"],
		"/subjects/pumps-value/versions": [1, 2],
		"/subjects/pumps-value/versions/2": { subject: "pumps-value", version: 2, id: 7, schema: JSON.stringify(AVRO) },
	});
	return {
		target: service.target,
		at: (host, port) => readConnection(definition, { url: addressAt(host, port), user: "ada" }, { password: new Secret("litre") }),
		steps: ["name", "port", "sign-in", "permission"],
		wrongSecret: (config) => ({ ...config, password: new Secret(WRONG) }),
		forbidden: (config) => ({ ...config, user: "eve" }),
		encrypted: (config, trust) => ({ ...config, ...trust, url: config.url.replace("http:", "https:") }),
		browse: [
			{ path: [], finds: { name: "pumps-value", kind: "subject", hasChildren: true } },
			{ path: ["pumps-value"], finds: { name: "2", kind: "version" } },
			{
				path: ["pumps-value", "2"],
				finds: {
					kind: "schema",
					columns: [
						{ name: "litres", type: "double" },
						{ name: "note", type: '["null","string"]' },
					],
				},
			},
		],
	};
});
