import { describe, expect, it } from "vitest";
import { REASON } from "./reasons.ts";
import { Sessions } from "./sessions.ts";

function aHolder() {
	const ended: number[] = [];
	return { ended, end: (reason: number) => void ended.push(reason) };
}

const pump = { tenant: "water", device: "pump-1", credential: "c1", expiresAtMs: Number.POSITIVE_INFINITY };
const wish = { clientId: "pump", isClean: false, expiryMs: 10_000 };

describe("MQTT sessions", () => {
	it("end the connection that held the session, and keep what it knew", () => {
		const sessions = new Sessions();
		const [first, second] = [aHolder(), aHolder()];
		sessions.take(pump, wish, first).session.received.add(7);
		const { session, isPresent } = sessions.take(pump, wish, second);
		expect(first.ended).toEqual([REASON.sessionTakenOver]);
		expect([isPresent, session.received.has(7)]).toEqual([true, true]);
		sessions.leave(pump, session, first);
		expect(session.holder).toBe(second);
	});

	it("know a client id within its tenant and credential only", () => {
		const sessions = new Sessions();
		const mine = aHolder();
		sessions.take(pump, wish, mine);
		for (const other of [
			{ ...pump, tenant: "gas" },
			{ ...pump, credential: "c2" },
		]) {
			expect(sessions.take(other, wish, aHolder()).isPresent).toBe(false);
		}
		expect(mine.ended).toEqual([]);
	});

	it("begin anew when the client asks for it", () => {
		const sessions = new Sessions();
		sessions.take(pump, wish, aHolder()).session.received.add(7);
		const { session, isPresent } = sessions.take(pump, { ...wish, isClean: true }, aHolder());
		expect([isPresent, session.received.size]).toEqual([false, 0]);
	});

	it("are forgotten when they expire", () => {
		let now = 0;
		const sessions = new Sessions(3_600_000, () => now);
		const holder = aHolder();
		const { session } = sessions.take(pump, wish, holder);
		now = 60_000;
		sessions.sweep();
		expect(sessions.size).toBe(1);
		sessions.leave(pump, session, holder);
		now = 69_999;
		sessions.sweep();
		expect(sessions.size).toBe(1);
		now = 70_000;
		expect(sessions.take(pump, wish, holder).isPresent).toBe(false);
		sessions.leave(pump, sessions.take(pump, { ...wish, expiryMs: 0 }, holder).session, holder);
		expect(sessions.size).toBe(0);
	});
});
