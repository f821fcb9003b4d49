import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";

// wd_<deviceId>_<random>_<crc>: the id finds the credentials, the crc tells a typing error from a foreign token without a look-up.
const TOKEN = /^wd_([a-z0-9]{8,32})_([A-Za-z0-9-]{20,64})_([0-9a-f]{8})$/;

/** Id of a new device: lower-case letters and digits, unique over all tenants. */
export function newDeviceId(): string {
	return alphabetical(12, "abcdefghijklmnopqrstuvwxyz0123456789");
}

/** A token with 143 random bits. Show it once; keep `hmacOfToken`. */
export function newDeviceToken(deviceId: string): string {
	const body = `wd_${deviceId}_${alphabetical(24, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")}`;
	return `${body}_${crcOf(body)}`;
}

/** The device a well-formed token names; undefined when the text is no token or has a typing error. */
export function deviceOfToken(token: string): string | undefined {
	const match = TOKEN.exec(token);
	if (match === null) return undefined;
	return crcOf(token.slice(0, -9)) === match[3] ? match[1] : undefined;
}

/** What is stored of a token, hexadecimal. */
export function hmacOfToken(token: string, pepper: string): string {
	return createHmac("sha256", pepper).update(token).digest("hex");
}

/** Names the pepper without telling it. */
export function pepperId(pepper: string): string {
	return createHmac("sha256", pepper).update("weir pepper id").digest("hex").slice(0, 8);
}

/** Compares in constant time. */
export function isTokenOf(token: string, storedHmac: string, pepper: string): boolean {
	const mine = Buffer.from(hmacOfToken(token, pepper), "hex");
	const stored = Buffer.from(storedHmac, "hex");
	return mine.length === stored.length && timingSafeEqual(mine, stored);
}

function crcOf(text: string): string {
	return crc32(text).toString(16).padStart(8, "0");
}

// Rejection sampling: a plain modulo would favour the first letters.
function alphabetical(length: number, alphabet: string): string {
	const limit = 256 - (256 % alphabet.length);
	let text = "";
	while (text.length < length) {
		for (const byte of randomBytes(length)) {
			if (byte < limit && text.length < length) text += alphabet.charAt(byte % alphabet.length);
		}
	}
	return text;
}
