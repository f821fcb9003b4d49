import { describe, expect, it } from "vitest";
import { PatternFault } from "./fault.ts";
import { Pattern } from "./pattern.ts";
import { eachMatch, replaceMatches, TOO_MANY_WALKS } from "./replace.ts";

function found(pattern: string, text: string, letters = "") {
	const match = new Pattern(pattern, letters).match(text);
	return match && [text.slice(match.start, match.end), ...match.groups];
}

function faultOf(pattern: string, letters = "") {
	try {
		new Pattern(pattern, letters);
	} catch (error) {
		if (error instanceof PatternFault) return [error.message, error.at];
		throw error;
	}
	return undefined;
}

describe("a pattern", () => {
	it("takes the longest of the matches that begin first, or the shortest when its first repetition asks for that", () => {
		expect(found("foo|foobar", "a foobar")).toEqual(["foobar"]);
		expect(found("a.*?c", "xabcabc")).toEqual(["abc"]);
		expect(found("a.*c", "xabcabc")).toEqual(["abcabc"]);
	});

	it("tells what its groups found, null for one that took no part", () => {
		expect(found("(\\w+)-(\\d+)(x)?", "at pump-12.")).toEqual(["pump-12", "pump", "12", null]);
		expect(found("a|(.c)", "bc")).toEqual(["bc", "bc"]);
	});

	it("counts a character beyond 16 bits as one", () => {
		expect(found("^.$", "😀")).toEqual(["😀"]);
		expect(found("[^a]b", "😀b")).toEqual(["😀b"]);
	});

	it("says what is wrong with it and where", () => {
		expect(faultOf("ab(c")).toEqual(["A group begins here with ( but has no end", 2]);
		expect(faultOf("a**")).toEqual(["A repetition cannot follow another one directly", 2]);
		expect(faultOf("x{300}")).toEqual(["A repetition is written {n}, {n,} or {n,m}, with numbers up to 255", 1]);
		expect(faultOf("[z-a]")).toEqual(["A range in a set runs from the smaller character to the greater one", 1]);
		expect(faultOf("(?<=a)b")?.[0]).toMatch(/^Looking ahead and behind/);
		expect(faultOf("a", "ik")).toEqual(["There is no option `k` for a pattern; there are c, i, m, n, p, q, s, t, w and x", 1]);
	});

	it("is bounded in size", () => {
		expect(faultOf("((a{255}){255}){255}")?.[0]).toMatch(/^The pattern is too large/);
		expect(faultOf("a".repeat(1001))?.[0]).toMatch(/at most 1000 are allowed$/);
		expect(faultOf(`${"(".repeat(150)}a${")".repeat(150)}`)?.[0]).toMatch(/^The pattern is nested deeper/);
	});
});

describe("time", () => {
	/** Characters that are looked at, over all searches in a text. */
	function walked(pattern: string, text: string): number {
		const ready = new Pattern(pattern);
		ready.find(text);
		return ready.walked;
	}

	it.each(["(a+)+b", "(a|a)*b", "(a*)*b", "(a?){30}a{30}b", "(.*)*x"])("goes over a text once for %s", (pattern) => {
		const text = "a".repeat(20_000);
		expect(new Pattern(pattern).occursIn(text)).toBe(false);
		expect(walked(pattern, text)).toBeLessThanOrEqual(text.length);
	});

	it("forgets states of which there are too many, and still answers", () => {
		// Whether the twelfth character from the end is an a needs 4,096 states.
		const pattern = new Pattern("a.{11}$");
		const text = Array.from({ length: 20_000 }, (_, i) => ((i * i + (i >> 3)) % 3 === 0 ? "a" : "b")).join("");
		for (const end of ["abbbbbbbbbbb", "bbbbbbbbbbbb"]) expect(pattern.occursIn(text + end)).toBe(end.startsWith("a"));
	});

	it("gives up on searches that each look at the whole rest of a text", () => {
		const text = "a".repeat(3000);
		expect(replaceMatches(new Pattern("a.*b|a"), text, "", true)).toBe(TOO_MANY_WALKS);
		expect(eachMatch(new Pattern("a"), text, () => true)).toBeUndefined();
	});
});

describe("replacing", () => {
	it("fills in groups and the whole match", () => {
		expect(replaceMatches(new Pattern("(\\w)(\\d)"), "a1 b2", "\\2\\1<\\&>\\\\\\x", true)).toBe("1a<a1>\\\\x 2b<b2>\\\\x");
		expect(replaceMatches(new Pattern("\\w"), "a1", "$&", false)).toBe("$&1");
	});

	it("replaces what is empty once at each place", () => {
		expect(replaceMatches(new Pattern("x*"), "abc", "-", true)).toBe("-a-b-c-");
		expect(replaceMatches(new Pattern(""), "😀", "-", true)).toBe("-😀-");
	});
});
