import { type AddressInfo, createServer, type Server } from "node:net";
import type { Logger } from "@weir/telemetry";
import type { Announcements } from "../announcements.ts";
import type { Authenticator, DoorIdentity } from "../authenticate.ts";
import type { Door } from "../http/door.ts";
import { Connection } from "./connection.ts";
import type { Publishing } from "./publishing.ts";
import { REASON } from "./reasons.ts";
import { Sessions } from "./sessions.ts";

export interface MqttDoorOptions {
	readonly port: number;
	readonly host: string;
	readonly authenticator: Authenticator;
	readonly publishing: Publishing;
	readonly announcements: Pick<Announcements, "follow" | "unfollow">;
	readonly logger: Logger;
	readonly limits: { readonly packetBytes: number; readonly connections: number };
}

export interface MqttDoor extends Door {
	readonly connections: number;
	/** Looks again at the credentials of a device that is on the line. */
	recheck(device: string): void;
}

const CONNECT_MS = 10_000;
const SWEEP_MS = 1_000;
/** Sweeps between two looks at all credentials: for what no announcement and no list of the revoked tells, such as a shortened life. */
const SWEEPS_BETWEEN_LOOKS = 30;

/** Opens the MQTT door. */
export async function openMqttDoor(options: MqttDoorOptions): Promise<MqttDoor> {
	const { announcements, authenticator, logger, limits, publishing } = options;
	const connections = new Set<Connection>();
	const followers = new Map<string, Set<Connection>>();
	const sessions = new Sessions();

	const onCommands = (connection: Connection, follows: boolean) => {
		if (connection.identity === undefined) return;
		const channel = commandChannel(connection.identity);
		const { device } = connection.identity;
		const all = followers.get(channel) ?? new Set<Connection>();
		if (follows) {
			if (all.size === 0) {
				followers.set(channel, all);
				announcements.follow(channel, (payload) => {
					for (const follower of all) follower.command(`commands/${device}`, payload);
				});
			}
			all.add(connection);
		} else if (all.delete(connection) && all.size === 0) {
			followers.delete(channel);
			announcements.unfollow(channel);
		}
	};

	const server = createServer({ noDelay: true }, (socket) => {
		const onClose = (connection: Connection) => {
			connections.delete(connection);
			onCommands(connection, false);
		};
		connections.add(
			new Connection({ socket, authenticator, publishing, sessions, logger, limitBytes: limits.packetBytes, onCommands, onClose }),
		);
	});
	server.maxConnections = limits.connections;

	let sweeps = 0;
	const sweep = setInterval(() => {
		sweeps++;
		const isTurn = sweeps % SWEEPS_BETWEEN_LOOKS === 0;
		for (const connection of connections) {
			connection.checkTime(CONNECT_MS);
			if (isTurn) void connection.checkCredential();
		}
		if (isTurn) sessions.sweep();
	}, SWEEP_MS);
	sweep.unref();

	await new Promise<void>((resolve, reject) => {
		server.once("error", reject);
		server.listen(options.port, options.host, resolve);
	});
	server.on("error", (error) => logger.error("The MQTT door reported an error.", { failed: error }));
	return {
		port: (server.address() as AddressInfo).port,
		get connections() {
			return connections.size;
		},
		recheck: (device) => {
			for (const connection of connections) if (connection.identity?.device === device) void connection.checkCredential();
		},
		close: async (graceMs) => {
			clearInterval(sweep);
			await closeServer(server, connections, graceMs);
		},
	};
}

/** Channel of control Redis on which the server publishes commands for a device: the payload is what the device gets. */
function commandChannel({ tenant, device }: Pick<DoorIdentity, "tenant" | "device">): string {
	return `command:${tenant}:${device}`;
}

async function closeServer(server: Server, connections: ReadonlySet<Connection>, graceMs: number): Promise<void> {
	const closed = new Promise<void>((resolve) => server.close(() => resolve()));
	let timer: NodeJS.Timeout | undefined;
	const enough = new Promise<void>((resolve) => {
		timer = setTimeout(resolve, graceMs);
	});
	await Promise.race([Promise.all([...connections].map((connection) => connection.untilIdle())), enough]);
	clearTimeout(timer);
	for (const connection of connections) connection.end(REASON.serverShuttingDown);
	await closed;
}
