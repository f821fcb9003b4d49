import { expect, test } from "vitest";
import { type Action, actionsOf, can, isAtLeast, PERMISSIONS, ROLES, ROUTE_NEEDS, rolesThatMay } from "./index.ts";

const everything = Object.keys(PERMISSIONS) as Action[];
const actor = (role: (typeof ROLES)[number]) => ({ userId: "ada", tenantId: "acme", role });

test("an owner may do everything in the tenant", () => {
	expect(everything.filter((action) => !can(actor("owner"), action, { tenantId: "acme" }))).toEqual([]);
});

test("nobody may do anything in another tenant", () => {
	expect(everything.filter((action) => can(actor("owner"), action, { tenantId: "globex" }))).toEqual([]);
});

test("a higher role may do whatever a lower one may", () => {
	for (const high of ROLES) {
		for (const low of ROLES) {
			if (isAtLeast(high, low)) expect(actionsOf(high)).toEqual(expect.arrayContaining([...actionsOf(low)]));
		}
	}
});

test("a viewer only reads, and sees payloads only when the tenant says so", () => {
	expect(actionsOf("viewer").every((action) => action.endsWith(":read"))).toBe(true);
	expect(actionsOf("viewer")).not.toContain("data:read");
	expect(actionsOf("viewer", true)).toContain("data:read");
});

test("the roles of the security model may what its table says", () => {
	expect(rolesThatMay("tenant:delete")).toEqual(["owner"]);
	expect(rolesThatMay("member:manage")).toEqual(["owner", "admin"]);
	expect(rolesThatMay("flow:deploy")).toEqual(["owner", "admin", "editor"]);
	expect(rolesThatMay("flow:operate")).toEqual(["owner", "admin", "editor", "operator"]);
});

test("no route that changes something is open to viewers", () => {
	const viewer = new Set<string>(actionsOf("viewer"));
	const open = Object.entries(ROUTE_NEEDS).filter(([route, need]) => !route.startsWith("GET ") && viewer.has(need));
	// Choosing what the own live stream tells changes nothing of the tenant's.
	expect(open.map(([route]) => route)).toEqual(["POST /t/{t}/live"]);
});
