import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import type { Person } from "./api.ts";

export interface Windows {
	/** A window of its own: signed in as somebody, or as nobody. */
	open(person?: Person): Promise<Page>;
	/** Another window with the same cookies. */
	openLike(page: Page): Promise<Page>;
	/** The test brings this message about itself, for instance by a refusal that the browser logs. */
	allow(message: RegExp): void;
}

/** `test` whose windows may not log an error, throw one, or ask for something that is not there. */
export const test = base.extend<{ windows: Windows }>({
	windows: async ({ browser }, use) => {
		const faults: string[] = [];
		const allowed: RegExp[] = [];
		const contexts: BrowserContext[] = [];
		const open = async (storageState?: Awaited<ReturnType<BrowserContext["storageState"]>>) => {
			const context = await browser.newContext({
				baseURL: product().url,
				reducedMotion: "reduce",
				...(storageState === undefined ? {} : { storageState }),
			});
			contexts.push(context);
			context.on("console", (message) => {
				if (message.type() === "error") faults.push(`${message.text()} (${message.location().url})`);
			});
			context.on("weberror", (error) => faults.push(String(error.error())));
			return context.newPage();
		};
		await use({
			open: async (person) => open(await person?.context.storageState()),
			openLike: async (page) => open(await page.context().storageState()),
			allow: (message) => allowed.push(message),
		});
		await Promise.all(contexts.map((context) => context.close()));
		expect(
			faults.filter((fault) => !allowed.some((pattern) => pattern.test(fault))),
			"errors in the browser's console",
		).toEqual([]);
	},
});

/** Where the product of this run answers. */
export function product() {
	return {
		url: address("WEIR_E2E_URL"),
		http: address("WEIR_E2E_HTTP"),
		mqtt: address("WEIR_E2E_MQTT"),
		folder: address("WEIR_E2E_FOLDER"),
	};
}

function address(name: string): string {
	const value = process.env[name];
	if (value === undefined) throw new Error(`${name} is not set: the product of this run was not started by product.ts.`);
	return value;
}
