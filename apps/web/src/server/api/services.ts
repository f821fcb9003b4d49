import type { MeasuredLog } from "@weir/backends";
import type { Database } from "@weir/db";
import type { Catalogue } from "@weir/node-kit";
import type { Logger } from "@weir/telemetry";
import type { Sessions } from "../auth/sessions.ts";
import type { ConnectionProbe } from "../connections/probe.ts";
import type { ControlBus } from "../live/control-bus.ts";
import type { LiveHub } from "../live/hub.ts";
import type { Observer } from "../live/observer.ts";
import type { Template } from "./contract/index.ts";

/** Everything the API is handed. Nothing below reads the environment or opens a socket by itself. */
export interface ApiServices {
	readonly db: Database;
	readonly sessions: Sessions;
	readonly catalogue: Catalogue;
	readonly templates: readonly Template[];
	/** Which log the streams are kept in. */
	readonly logName: "redis" | "kafka";
	readonly log: Pick<
		MeasuredLog,
		"state" | "tail" | "drop" | "read" | "at" | "compare" | "heldFrom" | "bytes" | "promise" | "seal" | "setDurability" | "unseal"
	>;
	/** How long records are kept where nobody chose it. */
	readonly keepMs: number;
	readonly bus: ControlBus;
	readonly live: LiveHub;
	readonly observer: Observer;
	readonly logger: Logger;
	/** Addresses that devices reach the gateway at. */
	readonly gateway: { readonly httpUrl: string; readonly mqttUrl: string };
	readonly connections: ConnectionProbe;
	readonly now: () => number;
}
