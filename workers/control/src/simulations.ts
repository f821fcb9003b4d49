import type { Operator, WantedSimulation } from "@weir/db";
import {
	air,
	type FleetField,
	fleetSamples,
	pumps,
	type Shape,
	type Simulation,
	shapeOf,
	simulate,
	type Target,
	taxi,
} from "@weir/simulator";
import type { Logger } from "@weir/telemetry";
import * as z from "zod";

export interface SimulationsParts {
	openOperator(): Promise<Operator>;
	readonly httpUrl: string;
	readonly mqttUrl: string;
	readonly logger: Logger;
}

interface Running {
	readonly flow: string;
	readonly startedAtMs: number;
	readonly fleets: readonly Simulation[];
}

/** Keeps a fleet of made-up devices posting through the real doors for every flow that wants one. */
export class Simulations {
	readonly #parts: SimulationsParts;
	readonly #running = new Map<string, Running>();
	#operator: Operator | undefined;

	constructor(parts: SimulationsParts) {
		this.#parts = parts;
	}

	/** Starts what is wanted and ends what is not. */
	async round(): Promise<void> {
		this.#operator ??= await this.#parts.openOperator();
		const wanted = new Map((await this.#operator.simulationsWanted()).map((one) => [keyOf(one), one]));
		for (const [key, running] of this.#running) if (!wanted.has(key)) await this.#stop(key, running);
		for (const [key, one] of wanted) if (!this.#running.has(key)) this.#start(key, one);
	}

	/** Removes rows past their time, and seals with the newest master key what is still sealed with an older one. */
	async sweep(nowMs: number): Promise<void> {
		const { logger, openOperator } = this.#parts;
		this.#operator ??= await openOperator();
		await this.#operator.sweep(nowMs);
		const { resealed, left } = await this.#operator.resealSecrets();
		if (resealed > 0) logger.info("Secrets were sealed with the newest master key.", { count: resealed });
		if (left > 0) logger.warn("Secrets are still sealed with an older master key; keep that key until none is left.", { count: left });
	}

	/** Another process leads: all fleets end here. */
	async pause(): Promise<void> {
		await Promise.all([...this.#running].map(([key, running]) => this.#stop(key, running)));
	}

	close(): Promise<void> {
		return this.pause();
	}

	#start(key: string, wanted: WantedSimulation): void {
		const { logger } = this.#parts;
		const sources = wanted.endpoints.length;
		const fleets = wanted.endpoints.map((endpoint, index) => {
			const fleet = simulate({
				samples: fleetSamples({
					shape: shapeFor(wanted, endpoint),
					devices: wanted.devices,
					firstDevice: index * wanted.devices,
					perSecond: wanted.perSecond / sources,
					seed: 1,
					startMs: Date.now(),
				}),
				target: this.#targetOf(wanted, endpoint),
				speed: 1,
				batch: 100,
				duplicates: 0.02,
				disorderMs: 800,
			});
			// A door that is away for a while is met by trying anew in the next round.
			fleet.finished.catch((error: unknown) => {
				logger.warn("A simulation broke off; it is started again.", { failed: error, flowId: wanted.flow, endpointId: endpoint.id });
				this.#running.delete(key);
			});
			return fleet;
		});
		this.#running.set(key, { flow: wanted.flow, startedAtMs: wanted.startedAtMs, fleets });
		logger.info("A simulation runs.", { flowId: wanted.flow, rate: wanted.perSecond });
	}

	async #stop(key: string, running: Running): Promise<void> {
		this.#running.delete(key);
		await Promise.allSettled(running.fleets.map((fleet) => fleet.stop()));
		this.#parts.logger.info("A simulation ended.", { flowId: running.flow });
	}

	#targetOf(wanted: WantedSimulation, endpoint: WantedSimulation["endpoints"][number]): Target {
		const { httpUrl, mqttUrl } = this.#parts;
		if (endpoint.protocol === "http")
			return { as: "http", endpoint: `${httpUrl.replace(/\/$/, "")}/v1/${endpoint.key}`, token: wanted.token };
		const topic = (endpoint.settings.topicFilter ?? "#").replaceAll("+", "simulated").replace(/#$/, "simulated");
		return { as: "mqtt", broker: mqttUrl, topic, device: wanted.device, token: wanted.token };
	}
}

/** A simulation that was started anew is another one. */
function keyOf(wanted: WantedSimulation): string {
	return `${wanted.flow}/${wanted.startedAtMs}/${wanted.perSecond}/${wanted.devices}/${wanted.endpoints.map((endpoint) => endpoint.id).join()}`;
}

const drawingSchema = z.object({
	nodes: z.array(
		z.object({
			id: z.string(),
			config: z.object({
				fields: z.array(z.object({ name: z.string(), type: z.string() })).optional(),
				keyField: z.string().optional(),
			}),
		}),
	),
});

const TYPES: Readonly<Record<string, FleetField["type"]>> = {
	number: "number",
	integer: "integer",
	boolean: "boolean",
	timestamp: "time",
};

/** Records that suit the source's schema in the drawing; pumps where it says nothing. */
function shapeFor(wanted: WantedSimulation, endpoint: WantedSimulation["endpoints"][number]): Shape {
	const drawing = drawingSchema.safeParse(wanted.content);
	const config = drawing.success ? drawing.data.nodes.find((node) => node.id === endpoint.node)?.config : undefined;
	const fields = (config?.fields ?? []).map(({ name, type }) => ({ name, type: TYPES[type] ?? ("string" as const) }));
	// A SenML record has to be made up as a whole: the fleet whose fields the source asks for.
	if (endpoint.settings.format === "senml") return fields.some((field) => field.name === "airquality_raw") ? air : taxi;
	if (fields.length === 0) return pumps;
	return shapeOf(fields, config?.keyField === "" ? undefined : config?.keyField);
}
