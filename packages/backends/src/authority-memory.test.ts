import { describeCommitAuthority } from "@weir/runtime/conformance";
import { MemoryAuthority } from "./authority-memory.ts";
import { createMemoryLog } from "./log-memory.ts";

describeCommitAuthority("memory", async () => {
	const authority = new MemoryAuthority(createMemoryLog());
	return {
		authority,
		write: async (medium, word) => medium.appendCapped("sink/rows", [Buffer.from(word)], 100),
		written: async (task) => (authority.lists.get(`${task.job}/sink/rows`) ?? []).map((entry) => Buffer.from(entry).toString()),
		close: () => authority.close(),
	};
});
