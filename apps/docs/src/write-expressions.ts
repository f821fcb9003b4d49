import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expressionsPage } from "./expressions.ts";

writeFileSync(fileURLToPath(new URL("../concepts/expressions.md", import.meta.url)), expressionsPage());
