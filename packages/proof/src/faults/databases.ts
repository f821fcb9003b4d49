import { setTimeout as pause } from "node:timers/promises";
import type { Fault } from "./fault.ts";

export const DATABASE_FAULTS: readonly Fault[] = [
	{
		id: "F10a",
		title: "PostgreSQL ends all sessions, in the middle of commits too",
		async strike({ rig, random }) {
			for (let i = 0; i < 10; i++) {
				await rig.terminateSessions();
				await pause(random() * 120);
			}
			return undefined;
		},
	},
	{
		id: "F10b",
		title: "the sinks' PostgreSQL cannot be reached",
		async strike({ rig: { parts }, random }) {
			parts.resultsGate.cut();
			await pause(1_000 + random() * 1_500);
			parts.resultsGate.mend();
			return undefined;
		},
	},
	{
		id: "F10c",
		title: "the product's own PostgreSQL cannot be reached",
		async strike({ rig: { parts }, random }) {
			parts.controlGate.cut();
			await pause(1_000 + random() * 1_500);
			parts.controlGate.mend();
			return undefined;
		},
	},
	{
		id: "F11a",
		title: "the sinks' PostgreSQL is slow",
		async strike({ rig: { parts }, random }) {
			parts.resultsGate.slow(30 + random() * 70);
			await pause(2_000);
			parts.resultsGate.mend();
			return undefined;
		},
	},
	{
		id: "F11b",
		title: "a sink's table is locked",
		async strike({ rig, random }) {
			await rig.holdTable("raw", 1_000 + random() * 1_500);
			return undefined;
		},
	},
];
