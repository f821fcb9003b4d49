export { blamesRows, postgresFailure, sqlStateOf } from "./postgres/failure.ts";
export { openPostgres, type PostgresConnection } from "./postgres/pool.ts";
