import type { OperatorRegistry } from "@weir/node-kit";
import { operators } from "@weir/nodes/operators";
import { rowsOf } from "@weir/records";
import { createLogger } from "@weir/telemetry";
import { readEnv } from "../src/env.ts";
import { startStreamWorker } from "../src/stream-worker.ts";

/*
 * The stream worker as tests start it: with a queue of its own, and with places where it dies.
 * WEIR_FAILPOINT is `<name>@<n>`: at the n-th time it comes to the place, the process kills itself without warning;
 * with WEIR_FAILPOINT_SIGNAL it sends itself that signal instead, once; with WEIR_FAILPOINT_BLOCK_MS its event loop stands still for so long.
 * Records of WEIR_KILLER litres end the process.
 */

const [name = "", times = "1"] = (process.env.WEIR_FAILPOINT ?? "").split("@");
const signal = process.env.WEIR_FAILPOINT_SIGNAL ?? "SIGKILL";
const blockMs = Number(process.env.WEIR_FAILPOINT_BLOCK_MS ?? 0);
const fatalLitres = process.env.WEIR_KILLER === undefined ? undefined : Number(process.env.WEIR_KILLER);
let left = Number(times);

/** A filter that a record of so many litres ends the process with. */
function withKiller(registry: OperatorRegistry): OperatorRegistry {
	const load = async () => {
		const { createOperator } = (await registry.get("filter")?.()) ?? {};
		if (createOperator === undefined) throw new Error("There is no filter.");
		return {
			createOperator: (...args: Parameters<typeof createOperator>) => {
				const inner = createOperator(...args);
				return {
					...inner,
					onBatch(...[batch, emit]: Parameters<typeof inner.onBatch>) {
						if (rowsOf(batch).some((row) => row.litres === fatalLitres)) process.kill(process.pid, "SIGKILL");
						inner.onBatch(batch, emit);
					},
				};
			},
		};
	};
	return new Map([...registry, ["filter", load]]);
}

const worker = await startStreamWorker(
	readEnv(process.env),
	createLogger({ name: "stream", level: (process.env.TEST_LOG_LEVEL as "warn" | undefined) ?? "error" }),
	{
		...(process.env.QUEUE_PREFIX === undefined ? {} : { queuePrefix: process.env.QUEUE_PREFIX }),
		limits: JSON.parse(process.env.WORKER_LIMITS ?? "{}"),
		sliceMs: Number(process.env.WORKER_SLICE_MS ?? 2_000),
		registry: fatalLitres === undefined ? operators : withKiller(operators),
		failpoint: async (place) => {
			if (place === "commit:fenced") process.send?.({ fenced: true });
			if (place !== name) return;
			left -= 1;
			if (left !== 0) return;
			if (blockMs === 0) process.kill(process.pid, signal);
			else {
				await new Promise((sent) => process.send?.({ blocked: true }, sent));
				Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockMs);
			}
		},
	},
);
process.send?.({ owner: worker.owner });
process.on("SIGTERM", () => void worker.close().then(() => process.exit(0)));
