export { type AuthorityFixture, describeCommitAuthority } from "./commit-authority.ts";
export { describeLog, type LogFixture } from "./log.ts";
