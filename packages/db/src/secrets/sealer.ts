import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { Secret, WeirError } from "@weir/errors";

/** What a sealed text belongs to. Part of the seal: a text moved to another place does not open. */
export interface SealedPlace {
	readonly tenant: string;
	/** The row that holds it. */
	readonly id: string;
	readonly field: string;
	readonly version: number;
}

/** Closes secrets before they reach the database and opens them where they are used. */
export interface Sealer {
	/** `v1.<key id>.<iv>.<ciphertext>.<tag>`, base64url. */
	seal(plain: string, place: SealedPlace): string;
	unseal(sealed: string, place: SealedPlace): Secret;
	/** Id of the master key that new secrets are sealed with: the second part of their text. */
	readonly keyId: string;
}

/**
 * AES-256-GCM with a key per tenant, derived (HKDF-SHA-256) from the master key. The first master key seals;
 * the others only open what was sealed before a rotation. Each text may hold several, parted by commas.
 */
export function createSealer(...masterKeysBase64: readonly [string, ...string[]]): Sealer {
	const masters = new Map(masterKeysBase64.flatMap((text) => text.split(",")).map((text) => readMasterKey(text)));
	const [current] = masters.keys();
	if (current === undefined) throw new WeirError("INVARIANT_BROKEN", "There is no master key to seal with.");
	return {
		keyId: current,
		seal(plain, place) {
			const iv = randomBytes(12);
			const cipher = createCipheriv("aes-256-gcm", tenantKey(masters, current, place.tenant), iv);
			cipher.setAAD(aadOf(place));
			const sealed = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
			return ["v1", current, ...[iv, sealed, cipher.getAuthTag()].map((part) => part.toString("base64url"))].join(".");
		},
		unseal(text, place) {
			const [version, kid = "", iv = "", sealed = "", tag = ""] = text.split(".");
			if (version !== "v1") throw unreadable();
			const decipher = createDecipheriv("aes-256-gcm", tenantKey(masters, kid, place.tenant), Buffer.from(iv, "base64url"));
			decipher.setAAD(aadOf(place));
			decipher.setAuthTag(Buffer.from(tag, "base64url"));
			try {
				return new Secret(Buffer.concat([decipher.update(Buffer.from(sealed, "base64url")), decipher.final()]).toString("utf8"));
			} catch (cause) {
				throw unreadable(cause);
			}
		},
	};
}

function readMasterKey(text: string): [string, Buffer] {
	const key = Buffer.from(text, "base64");
	if (key.length !== 32) {
		throw new WeirError("INVARIANT_BROKEN", "WEIR_MASTER_KEY must be 32 bytes in base64; make one with `openssl rand -base64 32`.");
	}
	return [createHash("sha256").update(key).digest("hex").slice(0, 8), key];
}

function tenantKey(masters: ReadonlyMap<string, Buffer>, kid: string, tenant: string): Buffer {
	const master = masters.get(kid);
	if (master === undefined) {
		throw new WeirError("STATE_CORRUPT", "A secret was sealed with a master key that is not configured; add that key to WEIR_MASTER_KEY.");
	}
	return Buffer.from(hkdfSync("sha256", master, tenant, "weir secret v1", 32));
}

function aadOf(place: SealedPlace): Buffer {
	return Buffer.from([place.tenant, place.id, place.field, String(place.version)].join("|"));
}

function unreadable(cause?: unknown): WeirError {
	return new WeirError("STATE_CORRUPT", "A sealed secret does not open: it was changed or belongs to another place; enter it again.", {
		cause,
	});
}
