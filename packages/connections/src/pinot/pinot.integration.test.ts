import { Secret } from "@weir/errors";
import { afterAll } from "vitest";
import { describeConnection, WRONG } from "../conformance/describe-connection.ts";
import { addressAt, type HttpService, startHttpService } from "../conformance/http-service.ts";
import { readConnection } from "../read.ts";
import { definition } from "./definition.ts";

let service: HttpService | undefined;
afterAll(() => service?.close());

describeConnection(definition, async () => {
	service = await startHttpService({
		"/tables": { tables: ["pumps"] },
		"/health": "OK",
		"/tables/pumps/schema": {
			schemaName: "pumps",
			dimensionFieldSpecs: [{ name: "device", dataType: "STRING" }],
			metricFieldSpecs: [{ name: "litres", dataType: "DOUBLE" }],
		},
	});
	return {
		target: service.target,
		at: (host, port) => {
			const url = addressAt(host, port);
			return readConnection(
				definition,
				{ controllerUrl: url, brokerUrl: url, auth: "basic", user: "ada" },
				{ password: new Secret("litre") },
			);
		},
		steps: ["name", "port", "name", "port", "sign-in", "permission"],
		wrongSecret: (config) => ({ ...config, password: new Secret(WRONG) }),
		forbidden: (config) => ({ ...config, user: "eve" }),
		encrypted: (config, trust) => {
			const secure = config.controllerUrl.replace("http:", "https:");
			return { ...config, ...trust, controllerUrl: secure, brokerUrl: secure };
		},
		browse: [
			{ path: [], finds: { name: "pumps", kind: "table", hasChildren: true } },
			{
				path: ["pumps"],
				finds: {
					columns: [
						{ name: "device", type: "string" },
						{ name: "litres", type: "double" },
					],
				},
			},
		],
	};
});
