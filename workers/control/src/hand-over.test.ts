import { createMemoryLog } from "@weir/backends";
import type { StoredJob } from "@weir/db";
import type { TaskReport } from "@weir/jobs";
import type { Plan } from "@weir/planner";
import { expect, it } from "vitest";
import { HandOver } from "./hand-over.ts";

/* Seen to fail when it takes over before it has passed the last commit of what ran, and when it does not wait for a flow that is paused. */

const PLAN = {} as Plan;

/** A replay at one place of a stream and the version that runs at another, with so many entries of 100 kB; answers what is done, step by step. */
async function steps(parts: {
	readonly mine: string;
	readonly theirs: string;
	readonly live?: Partial<StoredJob>;
	readonly job?: Partial<StoredJob>;
}): Promise<string[]> {
	const log = createMemoryLog();
	for (let seq = 1; seq <= 20; seq++) {
		await log.append({ tenant: "t", stream: "e:door" }, 0, Buffer.alloc(100_000, "x"), 1, { id: "p", seq });
	}
	const live = { tenant: "t", id: "live", state: "running", wanted: "running", ...parts.live } as StoredJob;
	const done: string[] = [];
	const handOver = new HandOver({
		log,
		store: {
			liveJob: async () => live,
			job: async () => live,
			beginHandOver: async (job, from) => void done.push(`${job} from ${from}`),
			endHandOver: async (job) => void done.push(`${job} is live`),
			addEvent: async () => {},
		},
		reports: {
			ofJob: async (id) => [
				{ position: { "e:door/0": id === "live" ? parts.theirs : parts.mine, "x:live:a/0": "99" } } as unknown as TaskReport,
			],
		},
		end: async () => {
			done.push("live is ended");
			return { "e:door/0": parts.theirs, "x:live:a/0": "99" };
		},
	});
	await handOver.step({ tenant: "t", id: "new", replay: 1, state: "running", ...parts.job } as StoredJob, PLAN, 10_000);
	return done;
}

it("begins when what is between the two takes no second", async () => {
	expect(await steps({ mine: "18", theirs: "20" })).toEqual(["new from live"]);
	expect(await steps({ mine: "20", theirs: "20" })).toEqual(["new from live"]);
	expect(await steps({ mine: "3", theirs: "20" })).toEqual([]);
});

it("waits for a flow that is paused, and not for one that has failed", async () => {
	expect(await steps({ mine: "20", theirs: "20", live: { wanted: "stopped", state: "stopped" } })).toEqual([]);
	expect(await steps({ mine: "20", theirs: "20", live: { state: "failed" } })).toEqual(["new from live"]);
});

it("is the one that runs once it has passed the last commit of what ran, whoever asks how often", async () => {
	expect(await steps({ mine: "19", theirs: "20", job: { previous: "live" } })).toEqual(["live is ended"]);
	expect(await steps({ mine: "20", theirs: "20", job: { previous: "live" } })).toEqual(["live is ended", "new is live"]);
});

it("is what the flow is, when it fails after what ran was stopped", async () => {
	expect(await steps({ mine: "3", theirs: "20", job: { previous: "live", state: "failed" } })).toEqual(["new is live"]);
});
