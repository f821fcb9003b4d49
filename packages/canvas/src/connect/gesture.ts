import type { Connecting } from "../view/store.ts";
import { type Drawing, inputsFor, outputsFor, type PortRef } from "./rules.ts";

/** What may take the line that begins at a port: computed once, when it begins. */
export function beginConnecting(drawing: Drawing, from: PortRef, side: "out" | "in", by: "drag" | "click"): Connecting {
	const ports = side === "out" ? inputsFor(drawing, from) : outputsFor(drawing, from);
	return {
		from,
		side,
		by,
		candidates: new Set(ports.map((port) => `${port.node} ${port.port}`)),
		nodes: new Set([from.node, ...ports.map((port) => port.node)]),
	};
}
