import type { Sealer } from "../secrets/sealer.ts";
import type { InTenant } from "./client.ts";
import { findFlow } from "./flow-row.ts";
import { toJson } from "./flows.ts";

export interface SimulationSettings {
	readonly perSecond: number;
	readonly devices: number;
}

export interface StoredSimulation {
	readonly startedAtMs: number;
	readonly endsAtMs: number;
	readonly device: string;
}

export interface Simulations {
	/** The one that runs now. */
	get(flow: string): Promise<StoredSimulation | undefined>;
	/** Replaces the one before. The simulator picks it up within a second. */
	start(
		flow: string,
		simulation: {
			readonly device: string;
			readonly token: string;
			readonly settings: SimulationSettings;
			readonly endsAtMs: number;
			readonly by: string;
		},
	): Promise<StoredSimulation>;
	/** Answers the device whose token is not needed any more. */
	stop(flow: string): Promise<string | undefined>;
}

export function openSimulations(run: InTenant, tenant: string, sealer: Sealer): Simulations {
	return {
		get: (flow) =>
			run(async (tx) => {
				const row = await tx.simulation.findFirst({ where: { flowId: flow, endsAt: { gt: new Date() } } });
				return row === null ? undefined : toSimulation(row);
			}),
		start: (flow, { device, token, settings, endsAtMs, by }) =>
			run(async (tx) => {
				await findFlow(tx, flow);
				const sealedToken = sealer.seal(token, { tenant, id: flow, field: "simulation", version: 1 });
				await tx.simulation.deleteMany({ where: { flowId: flow } });
				const row = await tx.simulation.create({
					data: {
						flowId: flow,
						deviceId: device,
						sealedToken,
						settings: toJson(settings),
						startedBy: by,
						endsAt: new Date(endsAtMs),
						tenantId: "",
					},
				});
				return toSimulation(row);
			}),
		stop: (flow) =>
			run(async (tx) => {
				await findFlow(tx, flow);
				const row = await tx.simulation.findFirst({ where: { flowId: flow } });
				await tx.simulation.deleteMany({ where: { flowId: flow } });
				return row?.deviceId;
			}),
	};
}

function toSimulation(row: { startedAt: Date; endsAt: Date; deviceId: string }): StoredSimulation {
	return { startedAtMs: row.startedAt.getTime(), endsAtMs: row.endsAt.getTime(), device: row.deviceId };
}
