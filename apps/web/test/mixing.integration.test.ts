import { expect, test } from "vitest";
import { openApiRig } from "./api-rig.ts";

test("1,000 parallel requests of two tenants over five connections never mix", { timeout: 120_000 }, async () => {
	const rig = await openApiRig({ connections: 5 });
	try {
		const tenants = [await rig.newTenant("Acme"), await rig.newTenant("Globex")];
		for (const tenant of tenants) await tenant.owner.call("POST", `/t/${tenant.slug}/devices`, { name: `pump of ${tenant.slug}` });
		const answers = await Promise.all(
			Array.from({ length: 1_000 }, async (_, i) => {
				const tenant = tenants[i % 2];
				if (tenant === undefined) throw new Error("There are two tenants.");
				const { status, body } = await tenant.owner.call("GET", `/t/${tenant.slug}/devices`);
				return status === 200 && body.length === 1 && body[0].name === `pump of ${tenant.slug}` ? "right" : `wrong (${status})`;
			}),
		);
		expect(new Set(answers)).toEqual(new Set(["right"]));
	} finally {
		await rig.close();
	}
});
