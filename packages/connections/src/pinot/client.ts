import type { ConnectOptions } from "../definition.ts";
import { basicAuth, HttpClient } from "../outbound/http-client.ts";
import type { PinotConfig } from "./definition.ts";

export type { PinotConfig } from "./definition.ts";

export interface OpenedPinot {
	/** Tables and schemas. */
	readonly controller: HttpClient;
	/** Questions: `POST /query/sql`. An answer of status 200 may still have `exceptions`. */
	readonly broker: HttpClient;
	close(): void;
}

/** Clients of controller and broker, signed in. */
export function openPinot(config: PinotConfig, options: ConnectOptions): OpenedPinot {
	const client = (system: string, baseUrl: string) =>
		new HttpClient({
			system,
			baseUrl,
			rules: options.rules,
			trust: config,
			headers: signIn(config),
			...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
		});
	const controller = client("Pinot's controller", config.controllerUrl);
	const broker = client("Pinot's broker", config.brokerUrl);
	return {
		controller,
		broker,
		close() {
			controller.close();
			broker.close();
		},
	};
}

function signIn({ auth, user, password, token }: PinotConfig): Readonly<Record<string, string>> {
	if (auth === "basic") return basicAuth(user, password?.reveal() ?? "");
	return auth === "bearer" && token !== undefined ? { authorization: `Bearer ${token.reveal()}` } : {};
}
