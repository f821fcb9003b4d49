import type { Connector } from "../definition.ts";
import { networkFailure } from "../failure.ts";
import { httpFailure, reachUrl } from "../outbound/http-client.ts";
import { playSteps, stepTime } from "../steps.ts";
import { openHttp } from "./client.ts";
import type { HttpConfig } from "./config.ts";

export const connector: Connector<HttpConfig> = {
	test: (config, options) =>
		playSteps(
			options,
			(error) => networkFailure("the service", error),
			async (attempt) => {
				await reachUrl(attempt, config.baseUrl, config, options);
				const client = openHttp(config, { ...options, timeoutMs: stepTime(options) });
				try {
					const answer = await attempt(
						"sign-in",
						async () => {
							const got = await client.send({ method: config.testMethod });
							if (got.status === 401 || (got.status >= 300 && got.status < 400)) throw httpFailure("the service", got);
							return got;
						},
						({ status }) =>
							config.auth === "none"
								? `The service answers (status ${status}).`
								: `The service answers and does not refuse us (status ${status}).`,
					);
					await attempt(
						"permission",
						async () => {
							// A service that only takes POST is there all the same.
							if (answer.status >= 400 && answer.status !== 404 && answer.status !== 405) throw httpFailure("the service", answer);
						},
						() =>
							answer.status >= 400
								? `Whether records are taken is seen when one is sent: ${config.testMethod} is answered with status ${answer.status} here.`
								: "The address may be asked.",
					);
				} finally {
					client.close();
				}
			},
		),
	// HTTP has no way to ask what there is.
	browse: async () => [],
};
