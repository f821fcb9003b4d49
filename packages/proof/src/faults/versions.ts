import { setTimeout as pause } from "node:timers/promises";
import type { Flow } from "@weir/flow";
import { edge, node, source } from "../shapes/index.ts";
import { type Fault, someWorker } from "./fault.ts";

const POSTS = 40;
const RECORDS_A_POST = 50;
const DOOR_MS = 15_000;

/** A flow that is going to be deleted. */
const DELETED: Flow = {
	schemaVersion: 1,
	nodes: [
		source("src", [
			["id", "text"],
			["device", "text"],
			["n", "integer"],
			["at", "timestamp"],
		]),
		node("gone", "postgres-sink", { table: "gone" }),
	],
	edges: [edge("src", "gone")],
};

export const VERSION_FAULTS: readonly Fault[] = [
	{
		id: "F23",
		title: "a new version is deployed while records come",
		async strike({ rig }) {
			await rig.deployNext();
			return undefined;
		},
	},
	{
		id: "F25",
		title: "a flow is deleted while a worker sleeps with its records",
		isOnRequest: true,
		async strike({ rig, random, say }) {
			const { processes, parts } = rig;
			const flow = await rig.deploy(DELETED);
			const { readings, token } = await rig.device("gone", flow);
			await rig.untilRunning(flow);
			const post = async (i: number) => {
				const lines = Array.from({ length: RECORDS_A_POST }, (_, n) =>
					JSON.stringify({ id: `${i}/${n}`, device: `d${n}`, n, at: Date.now() }),
				);
				const headers = { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" };
				return (await fetch(readings, { method: "POST", headers, body: lines.join("\n") }).catch(() => undefined))?.status ?? 0;
			};
			const worker = someWorker(random);
			for (let i = 0; i < POSTS; i++) {
				await post(i);
				// In the middle of its records it falls asleep, with some that it has read and not committed.
				if (i === POSTS / 2) processes.signal(worker, "SIGSTOP");
			}
			await parts.tenant.jobs.act(flow.id, "stop", parts.owner);
			if (!(await rig.untilState("stopped", 90_000, flow))) {
				processes.signal(worker, "SIGCONT");
				return ["F25: a flow did not stop while a worker slept with its records."];
			}
			await parts.tenant.flows.remove(flow.id);
			const before = await rig.countOf("gone");
			processes.signal(worker, "SIGCONT");
			await pause(5_000);
			const after = await rig.countOf("gone");
			const broken: string[] = [];
			if (after !== before)
				broken.push(`F25: a worker that slept through the end of a flow wrote ${after - before} rows after the flow was deleted.`);
			const until = performance.now() + DOOR_MS;
			let status = await post(POSTS);
			while (![401, 404, 410].includes(status) && performance.now() < until) {
				await pause(200);
				status = await post(POSTS);
			}
			say(
				`F25: ${before} of ${POSTS * RECORDS_A_POST} rows were there when the flow was deleted, ${after} after the sleeper woke; its door answers ${status}.`,
			);
			if (![401, 404, 410].includes(status)) broken.push(`F25: the door of a deleted flow still answers ${status}.`);
			return broken;
		},
	},
];
