import { afterEach, expect, test, vi } from "vitest";
import { deployAndWatch } from "./deploy-port.ts";

const answers = (states: readonly object[]) => {
	let read = 0;
	vi.stubGlobal("fetch", async (_url: string, { method }: { method?: string }) => {
		const body = method === "POST" ? { version: 2, jobId: "j", changed: true } : states[Math.min(read++, states.length - 1)];
		return new Response(JSON.stringify(body), { status: 200 });
	});
};

afterEach(() => {
	vi.unstubAllGlobals();
	vi.useRealTimers();
});

test("tells each step from the check to the running flow", async () => {
	vi.useFakeTimers();
	answers([
		{ status: "draining", job: { state: "running" } },
		{ status: "starting", job: { state: "scheduling" } },
		{ status: "live", job: { state: "running" } },
	]);
	const steps: string[] = [];
	const deployed = deployAndWatch("acme", "f1", 3, "", (step) => steps.push(step));
	await vi.runAllTimersAsync();
	await deployed;
	expect(steps).toEqual(["validating", "draining", "starting", "live"]);
});

test("fails with the reason that the flow gives", async () => {
	answers([
		{ status: "failed", job: { state: "failed", failure: { code: "CONNECTION_DENIED", message: "The password is not accepted." } } },
	]);
	await expect(deployAndWatch("acme", "f1", 3, "", () => undefined)).rejects.toThrow("The password is not accepted.");
});

test("says what to look at when no worker starts the flow", async () => {
	vi.useFakeTimers();
	answers([{ status: "starting", job: { state: "scheduling" } }]);
	const deployed = deployAndWatch("acme", "f1", 3, "", () => undefined);
	const refused = expect(deployed).rejects.toThrow("no worker has started it");
	await vi.runAllTimersAsync();
	await refused;
});
