export interface SnippetInput {
	readonly protocol: "http" | "mqtt";
	/** HTTP: where to POST; MQTT: address of the broker. */
	readonly url: string;
	readonly topic: string;
	readonly deviceId: string;
	readonly token: string;
	/** JSON text of one record that fits. */
	readonly example: string;
}

export type SnippetTool = "curl" | "mosquitto_pub" | "node" | "python";

export interface Snippet {
	readonly tool: SnippetTool;
	readonly label: string;
	readonly text: string;
	/** What must be there before it runs. */
	readonly needs?: string;
}

/** A word the shell takes as it stands. */
export function shellQuote(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}

function hostAndPort(url: string): { readonly host: string; readonly port: string; readonly isEncrypted: boolean } {
	const { hostname, port, protocol } = new URL(url);
	const isEncrypted = protocol === "mqtts:" || protocol === "ssl:";
	return { host: hostname, port: port || (isEncrypted ? "8883" : "1883"), isEncrypted };
}

function overHttp({ url, token, example }: SnippetInput): readonly Snippet[] {
	const python = JSON.stringify(example);
	return [
		{
			tool: "curl",
			label: "curl",
			text: `curl -i ${shellQuote(url)} \\\n  -H ${shellQuote(`authorization: Bearer ${token}`)} \\\n  -H 'content-type: application/json' \\\n  -d ${shellQuote(example)}`,
		},
		{
			tool: "node",
			label: "Node",
			needs: "Node 18 or newer; nothing to install.",
			text: `const answer = await fetch(${JSON.stringify(url)}, {\n  method: "POST",\n  headers: {\n    authorization: ${JSON.stringify(`Bearer ${token}`)},\n    "content-type": "application/json",\n  },\n  body: ${JSON.stringify(example)},\n});\nconsole.log(answer.status, await answer.text());`,
		},
		{
			tool: "python",
			label: "Python",
			needs: "Python 3; nothing to install.",
			text: `import urllib.request\n\nrequest = urllib.request.Request(\n    ${JSON.stringify(url)},\n    data=${python}.encode(),\n    headers={\n        "authorization": ${JSON.stringify(`Bearer ${token}`)},\n        "content-type": "application/json",\n    },\n)\nwith urllib.request.urlopen(request) as answer:\n    print(answer.status, answer.read().decode())`,
		},
	];
}

function overMqtt({ url, topic, deviceId, token, example }: SnippetInput): readonly Snippet[] {
	const { host, port, isEncrypted } = hostAndPort(url);
	const address = `${isEncrypted ? "mqtts" : "mqtt"}://${host}:${port}`;
	return [
		{
			tool: "mosquitto_pub",
			label: "mosquitto_pub",
			needs: "Debian and Ubuntu: apt install mosquitto-clients",
			text: `mosquitto_pub -h ${host} -p ${port}${isEncrypted ? " --tls-use-os-certs" : ""} -q 1 \\\n  -u ${shellQuote(deviceId)} \\\n  -P ${shellQuote(token)} \\\n  -t ${shellQuote(topic)} \\\n  -m ${shellQuote(example)}`,
		},
		{
			tool: "node",
			label: "Node",
			needs: "npm install mqtt",
			text: `import { connectAsync } from "mqtt";\n\nconst client = await connectAsync(${JSON.stringify(address)}, {\n  username: ${JSON.stringify(deviceId)},\n  password: ${JSON.stringify(token)},\n});\nawait client.publishAsync(${JSON.stringify(topic)}, ${JSON.stringify(example)}, { qos: 1 });\nawait client.endAsync();`,
		},
		{
			tool: "python",
			label: "Python",
			needs: "pip install paho-mqtt",
			text: `import paho.mqtt.publish as publish\n\npublish.single(\n    ${JSON.stringify(topic)},\n    payload=${JSON.stringify(example)},\n    qos=1,\n    hostname=${JSON.stringify(host)},\n    port=${port},\n    auth={\n        "username": ${JSON.stringify(deviceId)},\n        "password": ${JSON.stringify(token)},\n    },\n${isEncrypted ? "    tls={},\n" : ""})`,
		},
	];
}

/** Ready-made ways of posting the first record, with address, topic and token filled in. */
export function snippetsFor(input: SnippetInput): readonly Snippet[] {
	return input.protocol === "http" ? overHttp(input) : overMqtt(input);
}
