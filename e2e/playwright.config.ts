import { defineConfig } from "@playwright/test";

/** Specs that look at pages, each with a tenant of its own: two run side by side. */
const PEOPLE = ["journeys", "keyboard", "pages", "two-windows", "viewer"];

export default defineConfig({
	testDir: "./src",
	projects: [
		// How soon a product starts is timed while the other one has nothing to do yet.
		{ name: "start", testMatch: "**/start.spec.ts", workers: 1 },
		{ name: "people", testMatch: PEOPLE.map((name) => `**/${name}.spec.ts`), workers: 2, dependencies: ["start"] },
		// These kill, restart and time: nothing else runs beside them.
		{
			name: "product",
			testMatch: "**/*.spec.ts",
			testIgnore: ["start", ...PEOPLE].map((name) => `**/${name}.spec.ts`),
			workers: 1,
			dependencies: ["people"],
		},
	],
	globalSetup: "./src/product.ts",
	fullyParallel: false,
	workers: 2,
	retries: 0,
	timeout: 90_000,
	outputDir: "../test-results",
	use: {
		viewport: { width: 1440, height: 900 },
		trace: "retain-on-failure",
		launchOptions: {
			executablePath: "/usr/bin/chromium",
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
});
