export { type Actor, actionsOf, can, type Resource, rolesThatMay } from "./can.ts";
export { type Action, PERMISSIONS } from "./permissions.ts";
export { isAtLeast, ROLES, type Role } from "./roles.ts";
export { ROUTE_NEEDS, type RouteName, type RouteNeed } from "./routes.ts";
