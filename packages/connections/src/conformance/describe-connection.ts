import { createServer } from "node:http";
import type { Socket } from "node:net";
import { isWeirError, Secret } from "@weir/errors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BrowseEntry, ConnectionDefinition, ConnectionTest, Connector } from "../definition.ts";
import type { TlsTrust } from "../fields.ts";
import type { OutboundRules } from "../outbound/guard.ts";
import { type Authority, createAuthority } from "./certificates.ts";
import { type Door, plainDoor, portOf, silentDoor, type Target, tlsDoor, trap } from "./doors.ts";
import { SSRF_FORMS } from "./ssrf-forms.ts";

/** What a kind brings along to be tried. */
export interface ConnectionRig<Config extends object> {
	/** A real service. */
	readonly target: Target;
	/** A connection that works, if the service is at this address; throws when no form would take the address. */
	at(host: string, port: number): Config;
	/** Steps of a test that goes well. */
	readonly steps: readonly string[];
	/** The same connection with a secret that is wrong. */
	readonly wrongSecret?: (config: Config) => Config;
	/** The same connection as somebody who may sign in and nothing else. */
	readonly forbidden?: (config: Config) => Config;
	/** The same connection, encrypted. */
	encrypted(config: Config, trust: TlsTrust): Config;
	/** What is said in clear before TLS begins, by the server. */
	readonly beforeTls?: (socket: Socket) => Promise<void>;
	/** What browsing a path finds, among others. Absent: there is nothing to ask. */
	readonly browse?: readonly { readonly path: readonly string[]; readonly finds: Partial<BrowseEntry> }[];
}

/**
 * What a kind, or the service it is tried with, does not have: a secret, rights, redirects; or a way through a door of the test, because the service
 * names addresses of its own that clients go on to.
 */
export type Lack = "secret" | "rights" | "redirects" | "door";

const HERE: OutboundRules = { networks: ["127.0.0.0/8", "::1/128"] };
const NO_TRUST: TlsTrust = { tlsCa: "", tlsCertificate: "", tlsKey: undefined };

/** The promises that every kind of connection keeps, but for what it has not. `open` is called once, before the first test. */
export function describeConnection<Config extends object>(
	definition: ConnectionDefinition<Config>,
	open: () => Promise<ConnectionRig<Config>>,
	lacks: readonly Lack[] = [],
): void {
	/** A test for all that have it. */
	const having = (lack: Lack) => (lacks.includes(lack) ? () => {} : it);
	describe(`a connection of kind ${definition.type}`, () => {
		let rig: ConnectionRig<Config>;
		let connector: Connector<Config>;
		let authority: Authority;
		const doors: Door[] = [];
		const opened = async (door: Promise<Door>) => {
			doors.push(await door);
			return door;
		};
		const test = (config: Config, rules = HERE, timeoutMs = 5_000) => connector.test(config, { rules, timeoutMs });
		const lastOf = (tested: ConnectionTest) => tested.steps.at(-1);

		beforeAll(async () => {
			[rig, connector, authority] = await Promise.all([open(), definition.connector(), createAuthority()]);
		});
		afterAll(() => Promise.all(doors.map((door) => door.close())));

		it("works, says so step by step as each ends, and leaves nothing open", async () => {
			const door = await opened(plainDoor(rig.target));
			const told: string[] = [];
			const tested = await connector.test(rig.at("127.0.0.1", door.port), { rules: HERE, onStep: ({ step }) => told.push(step) });
			expect(tested.steps.filter(({ ok }) => !ok)).toEqual([]);
			expect(tested.ok).toBe(true);
			expect(told).toEqual(rig.steps);
			expect(tested.steps.map(({ step }) => step)).toEqual(rig.steps);
			await expect.poll(door.open, { timeout: 10_000 }).toBe(0);
		});

		it("finds what stands in the system, and leaves nothing open", async () => {
			const door = await opened(plainDoor(rig.target));
			const config = rig.at("127.0.0.1", door.port);
			if (rig.browse === undefined) expect(await connector.browse(config, [], { rules: HERE })).toEqual([]);
			for (const { path, finds } of rig.browse ?? []) {
				expect(await connector.browse(config, path, { rules: HERE })).toContainEqual(expect.objectContaining(finds));
			}
			await expect.poll(door.open, { timeout: 10_000 }).toBe(0);
		});

		it("says that nothing listens where the system is away", async () => {
			const door = await plainDoor(rig.target);
			await door.close();
			const config = rig.at("127.0.0.1", door.port);
			expect(lastOf(await test(config))).toMatchObject({ step: "port", ok: false, message: expect.stringContaining("Nothing listens") });
			if (rig.browse !== undefined) {
				await expect(connector.browse(config, [], { rules: HERE })).rejects.toMatchObject({ code: "CONNECTION_REFUSED" });
			}
		});

		it("ends when the system takes connections and never answers", async () => {
			const door = await opened(silentDoor());
			const config = rig.at("127.0.0.1", door.port);
			const tested = await test(config, HERE, 300);
			expect(tested.ok).toBe(false);
			expect(lastOf(tested)?.message).toMatch(/answer|in time/);
			if (rig.browse !== undefined) {
				await expect(connector.browse(config, [], { rules: HERE, timeoutMs: 300 })).rejects.toMatchObject({
					code: expect.stringMatching(/CONNECTION_SLOW|CONNECTION_LOST/),
				});
			}
			await expect.poll(door.open, { timeout: 10_000 }).toBe(0);
		});

		having("secret")("says that the secret is wrong, without saying the secret", async () => {
			const tested = await test(present(rig.wrongSecret)(rig.at(rig.target.host, rig.target.port)));
			expect(lastOf(tested)).toMatchObject({
				step: "sign-in",
				ok: false,
				message: expect.stringMatching(/refuses.*(user|password|token|secret)/),
			});
			expect(JSON.stringify(tested)).not.toContain(WRONG);
		});

		having("rights")("says which right is missing", async () => {
			const tested = await test(present(rig.forbidden)(rig.at(rig.target.host, rig.target.port)));
			expect(lastOf(tested)).toMatchObject({ step: "permission", ok: false, message: expect.stringMatching(/right|allow|let/) });
		});

		describe("with encryption", () => {
			const server = { name: "CN=target", use: "server", ips: ["127.0.0.1"] } as const;
			const at = async (certificate: { cert: string; key: string }, more: { requestCert?: boolean; ca?: string } = {}) => {
				const door = await opened(tlsDoor(rig.target, { ...certificate, ...more, rejectUnauthorized: false }, rig.beforeTls));
				return (trust: TlsTrust) => rig.encrypted(rig.at("127.0.0.1", door.port), trust);
			};
			const encryptionOf = (tested: ConnectionTest) => tested.steps.find(({ step }) => step === "encryption");

			it("shows who issued a certificate that it does not trust, and what to do", async () => {
				const config = await at(await authority.issue(server));
				expect(lastOf(await test(config(NO_TRUST)))).toMatchObject({
					step: "encryption",
					ok: false,
					message: expect.stringContaining("Own authority"),
					certificate: { subject: "target", issuer: "Weir test CA" },
				});
			});

			it("trusts an authority of one's own, and shows when the certificate ends", async () => {
				const config = await at(await authority.issue(server));
				const tested = await test(config({ ...NO_TRUST, tlsCa: authority.ca }));
				const { certificate, ...step } = encryptionOf(tested) ?? {};
				expect(step).toMatchObject({ ok: true, message: expect.stringContaining("Weir test CA") });
				expect((certificate?.expiresAtMs ?? 0) - Date.now()).toBeGreaterThan(6 * 86_400_000);
				if (!lacks.includes("door")) expect(tested.steps.filter(({ ok }) => !ok)).toEqual([]);
			});

			it("refuses a certificate that has expired, or is for another name", async () => {
				const trust = { ...NO_TRUST, tlsCa: authority.ca };
				const expired = await at(await authority.issue({ ...server, days: -1 }));
				expect(lastOf(await test(expired(trust)))).toMatchObject({
					step: "encryption",
					ok: false,
					message: expect.stringContaining("expired"),
				});
				const other = await at(await authority.issue({ ...server, ips: ["127.0.0.9"] }));
				expect(lastOf(await test(other(trust)))).toMatchObject({
					step: "encryption",
					ok: false,
					message: expect.stringContaining("other names"),
				});
			});

			having("door")("shows a client certificate to a server that asks who connects", async () => {
				const client = await authority.issue({ name: "CN=weir", use: "client" });
				const config = await at(await authority.issue(server), { requestCert: true, ca: authority.ca });
				const trust = { ...NO_TRUST, tlsCa: authority.ca };
				expect((await test(config(trust), HERE, 1_000)).ok).toBe(false);
				const known = { ...trust, tlsCertificate: client.cert, tlsKey: new Secret(client.key) };
				expect((await test(config(known))).steps.filter(({ ok }) => !ok)).toEqual([]);
			});

			it("says so when the system speaks no TLS at the port", async () => {
				const door = await opened(trap("127.0.0.1"));
				const config = rig.encrypted(rig.at("127.0.0.1", door.port), NO_TRUST);
				expect(lastOf(await test(config))).toMatchObject({ step: "encryption", ok: false });
			});
		});

		describe("that leads inside", () => {
			let inside: Door;
			beforeAll(async () => {
				inside = await opened(trap("0.0.0.0"));
				doors.push(await trap("::1", inside.port));
			});

			async function isRefused(host: string, rules: OutboundRules, reason = /^[A-Z].*\.$/s): Promise<void> {
				let config: Config;
				try {
					config = rig.at(host, inside.port);
				} catch (error) {
					expect(isWeirError(error)).toBe(true);
					return;
				}
				const tested = await test(config, rules, 2_000);
				expect(tested.ok).toBe(false);
				expect(lastOf(tested)?.message).toMatch(reason);
				const found = await connector.browse(config, [], { rules, timeoutMs: 2_000 }).catch((error: unknown) => {
					expect(isWeirError(error)).toBe(true);
					return [];
				});
				expect(found).toEqual([]);
				expect(doors.slice(-2).map((door) => door.visits())).toEqual([0, 0]);
			}

			it.each(SSRF_FORMS)("is refused when the host is written %s", (host) => isRefused(host, { networks: [] }));

			it("is refused when only one of several addresses does", () =>
				isRefused("mixed.example.com", { networks: [], resolve: async () => ["93.184.216.34", "127.0.0.1"] }, /private network/));

			it("is refused when the name answers otherwise the second time", async () => {
				let asked = 0;
				const resolve = async () => (asked++ === 0 ? ["93.184.216.34"] : ["127.0.0.1"]);
				await isRefused("rebinding.example.com", { networks: [], resolve }, /private network/);
			});

			it("is refused at a port of the machine's own, even outside", async () => {
				const rules = { networks: [], resolve: async () => ["93.184.216.34"] };
				expect(lastOf(await test(rig.at("smtp.example.com", 25), rules))).toMatchObject({
					ok: false,
					message: expect.stringContaining("port 25"),
				});
			});

			it("goes where the operator has opened the network", async () => {
				const tested = await test(rig.at(rig.target.host, rig.target.port), { networks: ["127.0.0.1/32"] });
				expect(tested.ok).toBe(true);
			});

			having("redirects")("does not follow a redirect", async () => {
				const server = createServer((_request, response) => {
					response.writeHead(302, { location: `http://127.0.0.2:${inside.port}/` }).end();
				}).listen(0, "127.0.0.1");
				await new Promise((resolve) => server.once("listening", resolve));
				const before = inside.visits();
				expect(lastOf(await test(rig.at("127.0.0.1", portOf(server))))).toMatchObject({
					ok: false,
					message: expect.stringContaining("redirects are not followed"),
				});
				expect(inside.visits()).toBe(before);
				server.closeAllConnections();
				server.close();
			});
		});
	});
}

/** What a wrong secret is in the tests: it must not stand in what is said about it. */
export const WRONG = "WRONG-5e1f0b";

function present<T>(variant: T | undefined): T {
	if (variant === undefined) throw new Error("The rig has no such connection: bring one along, or say that the kind lacks it.");
	return variant;
}
