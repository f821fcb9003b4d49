export interface BrokerAddress {
	readonly host: string;
	readonly port: number;
}

/** `host:port` with commas between them, an address of IPv6 in brackets; undefined when one of them is none. */
export function readBrokers(text: string): readonly BrokerAddress[] | undefined {
	const brokers: BrokerAddress[] = [];
	for (const part of text.split(",")) {
		const [, bracketed, plain, digits] = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(part.trim()) ?? [];
		const host = bracketed ?? plain;
		const port = Number(digits);
		if (host === undefined || !(port >= 1 && port <= 65_535)) return undefined;
		brokers.push({ host, port });
	}
	return brokers;
}
