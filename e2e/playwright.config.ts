import { defineConfig } from "@playwright/test";

/** What people do, each with a tenant of its own: two run side by side. */
const PEOPLE = ["journeys", "keyboard"];
/** What is to be seen on pages, likewise. */
const PAGES = ["pages", "two-windows", "viewer"];

const specs = (names: readonly string[]) => names.map((name) => `**/${name}.spec.ts`);

const ARGS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];
/** The same engine without a desktop browser around it: a quarter faster. */
const SHELL = { launchOptions: { executablePath: "/usr/bin/chromium-headless-shell", args: ARGS } };

export default defineConfig({
	testDir: "./src",
	projects: [
		// How soon a product starts is timed while the other one has nothing to do yet.
		{ name: "start", testMatch: "**/start.spec.ts", workers: 1 },
		{ name: "people", testMatch: specs(PEOPLE), workers: 2, dependencies: ["start"] },
		{ name: "pages", testMatch: specs(PAGES), workers: 2, dependencies: ["start"], use: SHELL },
		// These kill, restart and time: nothing else runs beside them.
		{
			name: "product",
			testMatch: "**/*.spec.ts",
			testIgnore: specs(["start", ...PEOPLE, ...PAGES]),
			workers: 1,
			dependencies: ["people", "pages"],
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
		// Pictures of every step would cost more than the steps.
		trace: { mode: "retain-on-failure", screenshots: false },
		launchOptions: { executablePath: "/usr/bin/chromium", args: ARGS },
	},
});
