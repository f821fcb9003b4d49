import { readFrameHeader, visitRecords } from "@weir/records";
import { Checksum, FLOW, type FlowResult } from "./flow.ts";

/*
 * The yardstick: what one writes first. JSON.parse into objects, one object at a time through operators that interpret their config:
 * paths are split at every access, the condition is walked as a tree, state is in Maps by text keys.
 */

type Event = Record<string, unknown>;

type Expression =
	| { readonly kind: "path"; readonly path: string }
	| { readonly kind: "value"; readonly value: number }
	| { readonly kind: "greater"; readonly left: Expression; readonly right: Expression };

interface Operator {
	onEvent(event: Event, time: number, watermark: number, next: (event: Event, time: number, watermark: number) => void): void;
	onWatermark(watermark: number): void;
}

function fieldOf(event: Event, path: string): unknown {
	let value: unknown = event;
	for (const part of path.split(".")) value = (value as Event | undefined)?.[part];
	return value;
}

function evaluate(expression: Expression, event: Event): unknown {
	switch (expression.kind) {
		case "path":
			return fieldOf(event, expression.path);
		case "value":
			return expression.value;
		case "greater":
			return (evaluate(expression.left, event) as number) > (evaluate(expression.right, event) as number);
	}
}

function dedup(): Operator {
	const { keys, horizonMs } = FLOW.dedup;
	const seen = new Map<string, number>();
	let swept = Number.NEGATIVE_INFINITY;
	return {
		onEvent(event, time, watermark, next) {
			const key = keys.map((path) => fieldOf(event, path)).join("|");
			const kept = seen.get(key);
			if (kept !== undefined && kept >= watermark - horizonMs && Math.abs(time - kept) < horizonMs) return;
			seen.set(key, time);
			next(event, time, watermark);
		},
		onWatermark(watermark) {
			if (watermark - swept < horizonMs) return;
			swept = watermark;
			for (const [key, time] of seen) if (time < watermark - horizonMs) seen.delete(key);
		},
	};
}

function filter(): Operator {
	const condition: Expression = { kind: "greater", left: { kind: "path", path: "temperature" }, right: { kind: "value", value: 20 } };
	return {
		onEvent(event, time, watermark, next) {
			if (evaluate(condition, event) === true) next(event, time, watermark);
		},
		onWatermark() {},
	};
}

interface Pane {
	readonly windowStart: number;
	sum: number;
	greatest: number;
	records: number;
}

function tumblingWindow(result: Checksum): Operator {
	const { sizeMs, allowedLatenessMs } = FLOW.window;
	const windows = new Map<number, Map<string, Pane>>();
	return {
		onEvent(event, time, watermark) {
			const windowStart = Math.floor(time / sizeMs) * sizeMs;
			if (watermark >= windowStart + sizeMs + allowedLatenessMs) return;
			const panes = windows.get(windowStart) ?? new Map<string, Pane>();
			windows.set(windowStart, panes);
			const group = FLOW.window.groupBy.map((path) => fieldOf(event, path)).join("|");
			const pane = panes.get(group) ?? { windowStart, sum: 0, greatest: Number.NEGATIVE_INFINITY, records: 0 };
			panes.set(group, pane);
			const temperature = fieldOf(event, "temperature") as number;
			pane.sum += temperature;
			pane.greatest = Math.max(pane.greatest, temperature);
			pane.records += 1;
		},
		onWatermark(watermark) {
			for (const windowStart of [...windows.keys()].sort((a, b) => a - b)) {
				if (watermark < windowStart + sizeMs + allowedLatenessMs) continue;
				for (const pane of windows.get(windowStart)?.values() ?? []) {
					result.add(windowStart, pane.sum / pane.records, pane.greatest, pane.records);
				}
				windows.delete(windowStart);
			}
		},
	};
}

/** Runs the flow over the frames the naive way. */
export function runNaive(frames: readonly Uint8Array[]): FlowResult {
	const result = new Checksum();
	const operators = [dedup(), filter(), tumblingWindow(result)];
	const pass =
		(index: number) =>
		(event: Event, time: number, watermark: number): void =>
			operators[index]?.onEvent(event, time, watermark, steps[index + 1] ?? (() => {}));
	const steps = operators.map((_operator, index) => pass(index));
	let watermark = Number.NEGATIVE_INFINITY;
	for (const frame of frames) {
		readFrameHeader(frame);
		const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
		let greatest = watermark;
		visitRecords(frame, (_index, _keyStart, _topicStart, payloadStart, payloadEnd) => {
			const event = JSON.parse(bytes.toString("utf8", payloadStart, payloadEnd)) as Event;
			const time = event.ts as number;
			steps[0]?.(event, time, watermark);
			if (time > greatest) greatest = time;
		});
		watermark = greatest;
		for (const operator of operators) operator.onWatermark(watermark);
	}
	for (const operator of operators) operator.onWatermark(Number.POSITIVE_INFINITY);
	return { rows: result.rows, checksum: result.checksum };
}
