import type { Delivery } from "./sample.ts";

/** Where records go, and how they get in. */
export type Target =
	| { readonly as: "http" /** Whole address, e.g. `http://localhost:8080/v1/<key>`. */; readonly endpoint: string; readonly token: string }
	| {
			readonly as: "mqtt";
			/** Address of the door, e.g. `mqtt://localhost:1883`. */
			readonly broker: string;
			readonly topic: string;
			readonly device: string;
			readonly token: string;
	  };

/** What became of one request or publish. */
export interface Outcome {
	readonly accepted: number;
	readonly refused: number;
}

/** A device that sends and waits for the answer, again and again until it has one. */
export interface Client {
	/** How many `send` may be under way at once. */
	readonly window: number;
	/** Resolves when everything is acknowledged or refused for good; rejects when sending is no use (a bad token) or was aborted. */
	send(deliveries: readonly Delivery[], onRetry: (reason: string) => void): Promise<Outcome>;
	close(): Promise<void>;
}
