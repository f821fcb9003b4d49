import { setTimeout as pause } from "node:timers/promises";
import type { Fault } from "./fault.ts";

const FATAL_LITRES = 1_313;
const MOST_DEATHS = 3;
const ISOLATION_MS = 300_000;

export const RECORD_FAULTS: readonly Fault[] = [
	{
		id: "F17",
		title: "values that nobody can take are among the records",
		async strike({ load }) {
			await load.wish({ isPoisoned: true });
			return undefined;
		},
	},
	{
		id: "F18",
		title: "a record kills every worker that takes it",
		async strike({ rig, load, say }) {
			const { processes } = rig;
			const workers = ["stream-1", "stream-2"] as const;
			const before = (await rig.deadLetters()).filter(({ code }) => code === "RECORD_POISONOUS").length;
			let deaths = 0;
			let isOver = false;
			const keepAlive = async (worker: (typeof workers)[number]) => {
				while (!isOver) {
					await processes.ended(worker);
					if (isOver) return;
					deaths += 1;
					await processes.startWorker(worker, { fatalLitres: FATAL_LITRES });
				}
			};
			for (const worker of workers) {
				await processes.kill(worker);
				await processes.startWorker(worker, { fatalLitres: FATAL_LITRES });
			}
			const alive = workers.map(keepAlive);
			const isSent = await load.wish({ fatalLitres: FATAL_LITRES });
			const until = performance.now() + ISOLATION_MS;
			let isIsolated = false;
			while (isSent && !isIsolated && performance.now() < until) {
				await pause(100);
				isIsolated = (await rig.deadLetters()).filter(({ code }) => code === "RECORD_POISONOUS").length > before;
			}
			isOver = true;
			for (const worker of workers) await processes.kill(worker);
			await Promise.all(alive);
			for (const worker of workers) await processes.startWorker(worker);
			if (!isSent) return undefined;
			if (!isIsolated)
				return [`F18: a record that kills workers was not set aside within ${ISOLATION_MS / 1_000} s, after ${deaths} deaths.`];
			say(`F18: the record was set aside after ${deaths} deaths.`);
			return deaths <= MOST_DEATHS ? undefined : [`F18: a record killed workers ${deaths} times before it was set aside.`];
		},
	},
	{
		id: "F19b",
		title: "devices' clocks stand in 1970, or a year ahead",
		async strike({ load }) {
			await load.wish({ hasWrongClocks: true });
			return undefined;
		},
	},
];
