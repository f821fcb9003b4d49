import { WeirError } from "@weir/errors";
import { ByteReader, ByteWriter } from "@weir/records";
import type { Operator } from "../operator.ts";
import type { KeyShare } from "./key-share.ts";

/** How an operator writes and reads what it keeps by key. */
interface KeyedForm {
	/** Of a share: its keys alone. */
	write(writer: ByteWriter, share: KeyShare | undefined): void;
	/** Reads what `write` wrote, beside what is there. MUST throw STATE_CORRUPT where it cannot. */
	read(reader: ByteReader): void;
}

/**
 * The part of an operator by which its state is stored, restored, and taken along when its keys go to other tasks. `format` is raised when the form
 * changes; `title` is what people call the node.
 */
export function storedByKey(
	title: string,
	format: number,
	form: KeyedForm,
): Required<Pick<Operator, "snapshot" | "snapshotOf" | "restore" | "absorb">> {
	const write = (share?: KeyShare): Uint8Array => {
		const writer = new ByteWriter().u8(format);
		form.write(writer, share);
		return writer.finish();
	};
	const read = (stored: Uint8Array): void => {
		const reader = new ByteReader(stored);
		if (reader.u8() !== format) throw new WeirError("STATE_CORRUPT", `The stored state of a ${title} node has an unknown format.`);
		form.read(reader);
	};
	return { snapshot: () => write(), snapshotOf: write, restore: read, absorb: read };
}
