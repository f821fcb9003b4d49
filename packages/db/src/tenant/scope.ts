import { Prisma, type PrismaClient } from "../../generated/client.ts";

// Tables that belong to nobody's tenant: a tenant's repositories have no business there.
const UNSCOPED: ReadonlySet<string> = new Set(["User", "Session", "SignInAttempt"]);
const WITH_WHERE: ReadonlySet<string> = new Set(
	"findUnique findUniqueOrThrow findFirst findFirstOrThrow findMany update updateMany updateManyAndReturn delete deleteMany count aggregate groupBy".split(
		" ",
	),
);
const WITH_DATA: ReadonlySet<string> = new Set(["create", "createMany", "createManyAndReturn"]);

interface AnyArgs {
	where?: Record<string, unknown>;
	data?: Record<string, unknown> | Record<string, unknown>[];
	create?: Record<string, unknown>;
}

/** The first of the two layers: every statement names the tenant. The second, row-level security, holds even where this one fails. */
export function scopeTo(client: PrismaClient, tenantId: string) {
	return client.$extends(
		Prisma.defineExtension({
			name: "tenant",
			query: {
				$allModels: {
					async $allOperations({ model, operation, args, query }) {
						return query(scoped(model, operation, args, tenantId));
					},
				},
			},
		}),
	);
}

/** The arguments with the tenant put in; throws for what cannot be scoped. */
function scoped<Args>(model: string, operation: string, args: Args, tenantId: string): Args {
	if (UNSCOPED.has(model)) throw new Error(`${model} belongs to no tenant.`);
	const column = model === "Tenant" ? "id" : "tenantId";
	const given: AnyArgs = args ?? {};
	if (WITH_WHERE.has(operation)) return { ...given, where: { ...given.where, [column]: tenantId } } as Args;
	if (WITH_DATA.has(operation) && given.data !== undefined) {
		const data = Array.isArray(given.data)
			? given.data.map((row) => ({ ...row, [column]: tenantId }))
			: { ...given.data, [column]: tenantId };
		return { ...given, data } as Args;
	}
	if (operation === "upsert") {
		return { ...given, where: { ...given.where, [column]: tenantId }, create: { ...given.create, [column]: tenantId } } as Args;
	}
	throw new Error(`${operation} on ${model} cannot be bound to a tenant.`);
}
