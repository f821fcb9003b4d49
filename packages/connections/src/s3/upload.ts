import { WeirError } from "@weir/errors";
import * as z from "zod";

const uploadSchema = z.object({
	bucket: z.string(),
	key: z.string(),
	uploadId: z.string(),
	/** Of each part, in order. */
	etags: z.array(z.string()),
	bytes: z.number(),
	sha256: z.string(),
	rows: z.number(),
	/** Key of the list that names the object once it is there. */
	manifest: z.string().optional(),
});

/** An upload that waits to be completed: everything that it takes, but the right to. */
export type Upload = z.infer<typeof uploadSchema>;

export function packUpload(upload: Upload): Uint8Array {
	return new TextEncoder().encode(JSON.stringify(upload));
}

/** Reads what `packUpload` wrote. Throws STATE_CORRUPT. */
export function readUpload(token: Uint8Array): Upload {
	try {
		return uploadSchema.parse(JSON.parse(new TextDecoder().decode(token)));
	} catch (cause) {
		throw new WeirError("STATE_CORRUPT", "What is stored of an upload to S3 cannot be read.", { cause });
	}
}
