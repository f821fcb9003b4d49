import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { alive, freePorts, type Ports, type Product, runProduct } from "./support/run-product.ts";

const STOP_LIMIT_MS = 5_000;

test.describe
	.serial("npm start", () => {
		let folder: string;
		let ports: Ports;
		let running: Product | undefined;

		test.setTimeout(180_000);

		test.beforeAll(async () => {
			folder = await mkdtemp(path.join(tmpdir(), "weir-start-"));
			ports = await freePorts();
		});

		test.afterAll(async () => {
			await running?.stop("SIGTERM");
			await rm(folder, { recursive: true, force: true });
		});

		async function start(): Promise<Product> {
			running = await runProduct(folder, ports);
			return running;
		}

		test("starts from nothing, and leaves no process when npm is killed with -9", async () => {
			const product = await start();
			expect(product.said()).toContain(`http://localhost:${ports.web}`);
			expect(product.said()).toContain(`Sign in   ${product.email}`);
			const pids = product.pids();
			expect(Object.keys(pids).sort()).toEqual(
				["control", "gateway", "postgres", "redis-control", "redis-data", "simulator", "stream-1", "stream-2", "web"].sort(),
			);
			await product.stop("SIGKILL");
			await expect.poll(() => alive(pids), { timeout: STOP_LIMIT_MS }).toEqual([]);
		});

		test("starts again within 15 s with the data it had, and starts a killed worker again", async () => {
			const secrets = readFileSync(path.join(folder, "secrets.json"), "utf8");
			const product = await start();
			expect(product.startedInMs).toBeLessThan(15_000);
			expect(readFileSync(path.join(folder, "secrets.json"), "utf8")).toBe(secrets);
			const first = product.pids()["stream-1"] ?? 0;
			process.kill(first, "SIGKILL");
			await expect
				.poll(() => (product.pids()["stream-1"] ?? first) !== first && alive(product.pids()).includes("stream-1"), { timeout: 10_000 })
				.toBe(true);
			expect(product.said()).toContain("stream-1 ended (SIGKILL) and is started again");
		});

		test("stops everything within 5 s of Ctrl-C", async () => {
			if (running === undefined) throw new Error("The product does not run.");
			const pids = running.pids();
			const stopped = running.stop("SIGINT");
			await expect.poll(() => alive(pids), { timeout: STOP_LIMIT_MS }).toEqual([]);
			expect(await stopped).toBeLessThan(STOP_LIMIT_MS);
			expect(existsSync(path.join(folder, "run.pid"))).toBe(false);
		});

		test("names the port that is taken, and the fix", async () => {
			const server = net.createServer().listen(ports.http, "127.0.0.1");
			const refused = runProduct(folder, ports);
			await expect(refused).rejects.toThrow(
				new RegExp(`needs port ${ports.http}, which another program holds: .*GATEWAY_HTTP_PORT=\\d+ npm start`),
			);
			server.close();
		});
	});
