import type { Catalogue } from "@weir/node-kit";
import { SINKS } from "./sinks.ts";
import { SOURCES } from "./sources.ts";
import { TRANSFORMS } from "./transforms.ts";

/** Small kinds of the harness's own, so that a test of the editor fails only when the editor is wrong. */
export const CATALOGUE: Catalogue = new Map([...SOURCES, ...TRANSFORMS, ...SINKS].map((definition) => [definition.kind, definition]));
