import { lookup } from "node:dns/promises";
import { type BlockList, isIP, type LookupFunction, Socket } from "node:net";
import { WeirError } from "@weir/errors";
import { isPublicUnicast, readNetworks } from "./public-address.ts";

/** All addresses of a host. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/**
 * Where connections may lead. `anywhere` is only for what Weir itself keeps; `networks` are those that the operator opens besides the
 * public internet; `resolve` is handed in by tests.
 */
export type OutboundRules = "anywhere" | { readonly networks: readonly string[]; readonly resolve?: Resolve };

/** Only the public internet. */
export const PUBLIC_ONLY: OutboundRules = { networks: [] };

/** Ports below 1024 belong to the machine's own services; of these only the two of the web are open to connections. */
const OPEN_LOW_PORTS: ReadonlySet<number> = new Set([80, 443]);

async function resolveAll(host: string): Promise<readonly string[]> {
	const found = await lookup(host, { all: true, verbatim: true });
	return found.map((entry) => entry.address);
}

/**
 * The one address to connect to. Resolves once and refuses when any of the addresses is not allowed; whoever connects MUST use this
 * address and not look the name up again, or the answer could change in between.
 */
export async function allowedAddress(host: string, rules: OutboundRules, port?: number): Promise<string> {
	// A literal is not looked up, so that no resolver can turn it into something else.
	const addresses = isIP(host) === 0 ? await ((rules === "anywhere" ? undefined : rules.resolve) ?? resolveAll)(host) : [host];
	const [first] = addresses;
	if (first === undefined) throw new WeirError("CONNECTION_REFUSED", `The host name ${host} has no address; check its spelling.`);
	const refused = refusalOf(host, addresses, rules, port);
	if (refused !== undefined) throw refused;
	// Machines without IPv6 still get AAAA answers.
	return addresses.find((address) => isIP(address) === 4) ?? first;
}

function refusalOf(host: string, addresses: readonly string[], rules: OutboundRules, port: number | undefined): WeirError | undefined {
	if (rules === "anywhere") return undefined;
	const opened = readNetworks(rules.networks);
	const closed = addresses.filter((address) => !isOpened(opened, address));
	const refused = closed.find((address) => !isPublicUnicast(address));
	if (refused !== undefined) {
		return new WeirError(
			"CONNECTION_DENIED",
			`The host ${host} leads into a private network, which connections may not reach; use a public address, or ask the operator to open the network.`,
			{ context: { address: refused } },
		);
	}
	if (port === undefined || port >= 1_024 || OPEN_LOW_PORTS.has(port) || closed.length === 0) return undefined;
	return new WeirError(
		"CONNECTION_DENIED",
		`The port ${port} of ${host} is closed to connections: of the ports below 1024 only 80 and 443 are open; let the system listen at another port, or ask the operator to open its network.`,
	);
}

function isOpened(networks: BlockList, address: string): boolean {
	const [plain = ""] = address.split("%");
	const family = isIP(plain);
	return family !== 0 && networks.check(plain, family === 4 ? "ipv4" : "ipv6");
}

/** A socket whose `connect(port, host)` goes through the guard; for clients that make their own connection, such as pg. */
export class GuardedSocket extends Socket {
	readonly #rules: OutboundRules;

	constructor(rules: OutboundRules) {
		super();
		this.#rules = rules;
	}

	override connect(...args: unknown[]): this {
		const [port, host] = args;
		if (typeof host !== "string" || host === "" || isNotPort(port)) {
			// Clients that name a pipe or pass options would go round the guard.
			this.destroy(new WeirError("CONNECTION_DENIED", "A connection must name a host and a port."));
			return this;
		}
		const allowed = () => allowedAddress(host, this.#rules, Number(port));
		// Sockets ask no `lookup` for a literal, so that one is checked before.
		if (isIP(host) !== 0) {
			const refused = refusalOf(host, [host], this.#rules, Number(port));
			if (refused !== undefined) {
				this.destroy(refused);
				return this;
			}
		}
		const guardedLookup: LookupFunction = (_host, _options, callback) => {
			allowed().then(
				(address) => callback(null, address, isIP(address)),
				(error) => callback(error, ""),
			);
		};
		// One address only: a second attempt would take the handle away under a TLS socket that wraps this one.
		super.connect({ host, port: Number(port), lookup: guardedLookup, autoSelectFamily: false });
		return this;
	}
}

function isNotPort(port: unknown): boolean {
	const number = Number(port);
	return !Number.isInteger(number) || number < 1 || number > 65_535;
}

/** A connected socket to a host that the rules allow. */
export function guardedConnect(host: string, port: number, rules: OutboundRules, timeoutMs: number): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const socket = new GuardedSocket(rules);
		socket.setTimeout(timeoutMs, () => {
			socket.destroy(new WeirError("CONNECTION_SLOW", `Nothing answers at ${host}:${port} in time; check host, port and firewall.`));
		});
		socket.once("error", reject);
		socket.once("connect", () => {
			socket.off("error", reject);
			socket.setTimeout(0);
			resolve(socket);
		});
		socket.connect(port, host);
	});
}
