import { type DoorCredential, type DoorDevice, deviceOfToken, isTokenOf, pepperId } from "@weir/db/gateway";
import type { Secret } from "@weir/errors";
import type { DoorDirectory } from "./directory.ts";

/** Who posts: the tenant is taken from the credential, never from what the device says. */
export interface DoorIdentity {
	readonly tenant: string;
	readonly device: string;
	readonly credential: string;
	/** When the credential runs out (milliseconds since 1970 UTC); Infinity when it does not. */
	readonly expiresAtMs: number;
}

export interface Authenticator {
	/** Undefined: the token is no token, not known, revoked, expired or not yet valid. */
	authenticate(token: string): Promise<DoorIdentity | undefined>;
	/** False when the credential was revoked or has expired since. */
	holds(identity: DoorIdentity): Promise<boolean>;
}

interface Verified {
	/** What the directory said when the token was verified: another object means it may say something else now. */
	readonly device: DoorDevice;
	readonly credential: DoorCredential;
	readonly identity: DoorIdentity;
}

const VERIFIED = 100_000;

/** Verifies tokens against the directory; a token that was verified costs no second HMAC until the directory answers anew. */
export function createAuthenticator(directory: DoorDirectory, pepper: Secret, now: () => number = Date.now): Authenticator {
	const verified = new Map<string, Verified>();
	const keyId = pepperId(pepper.reveal());

	const verify = (token: string, device: DoorDevice): Verified | undefined => {
		for (const credential of device.credentials) {
			if (credential.keyId !== keyId || !isTokenOf(token, credential.hmac, pepper.reveal())) continue;
			if (verified.size >= VERIFIED) verified.clear();
			const expiresAtMs = credential.expiresAtMs ?? Number.POSITIVE_INFINITY;
			const identity = { tenant: device.tenant, device: device.device, credential: credential.id, expiresAtMs };
			const found = { device, credential, identity };
			verified.set(token, found);
			return found;
		}
		return undefined;
	};

	return {
		async authenticate(token) {
			const before = verified.get(token);
			const id = before?.identity.device ?? deviceOfToken(token);
			if (id === undefined) return undefined;
			const device = await directory.device(id);
			let found = before !== undefined && before.device === device ? before : device && verify(token, device);
			if (found === undefined) {
				const fresh = await directory.freshDevice(id);
				found = fresh && fresh !== device ? verify(token, fresh) : undefined;
			}
			if (found !== undefined && isLive(found.credential, now())) return found.identity;
			verified.delete(token);
			return undefined;
		},
		async holds(identity) {
			const device = await directory.device(identity.device);
			const credential = device?.credentials.find((one) => one.id === identity.credential);
			return credential !== undefined && isLive(credential, now());
		},
	};
}

function isLive(credential: DoorCredential, now: number): boolean {
	return !credential.isRevoked && credential.notBeforeMs <= now && now < (credential.expiresAtMs ?? Number.POSITIVE_INFINITY);
}
