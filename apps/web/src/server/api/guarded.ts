import { createRoute, OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import type { RouteName } from "@weir/access";
import type * as z from "zod";
import type { ApiEnv } from "./api-env.ts";
import { gateFor } from "./gate.ts";
import { FieldFaults, PROBLEM_TYPE } from "./refusal.ts";
import type { ApiServices } from "./services.ts";

type MethodOf<N extends string> = N extends `${infer Method} ${string}` ? Lowercase<Method> : never;
type PathOf<N extends string> = N extends `${string} ${infer Path}` ? Path : never;

type Described = Pick<RouteConfig, "request" | "responses" | "summary">;

/**
 * A route of the public API. Its method and path are its name in the permission table, and the gate stands before it:
 * a route without a line in the table does not compile.
 */
export function guarded<const N extends RouteName, const C extends Described>(services: ApiServices, name: N, config: C) {
	const [method = "", path = ""] = name.split(" ");
	return createRoute({
		...config,
		method: method.toLowerCase() as MethodOf<N> & RouteConfig["method"],
		path: path as PathOf<N>,
		middleware: gateFor(services, name),
	});
}

/** Part of the API: faults of a request are told field by field. */
export function newApi() {
	return new OpenAPIHono<ApiEnv>({
		defaultHook: (result) => {
			if (!result.success) throw new FieldFaults(result.error);
		},
	});
}

/** An answer of JSON. */
export function json<const S extends z.ZodType>(schema: S, description = "Done.") {
	return { description, content: { "application/json": { schema } } };
}

/** A refusal that carries more than others do. */
export function refused<const S extends z.ZodType>(schema: S, description: string) {
	return { description, content: { [PROBLEM_TYPE]: { schema } } } as const;
}

/** A body of JSON that must be there. */
export function body<const S extends z.ZodType>(schema: S) {
	return { required: true, content: { "application/json": { schema } } };
}
