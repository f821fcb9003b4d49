import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { SpillFiles } from "./spill-files.ts";

let folder = "";
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "weir-spill-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const owner = `host-${process.pid}`;
const open = (more: Partial<ConstructorParameters<typeof SpillFiles>[0]> = {}) =>
	new SpillFiles({ folder, owner, mostBytes: 1_000_000, jobMemoryBytes: 90_000_000, ...more });
const pagesOf = (...lengths: number[]) => lengths.map((length, i) => new Uint8Array(length).fill(i + 1));
const filesIn = () => readdirSync(join(folder, owner));

it("gives pages back as they were written, empty ones and large ones too, and forgets the file with the segment", () => {
	const files = open({ mostBytes: 10_000_000 });
	const space = files.open("job-1").space("dedup");
	const pages = pagesOf(10, 0, 70_000, 3_000_000, 1, ...Array.from({ length: 200 }, (_, i) => i));
	const segment = space.write(pages);
	expect(segment).toMatchObject({ pages: pages.length, bytes: pages.reduce((sum, page) => sum + page.length, 0) });
	for (const i of [4, 3, 0, 204, 1, 2]) expect(Buffer.compare(segment?.read(i) ?? Buffer.of(9), pages[i] ?? Buffer.of())).toBe(0);
	expect(files.bytes).toBe(segment?.bytes);
	segment?.drop();
	segment?.drop();
	expect([filesIn(), files.bytes]).toEqual([[], 0]);
	files.close();
	expect(existsSync(join(folder, owner))).toBe(false);
});

it("refuses what its bound has no room for, says why, leaves nothing of it behind, and takes more once something left", () => {
	const troubles: string[] = [];
	const files = open({ mostBytes: 1_000, onTrouble: (trouble) => troubles.push(trouble) });
	const space = files.open("job-1").space("dedup");
	const first = space.write(pagesOf(600));
	expect([space.write(pagesOf(300, 200)), space.write(pagesOf(401))]).toEqual([undefined, undefined]);
	expect(filesIn()).toHaveLength(1);
	expect(troubles).toEqual([files.trouble]);
	expect(files.trouble).toContain("WORKER_SPILL_BYTES allows 1,000 bytes");
	first?.drop();
	expect(space.write(pagesOf(401))?.bytes).toBe(401);
	expect(files.trouble).toBeUndefined();
});

it("refuses what the disk itself does not take", () => {
	const files = open();
	const space = files.open("job-1").space("dedup");
	expect(space.write(pagesOf(10))?.pages).toBe(1);
	rmSync(join(folder, owner), { recursive: true });
	expect(space.write(pagesOf(10))).toBeUndefined();
	expect(files.trouble).toContain("ENOENT");
	files.close();
});

it("is a disk that takes nothing where its folder cannot be made", () => {
	writeFileSync(join(folder, "file"), "");
	const files = open({ folder: join(folder, "file") });
	expect(files.trouble).toContain("EEXIST");
	expect(files.open("job-1").space("dedup").write(pagesOf(10))).toBeUndefined();
	files.close();
});

it.each([
	{ how: "a bit of it is another", damage: (path: string) => writeFileSync(path, readFileSync(path).fill(7, 20, 21)) },
	{ how: "it ends too early", damage: (path: string) => truncateSync(path, 50) },
])("says that a page is damaged when $how", ({ damage }) => {
	const files = open();
	const segment = files.open("job-1").space("dedup").write(pagesOf(10, 90));
	damage(join(folder, owner, filesIn()[0] ?? ""));
	expect(segment?.read(0)).toEqual(new Uint8Array(10).fill(1));
	expect(() => segment?.read(1)).toThrow(expect.objectContaining({ code: "SPILL_DAMAGED" }));
	files.close();
});

it("begins empty: what it had and what processes that ended left is removed, what living ones and others have stays", () => {
	const ended = 4_194_305;
	for (const name of [owner, `host-${ended}`, `host-${process.ppid}`, `other-${ended}`, "host-notes"]) {
		mkdirSync(join(folder, name));
		writeFileSync(join(folder, name, "1.pages"), "old");
	}
	open();
	expect(readdirSync(folder).sort()).toEqual(["host-notes", `host-${process.ppid}`, `other-${ended}`].sort());
});

it("shares the memory of a job out among all that use the disk, and takes back what a closed task had", () => {
	const files = open();
	const [one, two, other] = [files.open("job-1"), files.open("job-1"), files.open("job-2")];
	const space = one.space("a");
	expect(space.memoryBytes).toBe(90_000_000);
	two.space("a").write(pagesOf(50));
	two.space("b").write(pagesOf(70));
	two.space("b").write(pagesOf(30));
	const alone = other.space("a");
	expect([space.memoryBytes, alone.memoryBytes, two.bytesOf("b"), two.bytesOf("c")]).toEqual([22_500_000, 90_000_000, 100, 0]);
	two.close();
	expect([space.memoryBytes, files.bytes, filesIn()]).toEqual([90_000_000, 0, []]);
	for (let i = 0; i < 20; i++) one.space("a");
	expect(space.memoryBytes).toBe(8_000_000);
});
