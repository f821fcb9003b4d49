import { describe, expect, it, vi } from "vitest";
import { type ProcessHost, runProcess } from "./run-process.ts";

function aHost() {
	const acts = new Map<string, () => void>();
	const exits: number[] = [];
	const said: string[] = [];
	const host: ProcessHost = {
		on: (signal, act) => acts.set(signal, act),
		exit: (code) => exits.push(code),
		stderr: { write: (text) => said.push(text) },
	};
	return { host, exits, said, signal: (name: string) => acts.get(name)?.() };
}

const env = { LOG_LEVEL: "error" } as const;

describe("a process", () => {
	it("says what is wrong with its environment, ends with code 1, and starts nothing", async () => {
		const { host, exits, said } = aHost();
		const start = vi.fn();
		const readEnv = () => {
			throw new Error("The pump cannot start: set PUMP_URL.");
		};
		await runProcess({ name: "pump", readEnv, start, started: () => undefined }, host);
		expect([exits, said]).toEqual([[1], ["The pump cannot start: set PUMP_URL.\n"]]);
		expect(start).not.toHaveBeenCalled();
	});

	it("closes once however many signals come, and ends with code 0 only when it has closed", async () => {
		const { host, exits, signal } = aHost();
		let closed = () => {};
		const close = vi.fn(() => new Promise<void>((resolve) => (closed = resolve)));
		const started = vi.fn();
		await runProcess({ name: "pump", readEnv: () => env, start: async () => ({ close }), started }, host);
		expect(started).toHaveBeenCalledOnce();
		signal("SIGTERM");
		signal("SIGINT");
		signal("SIGTERM");
		expect([close.mock.calls.length, exits]).toEqual([1, []]);
		closed();
		await vi.waitFor(() => expect(exits).toEqual([0]));
	});

	it("ends with code 1 when it could not close in good order", async () => {
		const { host, exits, signal } = aHost();
		const start = async () => ({ close: () => Promise.reject(new Error("the log is away")) });
		await runProcess({ name: "pump", readEnv: () => ({ LOG_LEVEL: "silent" as never }), start, started: () => undefined }, host);
		signal("SIGINT");
		await vi.waitFor(() => expect(exits).toEqual([1]));
	});
});
