import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";

/** Workers inherit the port from the first process that reads this file. */
process.env.CANVAS_PORT ??= String(await freePort());
const address = `http://127.0.0.1:${process.env.CANVAS_PORT}`;

export default defineConfig({
	testDir: fileURLToPath(new URL(".", import.meta.url)),
	testMatch: "*.spec.ts",
	outputDir: fileURLToPath(new URL("../../../node_modules/.cache/canvas-results", import.meta.url)),
	reporter: "list",
	fullyParallel: true,
	workers: 2,
	timeout: 60_000,
	use: {
		baseURL: address,
		viewport: { width: 1600, height: 900 },
		permissions: ["clipboard-read", "clipboard-write"],
		launchOptions: {
			// The same engine without a desktop browser around it: a third faster. The end-to-end tests drive the whole browser.
			executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium-headless-shell",
			args: [
				"--no-sandbox",
				"--disable-gpu",
				"--disable-quic",
				"--no-first-run",
				"--disable-background-networking",
				"--disable-component-update",
				"--disable-sync",
			],
		},
	},
	webServer: {
		command: `npm exec -- vite build --config harness/vite.config.ts && npm exec -- vite preview --config harness/vite.config.ts --port ${process.env.CANVAS_PORT} --strictPort`,
		cwd: fileURLToPath(new URL("..", import.meta.url)),
		url: address,
		reuseExistingServer: false,
	},
});

function freePort(): Promise<number> {
	return new Promise((done, fail) => {
		const server = createServer();
		server.once("error", fail);
		server.listen(0, "127.0.0.1", () => {
			const at = server.address();
			server.close(() => (typeof at === "object" && at !== null ? done(at.port) : fail(new Error("No port is free."))));
		});
	});
}
