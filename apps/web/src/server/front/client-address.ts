import { BlockList, isIP } from "node:net";

/** Networks of the proxies that stand before this server, e.g. ["10.0.0.0/8", "127.0.0.1"]. Throws a sentence for what is no network. */
export function networksOf(texts: readonly string[]): BlockList {
	const networks = new BlockList();
	for (const text of texts) {
		const [address = "", bits] = text.split("/");
		const version = isIP(address);
		const longest = version === 4 ? 32 : 128;
		const prefix = bits === undefined ? longest : Number(bits);
		if (version === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > longest) {
			throw new Error(`"${text}" is no address and no network: write 10.0.0.0/8 or 192.168.7.4.`);
		}
		networks.addSubnet(address, prefix, version === 4 ? "ipv4" : "ipv6");
	}
	return networks;
}

/**
 * Who a request comes from: the other end of the socket; and only where that is a proxy we trust, the nearest address of
 * `X-Forwarded-For` that is none. Whatever stands further left was written by somebody unknown.
 */
export function clientAddress(peer: string | undefined, forwarded: string | undefined, proxies: BlockList): string {
	const hops = (forwarded ?? "")
		.split(",")
		.map((hop) => plain(hop.trim()))
		.filter((hop) => hop !== "");
	let address = plain(peer ?? "");
	while (isTrusted(address, proxies)) {
		const next = hops.pop();
		if (next === undefined) break;
		address = next;
	}
	return isIP(address) === 0 ? "unknown" : address;
}

function isTrusted(address: string, proxies: BlockList): boolean {
	const version = isIP(address);
	return version !== 0 && proxies.check(address, version === 4 ? "ipv4" : "ipv6");
}

/** An IPv4 address as it is written, also where the system writes it as an IPv6 one. */
function plain(address: string): string {
	return address.replace(/^::ffff:(?=\d+\.)/i, "");
}
