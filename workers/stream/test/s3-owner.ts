import { S3Rig } from "./s3-rig.ts";

/*
 * Owns the task of a flow into S3 as a process of its own, and kills itself at a named place, the n-th time it comes there. With no place it
 * reads to the end.
 */

const { parts, place, times } = JSON.parse(process.argv[2] ?? "{}");
const rig = new S3Rig(parts);
let seen = 0;
const owner = rig.owner({
	async failpoint(name) {
		if (name !== place || ++seen < times) return;
		process.kill(process.pid, "SIGKILL");
		await new Promise(() => {});
	},
});
if (place === undefined) await rig.drain(owner);
else for (;;) await rig.slice(owner);
await rig.close();
