/** What a COPY needs of a session of node-postgres. */
export interface CopySession {
	query(copy: CopyIn): unknown;
}

interface CopyConnection {
	readonly stream: { write(bytes: Uint8Array): unknown };
	endCopyFrom(): void;
}

const COPY_DATA = "d".charCodeAt(0);

/** Statements of which one is a `COPY … FROM STDIN`, as node-postgres takes them; it calls the handlers as the server answers. */
class CopyIn {
	readonly #text: string;
	readonly #bytes: Uint8Array;
	readonly #done: () => void;
	readonly #failed: (error: unknown) => void;

	constructor(text: string, bytes: Uint8Array, done: () => void, failed: (error: unknown) => void) {
		this.#text = text;
		this.#bytes = bytes;
		this.#done = done;
		this.#failed = failed;
	}

	submit(connection: { query(text: string): void }): void {
		connection.query(this.#text);
	}

	handleCopyInResponse(connection: CopyConnection): void {
		// The client's own way would copy the bytes once more.
		const head = Buffer.from([COPY_DATA, 0, 0, 0, 0]);
		head.writeInt32BE(this.#bytes.length + 4, 1);
		connection.stream.write(head);
		connection.stream.write(this.#bytes);
		connection.endCopyFrom();
	}

	handleRowDescription(): void {}

	handleDataRow(): void {}

	handleCommandComplete(): void {}

	handleReadyForQuery(): void {
		this.#done();
	}

	/** When the server refuses in the middle it drops the rest of the bytes by itself. */
	handleError(error: unknown): void {
		this.#failed(error);
	}
}

/** Runs statements without parameters, one after the other and in one way to the server; the COPY among them is given these bytes, which MUST stay as they are until all is done. */
export function copyIn(session: CopySession, text: string, bytes: Uint8Array): Promise<void> {
	return new Promise((resolve, reject) => {
		session.query(new CopyIn(text, bytes, resolve, reject));
	});
}
