/** Text that grows, as UTF-8. */
export class TextFile {
	readonly #encoder = new TextEncoder();
	readonly #pieces: Uint8Array[] = [];
	#bytes = 0;

	get bytes(): number {
		return this.#bytes;
	}

	/** Best given many lines at once. */
	write(text: string): void {
		const piece = this.#encoder.encode(text);
		this.#pieces.push(piece);
		this.#bytes += piece.length;
	}

	finish(): Uint8Array {
		return Buffer.concat(this.#pieces);
	}
}
