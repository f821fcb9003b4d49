import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify(argon2);

// OWASP's first choice for argon2id: 19 MiB, 2 passes, 1 lane.
const MEMORY_KIB = 19_456;
const PASSES = 2;

/** `$argon2id$v=19$m=…,t=…,p=1$<salt>$<tag>`, base64 without padding, as every argon2 library writes it. */
export async function hashPassword(password: string): Promise<string> {
	const salt = randomBytes(16);
	const tag = await tagOf(password, salt, MEMORY_KIB, PASSES);
	return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1$${unpadded(salt)}$${unpadded(tag)}`;
}

/** Compares in constant time. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
	const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(stored);
	if (match === null) return false;
	const [, memory, passes, salt = "", expected = ""] = match;
	const tag = await tagOf(password, Buffer.from(salt, "base64"), Number(memory), Number(passes));
	const wanted = Buffer.from(expected, "base64");
	return wanted.length === tag.length && timingSafeEqual(tag, wanted);
}

let decoy: Promise<string> | undefined;

/** Takes as long as `isPassword` for an account that is not there, so that time tells nothing. */
export async function spendPasswordTime(password: string): Promise<void> {
	decoy ??= hashPassword(randomBytes(16).toString("hex"));
	await isPassword(password, await decoy);
}

// One code point may be typed in several ways; NFKC makes them the same bytes.
function tagOf(password: string, nonce: Buffer, memory: number, passes: number): Promise<Buffer> {
	return derive("argon2id", { message: Buffer.from(password.normalize("NFKC")), nonce, memory, passes, parallelism: 1, tagLength: 32 });
}

function unpadded(bytes: Buffer): string {
	return bytes.toString("base64").replaceAll("=", "");
}
