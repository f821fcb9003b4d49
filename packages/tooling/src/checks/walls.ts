import path from "node:path";
import type { SourceFile } from "./imports.ts";
import type { Row } from "./table.ts";
import { isTest, type Room } from "./workspace.ts";

/** One package may import each of these: the door to an outside thing. */
const DOORS: readonly (readonly [pattern: RegExp, rooms: readonly string[], what: string])[] = [
	[/^(@prisma\/|prisma$)/, ["db"], "Prisma"],
	[/^bullmq$/, ["backends"], "BullMQ"],
	[/^@xyflow\//, ["canvas"], "React Flow"],
	[/^(pino|prom-client)$/, ["telemetry"], "logging and metrics"],
	[/^(mqtt|kafkajs|amqplib)$/, ["connections", "simulator"], "broker clients"],
	[/^@platformatic\/kafka$/, ["backends"], "the Kafka of our log"],
	[/^ioredis$/, ["backends", "web", "connections"], "Redis clients"],
	[/^pg$/, ["connections", "backends", "db", "tooling", "web", "proof", "bench"], "Postgres clients"],
	[/^libpg-query/, ["expressions"], "the SQL parser"],
];

/** What the files of a node type's folder may import, stricter than the rest of the catalogue. */
const NODE_FILES: Readonly<Record<string, readonly RegExp[]>> = {
	"definition.ts": [/^@weir\/(node-kit(\/(windows|joins))?|errors)$/, /^zod$/, /^\.\//],
	"operator.ts": [/^@weir\/(node-kit(\/\w+)*|errors|records|expressions|connections(\/[\w-]+)*|formats)$/, /^zod$/, /^\.\.?\//],
};

/** Everything this file imports that the table of packages/README.md, or a door, does not allow; as sentences. */
export function wallsBrokenBy(source: SourceFile, room: Room, row: Row | undefined): string[] {
	const broken: string[] = [];
	if (!row) return [`${source.file}: ${room.folder} has no row in packages/README.md.`];
	const test = isTest(source.file);
	for (const { specifier, line } of source.imports) {
		const at = `${source.file}:${line}`;
		if (specifier.startsWith(".")) {
			const target = path.posix.join(path.posix.dirname(source.file), specifier);
			if (!target.startsWith(`${room.folder}/`))
				broken.push(`${at}: imports ${specifier}, which lies outside ${room.folder}; import the package by its name.`);
		} else if (specifier.startsWith("@weir/")) {
			const [, name = "", ...rest] = specifier.split("/");
			const allowed = test || name === room.name || row.mayImport.has(name) || row.mayImport.has([name, ...rest].join("/"));
			if (!allowed) broken.push(`${at}: ${room.name} may not import ${specifier}.`);
		} else if (!test && room.name !== "e2e") {
			for (const [pattern, doors, what] of DOORS) {
				if (pattern.test(specifier) && !doors.includes(room.name))
					broken.push(`${at}: ${what} may be imported by ${doors.join(" and ")} only.`);
			}
		}
	}
	broken.push(...nodeFilesBroken(source, room, test), ...environmentRead(source, room, test));
	return broken;
}

function nodeFilesBroken(source: SourceFile, room: Room, test: boolean): string[] {
	const rules = room.name === "nodes" && !test ? NODE_FILES[path.posix.basename(source.file)] : undefined;
	if (!rules) return [];
	return source.imports
		.filter(({ specifier }) => !rules.some((rule) => rule.test(specifier)))
		.map(({ specifier, line }) => `${source.file}:${line}: a node type's ${path.posix.basename(source.file)} may not import ${specifier}.`);
}

// `instrumentation.ts` is what Next calls as others run `main.ts`.
function environmentRead(source: SourceFile, room: Room, test: boolean): string[] {
	if (test || room.name === "tooling" || /(^|\/)(env|main|instrumentation)\.ts$/.test(source.file) || /^(e2e|bench)\//.test(source.file))
		return [];
	const index = source.text.search(/\bprocess\.env\b(?!\.NODE_ENV)/);
	if (index < 0) return [];
	return [
		`${source.file}:${source.text.slice(0, index).split("\n").length}: reads process.env; only env.ts, and main.ts that hands it over, may.`,
	];
}
