export { APP_ROLE, appDatabaseUrl, migrate } from "./schema/migrate.ts";
