import type { Connector } from "../definition.ts";
import { browseS3 } from "./browse.ts";
import type { S3Config } from "./config.ts";
import { testS3 } from "./test-connection.ts";

export const connector: Connector<S3Config> = { test: testS3, browse: browseS3 };
