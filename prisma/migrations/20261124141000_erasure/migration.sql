-- AlterTable
ALTER TABLE "tenant" ADD COLUMN     "deleted_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "flow_remains" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "content" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "flow_remains_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "flow_remains_tenant_id_id_key" ON "flow_remains"("tenant_id", "id");

-- AddForeignKey
ALTER TABLE "flow_remains" ADD CONSTRAINT "flow_remains_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- Everything below is what Prisma's schema cannot say.

ALTER TABLE "flow_remains" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "flow_remains" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant_wall" ON "flow_remains" TO weir_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
CREATE POLICY "operator" ON "flow_remains" TO weir_operator USING (true) WITH CHECK (true);

GRANT SELECT, INSERT ON "flow_remains" TO weir_app;
GRANT SELECT, DELETE ON "flow_remains" TO weir_operator;

-- The audit log stays append only, but for that of a tenant that is being erased.
GRANT DELETE ON "audit" TO weir_operator;
CREATE POLICY "erased_only" ON "audit" AS RESTRICTIVE FOR DELETE TO weir_operator USING (exists (select from "tenant" t where t."id" = "tenant_id" and t."deleted_at" is not null));
