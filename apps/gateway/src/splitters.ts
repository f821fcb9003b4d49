import type { DoorEndpoint } from "@weir/db/gateway";
import { RecordSplitter } from "@weir/formats";

/** Endpoints of which it remembers how their devices write. */
const REMEMBERED = 10_000;

/** The splitter of each endpoint: it finds the fields that `pack` needs, the key and the message id, in this order. */
export class Splitters {
	readonly #known = new Map<string, { readonly settings: string; readonly splitter: RecordSplitter }>();

	of({ id, settings }: Pick<DoorEndpoint, "id" | "settings">): RecordSplitter {
		const { format, maxRecordBytes, keyField, messageIdField } = settings;
		const name = `${format}\n${maxRecordBytes}\n${keyField ?? ""}\n${messageIdField ?? ""}`;
		const known = this.#known.get(id);
		if (known?.settings === name) return known.splitter;
		for (const oldest of this.#known.keys()) {
			if (this.#known.size < REMEMBERED) break;
			this.#known.delete(oldest);
		}
		const fields = [keyField, messageIdField].filter((field) => field !== undefined);
		const splitter = new RecordSplitter({ format, maxRecordBytes, fields: [...new Set(fields)] });
		this.#known.set(id, { settings: name, splitter });
		return splitter;
	}
}
