import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePorts, runProduct } from "./support/run-product.ts";

/**
 * Starts the whole product in a folder and on ports of its own, and tells the specs by WEIR_E2E_URL, WEIR_E2E_HTTP, WEIR_E2E_MQTT,
 * WEIR_E2E_EMAIL, WEIR_E2E_PASSWORD and WEIR_E2E_FOLDER. A product that runs already is used when WEIR_E2E_URL is set.
 */
export default async function startProduct(): Promise<(() => Promise<void>) | undefined> {
	if (process.env.WEIR_E2E_URL) return undefined;
	const folder = await mkdtemp(path.join(tmpdir(), "weir-e2e-"));
	const product = await runProduct(folder, await freePorts());
	process.env.WEIR_E2E_URL = product.url;
	process.env.WEIR_E2E_HTTP = `http://localhost:${product.ports.http}`;
	process.env.WEIR_E2E_MQTT = `mqtt://localhost:${product.ports.mqtt}`;
	process.env.WEIR_E2E_EMAIL = product.email;
	process.env.WEIR_E2E_PASSWORD = product.password;
	process.env.WEIR_E2E_FOLDER = folder;
	return async () => {
		await product.stop("SIGTERM");
		await rm(folder, { recursive: true, force: true });
	};
}
