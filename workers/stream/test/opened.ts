import { Gate } from "@weir/proof";
import { expect, inject, vi } from "vitest";
import { type Deployed, World } from "./world.ts";

/** What a test has opened, closed in reverse order. */
export class Opened {
	readonly #closing: (() => unknown)[] = [];

	add(close: () => unknown): void {
		this.#closing.push(close);
	}

	async close(): Promise<void> {
		for (const close of this.#closing.splice(0).reverse()) await close();
	}

	/** A world with a control worker and a stream worker. */
	async world(options: Parameters<typeof World.open>[0] = {}): Promise<World> {
		const world = await World.open({ sliceMs: 1_000, ...options });
		this.add(() => world.close());
		await Promise.all([world.startControl(), world.startWorker()]);
		return world;
	}

	/** A proxy before the Postgres of the tests. */
	async gateToPostgres(): Promise<Gate> {
		const { hostname, port } = new URL(inject("services").databaseUrl);
		const gate = await Gate.open({ host: hostname, port: Number(port) });
		this.add(() => gate.close());
		return gate;
	}
}

/** Waits until the workers have committed this many records of the flow's source; answers how long it took, in ms. */
export async function untilRead(world: World, deployed: Deployed, count: number, timeout = 20_000): Promise<number> {
	const from = performance.now();
	await vi.waitFor(async () => expect((await world.ledger(deployed)).in).toBe(count), { timeout, interval: 20 });
	return performance.now() - from;
}
