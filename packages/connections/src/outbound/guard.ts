import { lookup } from "node:dns/promises";
import { type BlockList, isIP, Socket } from "node:net";
import { WeirError } from "@weir/errors";
import { isPublicUnicast, readNetworks } from "./public-address.ts";

/** Where connections may lead. `anywhere` is only for what Weir itself keeps; `networks` are those that the operator opens besides the public internet. */
export type OutboundRules = "anywhere" | { readonly networks: readonly string[] };

/** Only the public internet. */
export const PUBLIC_ONLY: OutboundRules = { networks: [] };

/** All addresses of a host; handed in by tests. */
export type Resolve = (host: string) => Promise<readonly string[]>;

async function resolveAll(host: string): Promise<readonly string[]> {
	const found = await lookup(host, { all: true, verbatim: true });
	return found.map((entry) => entry.address);
}

/**
 * The one address to connect to. Resolves once and refuses when any of the addresses is not allowed; whoever connects MUST use this
 * address and not look the name up again, or the answer could change in between.
 */
export async function allowedAddress(host: string, rules: OutboundRules, resolve: Resolve = resolveAll): Promise<string> {
	const addresses = await resolve(host);
	const [first] = addresses;
	if (first === undefined) throw new WeirError("CONNECTION_REFUSED", `The host name ${host} has no address; check its spelling.`);
	if (rules === "anywhere") return first;
	const opened = readNetworks(rules.networks);
	const refused = addresses.find((address) => !isPublicUnicast(address) && !isOpened(opened, address));
	if (refused !== undefined) {
		throw new WeirError(
			"CONNECTION_DENIED",
			`The host ${host} leads into a private network, which connections may not reach; use a public address, or ask the operator to open the network.`,
			{ context: { address: refused } },
		);
	}
	return first;
}

function isOpened(networks: BlockList, address: string): boolean {
	return networks.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
}

/** A socket whose `connect(port, host)` goes through the guard; for clients that make their own connection, such as pg. */
export class GuardedSocket extends Socket {
	readonly #rules: OutboundRules;
	readonly #resolve: Resolve;

	constructor(rules: OutboundRules, resolve: Resolve = resolveAll) {
		super();
		this.#rules = rules;
		this.#resolve = resolve;
	}

	override connect(...args: unknown[]): this {
		const [port, host] = args;
		if (typeof host !== "string" || isNotPort(port)) {
			// Clients that name a pipe or pass options would go round the guard.
			this.destroy(new WeirError("CONNECTION_DENIED", "A connection must name a host and a port."));
			return this;
		}
		allowedAddress(host, this.#rules, this.#resolve).then(
			(address) => {
				if (!this.destroyed) super.connect(Number(port), address);
			},
			(error: Error) => this.destroy(error),
		);
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
