import type { Secret } from "@weir/errors";
import type { SealedPlace, Sealer } from "./sealer.ts";

/** The sealed secrets of a row, by field, as its column holds them. */
export type SealedSecrets = Readonly<Record<string, SealedSecret>>;

interface SealedSecret {
	/** Counts how often it was replaced. Part of the seal. */
	readonly version: number;
	readonly sealed: string;
	/** Name of the field at the time of sealing, where it has another one now. */
	readonly sealedAs?: string;
	/** Absent: it was never replaced since the row was made. */
	readonly changedAtMs?: number;
}

type RowPlace = Pick<SealedPlace, "tenant" | "id">;

/** Seals what was typed beside what is there already; null takes a secret away, and a field that is not named keeps its secret. */
export function replaceSecrets(
	sealer: Sealer,
	place: RowPlace,
	before: SealedSecrets,
	typed: Readonly<Record<string, string | null>>,
	nowMs: number,
): SealedSecrets {
	const after: Record<string, SealedSecret> = { ...before };
	for (const [field, plain] of Object.entries(typed)) {
		const version = (before[field]?.version ?? 0) + 1;
		if (plain === null) delete after[field];
		else after[field] = { version, sealed: sealer.seal(plain, { ...place, field, version }), changedAtMs: nowMs };
	}
	return after;
}

export function openSecrets(sealer: Sealer, place: RowPlace, secrets: SealedSecrets): Readonly<Record<string, Secret>> {
	return Object.fromEntries(
		Object.entries(secrets).map(([field, { version, sealed, sealedAs = field }]) => [
			field,
			sealer.unseal(sealed, { ...place, field: sealedAs, version }),
		]),
	);
}

/** The same secrets sealed with the newest master key; undefined when they are already. Versions stay: nothing was replaced. */
export function resealed(sealer: Sealer, place: RowPlace, secrets: SealedSecrets): SealedSecrets | undefined {
	let changed = false;
	const after = Object.entries(secrets).map(([field, secret]) => {
		const { sealedAs, ...kept } = secret;
		if (sealedAs === undefined && isSealedWith(sealer.keyId, secret.sealed)) return [field, secret] as const;
		changed = true;
		const { version } = secret;
		const plain = sealer.unseal(secret.sealed, { ...place, field: sealedAs ?? field, version });
		return [field, { ...kept, sealed: sealer.seal(plain.reveal(), { ...place, field, version }) }] as const;
	});
	return changed ? Object.fromEntries(after) : undefined;
}

function isSealedWith(keyId: string, sealed: string): boolean {
	return sealed.split(".")[1] === keyId;
}
