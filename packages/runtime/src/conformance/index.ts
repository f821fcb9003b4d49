export { describeLog, type LogFixture } from "./log.ts";
