const BYTES_PER_LINE = 16;
const MAX_LINES = 256;

/** Bytes as people read them: place, sixteen bytes, the same as text. */
export function hexDump(base64: string): string {
	const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
	const lines: string[] = [];
	for (let start = 0; start < bytes.length && lines.length < MAX_LINES; start += BYTES_PER_LINE) {
		const part = [...bytes.subarray(start, start + BYTES_PER_LINE)];
		const hex = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
		const text = part.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
		lines.push(`${start.toString(16).padStart(6, "0")}  ${hex.padEnd(BYTES_PER_LINE * 3 - 1)}  ${text}`);
	}
	const left = bytes.length - MAX_LINES * BYTES_PER_LINE;
	return left > 0 ? `${lines.join("\n")}\n… and ${left} more bytes` : lines.join("\n");
}
