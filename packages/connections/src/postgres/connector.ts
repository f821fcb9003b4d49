import type { Connector } from "../definition.ts";
import { browsePostgres } from "./browse.ts";
import type { PostgresConfig } from "./config.ts";
import { testPostgres } from "./test-connection.ts";

export const connector: Connector<PostgresConfig> = { test: testPostgres, browse: browsePostgres };
