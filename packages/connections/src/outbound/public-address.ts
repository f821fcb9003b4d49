import { BlockList, isIP } from "node:net";

/** Networks that no connection of a tenant may reach: everything that is not public unicast, and forms of IPv6 that wrap such an IPv4 address. */
const NOT_PUBLIC_V4 = [
	"0.0.0.0/8",
	"10.0.0.0/8",
	"100.64.0.0/10",
	"127.0.0.0/8",
	"169.254.0.0/16",
	"172.16.0.0/12",
	"192.0.0.0/24",
	"192.0.2.0/24",
	"192.88.99.0/24",
	"192.168.0.0/16",
	"198.18.0.0/15",
	"198.51.100.0/24",
	"203.0.113.0/24",
	"224.0.0.0/4",
	"240.0.0.0/4",
];

/** Only 2000::/3 is given out at all; these parts of it are not public, or wrap IPv4 (Teredo, 6to4). */
const NOT_PUBLIC_V6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

function blockList(networks: readonly string[], family: "ipv4" | "ipv6"): BlockList {
	const list = new BlockList();
	for (const network of networks) {
		const [address = "", bits = ""] = network.split("/");
		list.addSubnet(address, Number(bits), family);
	}
	return list;
}

const notPublicV4 = blockList(NOT_PUBLIC_V4, "ipv4");
const notPublicV6 = blockList(NOT_PUBLIC_V6, "ipv6");
const givenOutV6 = blockList(["2000::/3"], "ipv6");

/** True for an address that stands for one host in the public internet. */
export function isPublicUnicast(address: string): boolean {
	const family = isIP(address);
	if (family === 4) return !notPublicV4.check(address, "ipv4");
	// An address with a zone ("fe80::1%eth0") names a neighbour on the wire.
	if (family === 0 || address.includes("%")) return false;
	// Mapped (::ffff:0:0/96), translated (64:ff9b::/96), local and multicast addresses all lie outside 2000::/3.
	return family === 6 && givenOutV6.check(address, "ipv6") && !notPublicV6.check(address, "ipv6");
}

/** Networks in CIDR form; throws a TypeError on a text that is none. */
export function readNetworks(networks: readonly string[]): BlockList {
	const list = new BlockList();
	for (const network of networks) {
		const [address = "", bits] = network.trim().split("/");
		const family = isIP(address);
		if (family === 0) throw new TypeError(`${network} is no network; write it like 10.1.0.0/16.`);
		list.addSubnet(address, bits === undefined ? (family === 4 ? 32 : 128) : Number(bits), family === 4 ? "ipv4" : "ipv6");
	}
	return list;
}
