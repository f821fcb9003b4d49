export { blamesRows, postgresFailure, sqlStateOf } from "./postgres/failure.ts";
