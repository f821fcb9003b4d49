import { expect, test } from "vitest";
import { faultIn } from "./faults.ts";

test.each([
	[
		"initdb: error while loading shared libraries: libxml2.so.2: cannot open shared object file: No such file or directory",
		/libxml2 .*"sudo apt-get install libxml2"/,
	],
	["error while loading shared libraries: libicuuc.so.72: cannot open shared object file", /apt-get install libicu72/],
	["FATAL: could not write lock file: No space left on device", /disk of \/data is full/],
	["ENOSPC: no space left on device, write", /disk of \/data is full/],
	["unshare: unshare failed: Operation not permitted", /start Weir as another user/],
	[
		"# Bad file format reading the append only file appendonly.aof.4.base.rdb",
		/written by a newer Redis or Valkey .*\/data\/redis-control/,
	],
	["mkdir '/data': EACCES: permission denied", /may not write to \/data/],
])("turns %s into a sentence with the fix", (said, sentence) => {
	expect(faultIn(said, "/data")?.message).toMatch(sentence);
});

test("leaves alone what it does not know", () => {
	expect(faultIn("TypeError: x is not a function", "/data")).toBeUndefined();
});
