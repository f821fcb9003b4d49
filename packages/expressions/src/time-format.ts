import { momentOf, partNamed } from "./timestamps.ts";

/** What is wrong with a format, as a whole sentence. */
export class FormatFault extends Error {}

type Letters = "upper" | "title" | "lower";

interface NumberPiece {
	readonly kind: "number";
	readonly name: string;
	readonly width: number;
	/** Without zeros before it (FM). */
	readonly isBare: boolean;
}

interface WordPiece {
	readonly kind: "word";
	readonly name: string;
	readonly letters: Letters;
	readonly isBare: boolean;
}

type Piece = { readonly kind: "text"; readonly text: string } | NumberPiece | WordPiece;

const of = (name: string) => partNamed(name) ?? (() => Number.NaN);
const hour = of("hour");
const [dayOfYear, dayOfMonth, dayOfWeek, year, second, microseconds] = ["doy", "day", "dow", "year", "second", "microseconds"].map(of) as [
	Part,
	Part,
	Part,
	Part,
	Part,
	Part,
];

type Part = (moment: number) => number;

/** Numbers by their pattern: the width, and how to take them out of a moment. */
const NUMBERS: Readonly<Record<string, readonly [width: number, read: Part]>> = {
	YYYY: [4, year],
	YY: [2, (moment) => year(moment) % 100],
	IYYY: [4, of("isoyear")],
	MM: [2, of("month")],
	DDD: [3, dayOfYear],
	DD: [2, dayOfMonth],
	D: [1, (moment) => dayOfWeek(moment) + 1],
	ID: [1, of("isodow")],
	IW: [2, of("week")],
	WW: [2, (moment) => Math.floor((dayOfYear(moment) - 1) / 7) + 1],
	W: [1, (moment) => Math.floor((dayOfMonth(moment) - 1) / 7) + 1],
	Q: [1, of("quarter")],
	HH24: [2, hour],
	HH12: [2, (moment) => hour(moment) % 12 || 12],
	HH: [2, (moment) => hour(moment) % 12 || 12],
	MI: [2, of("minute")],
	SS: [2, (moment) => Math.floor(second(moment))],
	MS: [3, (moment) => Math.floor((microseconds(moment) % 1e6) / 1000)],
	US: [6, (moment) => microseconds(moment) % 1e6],
};

const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** Words by their pattern: all of them, how many letters are written, and which one a moment has. */
const WORDS: Readonly<Record<string, readonly [words: readonly string[], length: number, read: Part]>> = {
	MONTH: [MONTHS, 9, (moment) => of("month")(moment) - 1],
	MON: [MONTHS, 3, (moment) => of("month")(moment) - 1],
	DAY: [DAYS, 9, dayOfWeek],
	DY: [DAYS, 3, dayOfWeek],
	AM: [["AM", "PM"], 2, (moment) => (hour(moment) < 12 ? 0 : 1)],
	PM: [["AM", "PM"], 2, (moment) => (hour(moment) < 12 ? 0 : 1)],
};

/** Patterns of PostgreSQL that are not available; the longer ones first, as everywhere here. */
const REFUSED = /^(?:Y,YYY|YYY|Y|IYY|IY|I|IDDD|SSSSS?|FF[1-6]|TZH|TZM|TZ|OF|J|CC|RM|BC|AD|B\.C\.|A\.D\.|A\.M\.|P\.M\.|TM|FX|SP)/i;
const KNOWN = /^(?:YYYY|YY|IYYY|MONTH|MON|MM|MI|MS|DDD|DD|DAY|DY|D|ID|IW|WW|W|Q|HH24|HH12|HH|SS|US|AM|PM)/i;

/** Reads a format such as `YYYY-MM-DD HH24:MI`. Throws a `FormatFault` for what is not available. */
function piecesOf(format: string): readonly Piece[] {
	const pieces: Piece[] = [];
	let rest = format;
	let isBare = false;
	while (rest !== "") {
		const quotedText = /^"((?:[^"\\]|\\.)*)"?/s.exec(rest);
		const name = KNOWN.exec(rest)?.[0];
		if (quotedText !== null) {
			pieces.push({ kind: "text", text: (quotedText[1] ?? "").replace(/\\(.)/gs, "$1") });
			rest = rest.slice(quotedText[0].length);
		} else if (/^fm/i.test(rest)) {
			isBare = true;
			rest = rest.slice(2);
			continue;
		} else if (name !== undefined) {
			pieces.push(pieceNamed(name, isBare));
			rest = rest.slice(name.length);
			if (/^th/i.test(rest))
				throw new FormatFault(
					`After ${name} the letters TH mean an ordinal, which is not available; put a T of your own in double quotes.`,
				);
		} else {
			const refused = REFUSED.exec(rest)?.[0];
			if (refused !== undefined) {
				throw new FormatFault(
					`The pattern ${refused} is not available in a format; there are ${[...Object.keys(NUMBERS), ...Object.keys(WORDS)].join(", ")}. Put text of your own in double quotes.`,
				);
			}
			const letter = String.fromCodePoint(rest.codePointAt(0) ?? 0);
			pieces.push({ kind: "text", text: letter });
			rest = rest.slice(letter.length);
		}
		isBare = false;
	}
	return pieces;
}

function pieceNamed(written: string, isBare: boolean): Piece {
	const name = written.toUpperCase();
	const width = NUMBERS[name]?.[0];
	if (width !== undefined) return { kind: "number", name, width, isBare };
	const letters = written === name ? "upper" : written[0] === name[0] && !/^[AP]M$/.test(name) ? "title" : "lower";
	return { kind: "word", name, letters, isBare };
}

/** How to write a moment in a format. Throws a `FormatFault`. */
export function formatter(format: string): (moment: number) => string {
	const writers = piecesOf(format).map((piece): ((moment: number) => string) => {
		if (piece.kind === "text") return () => piece.text;
		if (piece.kind === "number") {
			const read = NUMBERS[piece.name]?.[1] ?? year;
			return (moment) => String(read(moment)).padStart(piece.isBare ? 0 : piece.width, "0");
		}
		const [words, length, read] = WORDS[piece.name] ?? [[], 0, year];
		return (moment) => {
			const word = (words[read(moment)] ?? "").slice(0, length);
			return inLetters(word, piece.letters).padEnd(piece.isBare ? 0 : length);
		};
	});
	return (moment) => writers.map((write) => write(moment)).join("");
}

function inLetters(word: string, letters: Letters): string {
	return letters === "upper" ? word.toUpperCase() : letters === "lower" ? word.toLowerCase() : word;
}

const READABLE = new Set(["YYYY", "MM", "DD", "HH24", "HH12", "HH", "MI", "SS", "MS", "US", "MONTH", "MON", "AM", "PM", "DAY", "DY"]);

/** How to read a moment that is written in a format; undefined for a text that is not. Throws a `FormatFault`. */
export function reader(format: string): (text: string) => number | undefined {
	const pieces = piecesOf(format);
	for (const piece of pieces) {
		if (piece.kind !== "text" && !READABLE.has(piece.name)) {
			throw new FormatFault(`The pattern ${piece.name} can be written but not read; a moment is read by year, month, day and time of day.`);
		}
	}
	if (!pieces.some((piece) => piece.kind === "number" && piece.name === "YYYY"))
		throw new FormatFault("A format that is read needs a year, YYYY.");
	return (text) => {
		const found = partsIn(text, pieces);
		return found && assembled(found);
	};
}

function partsIn(text: string, pieces: readonly Piece[]): ReadonlyMap<string, number> | undefined {
	const found = new Map<string, number>();
	let rest = text.trimStart();
	for (const [i, piece] of pieces.entries()) {
		if (piece.kind === "text") {
			const isBlank = piece.text.trim() === "";
			if (!isBlank && !rest.startsWith(piece.text)) return undefined;
			rest = isBlank ? rest.trimStart() : rest.slice(piece.text.length);
		} else if (piece.kind === "number") {
			const isFraction = piece.name === "MS" || piece.name === "US";
			// Numbers that follow one another are told apart by how many digits they have.
			const isFollowed = pieces[i + 1]?.kind === "number";
			const digits = (/^\d{1,6}/.exec(rest)?.[0] ?? "").slice(0, isFollowed || isFraction ? piece.width : 6);
			if (digits === "") return undefined;
			found.set(piece.name, Number(isFraction ? digits.padEnd(piece.width, "0") : digits));
			rest = rest.slice(digits.length);
		} else {
			const [words, length] = WORDS[piece.name] ?? [[], 0];
			const index = words.findIndex((word) => rest.toLowerCase().startsWith(word.slice(0, length).toLowerCase()));
			if (index < 0) return undefined;
			found.set(piece.name, index);
			rest = rest.slice((words[index] ?? "").slice(0, length).length).trimStart();
		}
	}
	return rest.trim() === "" ? found : undefined;
}

function assembled(found: ReadonlyMap<string, number>): number | undefined {
	const get = (...names: readonly string[]) => names.map((name) => found.get(name)).find((value) => value !== undefined);
	const word = get("MONTH", "MON");
	const month = word === undefined ? (get("MM") ?? 1) : word + 1;
	const half = get("AM", "PM");
	const clock = get("HH12", "HH");
	if (clock !== undefined && (clock < 1 || clock > 12)) return undefined;
	const hours = clock === undefined ? (get("HH24") ?? 0) : (clock % 12) + (half === 1 ? 12 : 0);
	const seconds = (get("SS") ?? 0) + (get("MS") ?? 0) / 1000 + (get("US") ?? 0) / 1e6;
	return momentOf(get("YYYY") ?? 1, month, get("DD") ?? 1, hours, get("MI") ?? 0, seconds);
}
