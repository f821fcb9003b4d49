import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CreateOperator, Emit, NodeDefinition, Operator } from "@weir/node-kit";
import { catalogue } from "@weir/nodes/definitions";
import { operators } from "@weir/nodes/operators";
import { type Column, createDictionary, type Dictionary, type RecordBatch, type RecordSchema } from "@weir/records";

/*
 * One point of the growth table, in a process of its own: `growth-run.ts <what> <size> <devices> [memory]` prints the processor time per event
 * and the memory. `memory`: bytes that the state may take; what is beyond goes to the local disk. Columns are made here, so what is measured is the operator and its table.
 */

const SCHEMA: RecordSchema = {
	fields: [
		{ name: "deviceId", type: "text" },
		{ name: "seq", type: "integer" },
		{ name: "temperature", type: "number" },
	],
};
const ROWS = 4_096;
const STEP_MS = 0.1;
const LEAST_EVENTS = 1_000_000;
const START = Date.UTC(2026, 4, 1, 10);

/** Between two windows that begin after one another. */
const EVERY_MS = 100;
const average = { groupBy: ["deviceId"], aggregates: [{ function: "avg", field: "temperature", as: "average" }] };

interface Subject {
	readonly kind: string;
	/** What `size` means is said at each. */
	config(size: number): unknown;
	/** How far events are out of order. */
	disorderMs?(size: number): number;
}

const SUBJECTS: Readonly<Record<string, Subject>> = {
	/** So many keys are within the horizon at once. */
	dedup: { kind: "dedup", config: (keys) => ({ keys: ["deviceId", "seq"], horizonMs: keys * STEP_MS }) },
	/** So many groups are in a window, each at least twice. */
	"tumbling-window": {
		kind: "tumbling-window",
		config: (groups) => ({ sizeMs: Math.max(10_000, 2 * groups * STEP_MS), ...average }),
	},
	/** So many windows wait for late records, which come for all of them. */
	"open-windows": {
		kind: "tumbling-window",
		config: (windows) => ({ sizeMs: EVERY_MS, allowedLatenessMs: windows * EVERY_MS, ...average }),
		disorderMs: (windows) => (windows - 1) * EVERY_MS,
	},
	/** Each event is in so many windows at once. */
	"overlapping-windows": { kind: "hopping-window", config: (windows) => ({ sizeMs: windows * EVERY_MS, everyMs: EVERY_MS, ...average }) },
};

async function make({ kind, config: configOf }: Subject, size: number): Promise<Operator> {
	const definition: NodeDefinition | undefined = catalogue.get(kind);
	const module = await operators.get(kind)?.();
	if (definition === undefined || module?.createOperator === undefined) throw new Error(`The catalogue has no ${kind}.`);
	const config = definition.config.parse(configOf(size));
	const { schemas } = definition.outputSchema(config, SCHEMA);
	const outputs = Object.fromEntries(definition.outputs.map((port) => [port.name, schemas[port.name] ?? SCHEMA]));
	const refuse = (_batch: RecordBatch, _row: number, _code: string, reason: string): void => {
		throw new Error(reason);
	};
	return (module.createOperator as CreateOperator)(config, {
		input: SCHEMA,
		outputs,
		seed: 1,
		reject: refuse,
		count: () => {},
		...(spill === undefined ? {} : { openSpill: () => spill.open("bench").space(kind) }),
	});
}

/** Events of devices that count on, each of them new. */
class Fleet {
	readonly #dictionary: Dictionary = createDictionary();
	readonly #sequences: Int32Array;
	readonly #codes = new Int32Array(ROWS);
	readonly #seqs = new Float64Array(ROWS);
	readonly #temperatures = new Float64Array(ROWS).fill(21);
	readonly #times = new Float64Array(ROWS);
	readonly #watermarks = new Float64Array(ROWS);
	readonly #disorderMs: number;
	#next = 0;
	now = START;

	constructor(devices: number, disorderMs: number) {
		this.#disorderMs = disorderMs;
		this.#sequences = new Int32Array(devices);
		for (let device = 0; device < devices; device++) this.#dictionary.codeOf(`dev-${String(device).padStart(8, "0")}`);
	}

	batch(): RecordBatch {
		const sequences = this.#sequences;
		const devices = sequences.length;
		this.#watermarks.fill(Math.floor(this.now));
		for (let i = 0; i < ROWS; i++) {
			// A stride without a common factor with any number of devices here: all of them in turn, never neighbours.
			this.#next = (this.#next + 7_368_787) % devices;
			const sequence = (sequences[this.#next] as number) + 1;
			sequences[this.#next] = sequence;
			this.#codes[i] = this.#next;
			this.#seqs[i] = sequence;
			this.now += STEP_MS;
			this.#times[i] = Math.floor(this.now - (this.#disorderMs === 0 ? 0 : (this.#next * 7_919 + sequence * 104_729) % this.#disorderMs));
		}
		const columns: Column[] = [
			{ type: "text", codes: this.#codes, dictionary: this.#dictionary },
			{ type: "integer", values: this.#seqs },
			{ type: "number", values: this.#temperatures },
		];
		const [eventTimes, watermarks] = [this.#times, this.#watermarks];
		return { schema: SCHEMA, length: ROWS, columns, selected: ROWS, keys: columns[0], eventTimes, ingestTimes: eventTimes, watermarks };
	}
}

const [name = "", ...figures] = process.argv.slice(2);
const [size = 0, devices = 0, memoryBytes = 0] = figures.map(Number);
const folder = mkdtempSync(join(tmpdir(), "weir-growth-"));
// What is not needed is not loaded: the memory of the whole process is measured.
const spill =
	memoryBytes === 0
		? undefined
		: new (await import("@weir/backends")).SpillFiles({ folder, owner: "bench-1", mostBytes: 1e11, jobMemoryBytes: memoryBytes });
const subject = SUBJECTS[name];
if (subject === undefined) throw new Error(`There is nothing to measure that is called ${name}.`);
const fleet = new Fleet(devices, subject.disorderMs?.(size) ?? 0);
const events = Math.ceil(Math.max(LEAST_EVENTS, 2.5 * size) / ROWS) * ROWS;
const operator = await make(subject, size);
const drop: Emit = () => {};

function used(): number {
	const { user, system } = process.cpuUsage();
	return (user + system) * 1_000;
}

function run(play: (batch: RecordBatch) => void, count: number): number {
	const before = used();
	for (let done = 0; done < count; done += ROWS) play(fleet.batch());
	return (used() - before) / count;
}

// Making the columns is measured alone and taken off.
run(() => {}, 20 * ROWS);
const making = run(() => {}, events);
const all = run((batch) => {
	operator.onBatch(batch, drop, "in");
	operator.onWatermark?.(Math.floor(fleet.now), drop);
}, events);
operator.close?.();
rmSync(folder, { recursive: true });
console.log(JSON.stringify({ cpuNs: all - making, rssBytes: process.memoryUsage().rss }));
