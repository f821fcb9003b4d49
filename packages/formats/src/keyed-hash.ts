import { createHmac } from "node:crypto";

/** HMAC-SHA-256 of a text under a key, its first 128 bits as 32 hexadecimal digits: equal texts give equal codes, and nobody finds the text. */
export function keyedHash(key: string, text: string): string {
	return createHmac("sha256", key).update(text).digest("hex").slice(0, 32);
}
