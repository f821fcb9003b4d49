import { edgesFrom, edgesTo, type Flow } from "@weir/flow";
import type { Port } from "@weir/node-kit";

/** From one port to the next, so that their hit areas do not cover each other. */
const PORT_PITCH = 25;

/** How far each port is from the middle of the card: main ports around it, side ports below. */
export function portOffsets(ports: readonly Port[]): readonly number[] {
	const mains = ports.filter((port) => port.side !== true).length;
	let main = 0;
	let side = 0;
	return ports.map((port) => {
		const below = ((mains - 1) / 2) * PORT_PITCH;
		return port.side === true ? below + ++side * PORT_PITCH : (main++ - (mains - 1) / 2) * PORT_PITCH;
	});
}

/** Tall enough for every port to sit on the edge of the card. */
export function cardHeight(inputs: readonly Port[], outputs: readonly Port[]): number {
	return Math.max(76, 2 * Math.max(0, ...portOffsets(inputs), ...portOffsets(outputs)) + 24);
}

/** What is known of the ports of a kind that is not: those that edges end at. */
export function portsInUse(flow: Flow, nodeId: string): { readonly inputs: readonly Port[]; readonly outputs: readonly Port[] } {
	const asPorts = (names: readonly string[]) => [...new Set(names)].map((name) => ({ name, summary: "" }));
	return {
		inputs: asPorts(edgesTo(flow, nodeId).map((edge) => edge.to.port)),
		outputs: asPorts(edgesFrom(flow, nodeId).map((edge) => edge.from.port)),
	};
}
