export * from "./account.ts";
export * from "./common.ts";
export * from "./connections.ts";
export * from "./dead-letters.ts";
export * from "./devices.ts";
export * from "./flows.ts";
export * from "./live.ts";
export * from "./metrics.ts";
