import mqtt from "mqtt";

/** What a device needs to post, as the Connect panel shows it. */
export interface DeviceDoor {
	readonly url: string;
	readonly device: string;
	readonly token: string;
	readonly topic: string;
}

/** Posts one record as curl would; answers the status. */
export async function post({ url, token }: DeviceDoor, body: unknown): Promise<number> {
	const answer = await fetch(url, {
		method: "POST",
		headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
		body: typeof body === "string" ? body : JSON.stringify(body),
	});
	await answer.arrayBuffer();
	return answer.status;
}

/** Connects as a device and lets it publish on its topic, each publish acknowledged. */
export async function connectMqtt({ url, device, token, topic }: DeviceDoor) {
	const client = await mqtt.connectAsync(url, { clientId: `e2e-${device}`, username: device, password: token, reconnectPeriod: 0 });
	let isClosed = false;
	client.once("close", () => {
		isClosed = true;
	});
	// A session that the door ends tells so by an error, too.
	client.on("error", () => undefined);
	return {
		publish: (body: unknown) => client.publishAsync(topic, typeof body === "string" ? body : JSON.stringify(body), { qos: 1 }),
		isClosed: () => isClosed,
		end: () => client.endAsync(true),
	};
}
