import { defineConfig } from "@playwright/test";

export default defineConfig({
	testDir: "./src",
	testMatch: "**/*.spec.ts",
	globalSetup: "./src/product.ts",
	fullyParallel: false,
	workers: 1,
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
