-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "wanted_state" AS ENUM ('running', 'drained', 'stopped');

-- CreateEnum
CREATE TYPE "job_state" AS ENUM ('created', 'scheduling', 'running', 'rescaling', 'recovering', 'stopping', 'stopped', 'failed', 'finished');

-- CreateEnum
CREATE TYPE "role" AS ENUM ('owner', 'admin', 'editor', 'operator', 'viewer');

-- CreateTable
CREATE TABLE "audit" (
    "tenant_id" UUID,
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_id" TEXT,
    "actor" TEXT NOT NULL,
    "role" TEXT,
    "action" TEXT NOT NULL,
    "target" TEXT,
    "ip" TEXT,
    "request_id" TEXT,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "connection" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "type" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "config" JSONB NOT NULL,
    "sealed_secret" TEXT,
    "secret_version" INTEGER NOT NULL DEFAULT 1,
    "managed" BOOLEAN NOT NULL DEFAULT false,
    "checked_at" TIMESTAMPTZ(3),
    "check_state" TEXT,
    "check_message" TEXT,
    "created_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "connection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "endpoint" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "key" TEXT NOT NULL,
    "flow_id" UUID NOT NULL,
    "node_id" TEXT NOT NULL,
    "protocol" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "partitions" INTEGER NOT NULL DEFAULT 16,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "endpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "device" (
    "tenant_id" UUID NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3),
    "last_endpoint" UUID,

    CONSTRAINT "device_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "device_credential" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "device_id" TEXT NOT NULL,
    "hmac" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "hint" TEXT NOT NULL,
    "not_before" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "created_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "device_credential_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "simulation" (
    "tenant_id" UUID NOT NULL,
    "flow_id" UUID NOT NULL,
    "device_id" TEXT NOT NULL,
    "sealed_token" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "started_by" UUID,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "simulation_pkey" PRIMARY KEY ("flow_id")
);

-- CreateTable
CREATE TABLE "flow" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "template" TEXT,
    "live_version" INTEGER,
    "created_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "flow_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "draft" (
    "tenant_id" UUID NOT NULL,
    "flow_id" UUID NOT NULL,
    "rev" INTEGER NOT NULL DEFAULT 1,
    "layout_rev" INTEGER NOT NULL DEFAULT 1,
    "content" JSONB NOT NULL,
    "updated_by" UUID,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "draft_pkey" PRIMARY KEY ("flow_id")
);

-- CreateTable
CREATE TABLE "flow_version" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "flow_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "content" JSONB NOT NULL,
    "content_hash" TEXT NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "created_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "flow_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "flow_event" (
    "tenant_id" UUID NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "flow_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "flow_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "plan" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "flow_version_id" UUID NOT NULL,
    "content" JSONB NOT NULL,
    "hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "plan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "job" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "flow_id" UUID NOT NULL,
    "flow_version_id" UUID NOT NULL,
    "plan_id" UUID NOT NULL,
    "wanted" "wanted_state" NOT NULL DEFAULT 'running',
    "state" "job_state" NOT NULL DEFAULT 'created',
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "seed" INTEGER NOT NULL DEFAULT 0,
    "previous_id" UUID,
    "start_position" JSONB,
    "failure_code" TEXT,
    "failure_message" TEXT,
    "failure_node" TEXT,
    "generation" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "job_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "task" (
    "tenant_id" UUID NOT NULL,
    "job_id" UUID NOT NULL,
    "stage" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "generation" BIGINT NOT NULL DEFAULT 0,
    "owner" TEXT,
    "heartbeat_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "failure_code" TEXT,
    "failure_message" TEXT,
    "failure_node" TEXT,

    CONSTRAINT "task_pkey" PRIMARY KEY ("job_id","stage","partition")
);

-- CreateTable
CREATE TABLE "rollup" (
    "tenant_id" UUID NOT NULL,
    "job_id" UUID NOT NULL,
    "minute" TIMESTAMPTZ(0) NOT NULL,
    "flow_id" UUID NOT NULL,
    "counters" JSONB NOT NULL,
    "readings" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "rollup_pkey" PRIMARY KEY ("job_id","minute")
);

-- CreateTable
CREATE TABLE "dead_letter" (
    "tenant_id" UUID NOT NULL,
    "id" TEXT NOT NULL,
    "job_id" UUID NOT NULL,
    "flow_id" UUID NOT NULL,
    "node" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "position" TEXT,
    "raw" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dead_letter_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tenant" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "viewers_see_data" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_account" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "member" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "user_id" UUID NOT NULL,
    "role" "role" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "member_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "ip" TEXT NOT NULL,
    "agent" TEXT NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in_attempt" (
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "reset_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_attempt_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "audit_tenant_id_id_idx" ON "audit"("tenant_id", "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "connection_tenant_id_id_key" ON "connection"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "connection_tenant_id_name_key" ON "connection"("tenant_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "endpoint_key_key" ON "endpoint"("key");

-- CreateIndex
CREATE UNIQUE INDEX "endpoint_tenant_id_id_key" ON "endpoint"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "endpoint_flow_id_node_id_key" ON "endpoint"("flow_id", "node_id");

-- CreateIndex
CREATE UNIQUE INDEX "device_tenant_id_id_key" ON "device"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "device_tenant_id_name_key" ON "device"("tenant_id", "name");

-- CreateIndex
CREATE INDEX "device_credential_device_id_idx" ON "device_credential"("device_id");

-- CreateIndex
CREATE UNIQUE INDEX "device_credential_tenant_id_id_key" ON "device_credential"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "simulation_tenant_id_flow_id_key" ON "simulation"("tenant_id", "flow_id");

-- CreateIndex
CREATE UNIQUE INDEX "flow_tenant_id_id_key" ON "flow"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "draft_tenant_id_flow_id_key" ON "draft"("tenant_id", "flow_id");

-- CreateIndex
CREATE UNIQUE INDEX "flow_version_tenant_id_id_key" ON "flow_version"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "flow_version_flow_id_number_key" ON "flow_version"("flow_id", "number");

-- CreateIndex
CREATE INDEX "flow_event_flow_id_id_idx" ON "flow_event"("flow_id", "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "plan_tenant_id_id_key" ON "plan"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "job_flow_id_created_at_idx" ON "job"("flow_id", "created_at");

-- CreateIndex
CREATE INDEX "job_wanted_state_idx" ON "job"("wanted", "state");

-- CreateIndex
CREATE UNIQUE INDEX "job_tenant_id_id_key" ON "job"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "task_state_heartbeat_at_idx" ON "task"("state", "heartbeat_at");

-- CreateIndex
CREATE INDEX "rollup_flow_id_minute_idx" ON "rollup"("flow_id", "minute");

-- CreateIndex
CREATE INDEX "dead_letter_tenant_id_flow_id_node_code_created_at_idx" ON "dead_letter"("tenant_id", "flow_id", "node", "code", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "dead_letter_tenant_id_id_key" ON "dead_letter"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "tenant_slug_key" ON "tenant"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "user_account_email_key" ON "user_account"("email");

-- CreateIndex
CREATE INDEX "member_user_id_idx" ON "member"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "member_tenant_id_id_key" ON "member"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "member_tenant_id_user_id_key" ON "member"("tenant_id", "user_id");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- AddForeignKey
ALTER TABLE "connection" ADD CONSTRAINT "connection_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "endpoint" ADD CONSTRAINT "endpoint_tenant_id_flow_id_fkey" FOREIGN KEY ("tenant_id", "flow_id") REFERENCES "flow"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device" ADD CONSTRAINT "device_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "device_credential" ADD CONSTRAINT "device_credential_tenant_id_device_id_fkey" FOREIGN KEY ("tenant_id", "device_id") REFERENCES "device"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "simulation" ADD CONSTRAINT "simulation_tenant_id_flow_id_fkey" FOREIGN KEY ("tenant_id", "flow_id") REFERENCES "flow"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "flow" ADD CONSTRAINT "flow_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "draft" ADD CONSTRAINT "draft_tenant_id_flow_id_fkey" FOREIGN KEY ("tenant_id", "flow_id") REFERENCES "flow"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "flow_version" ADD CONSTRAINT "flow_version_tenant_id_flow_id_fkey" FOREIGN KEY ("tenant_id", "flow_id") REFERENCES "flow"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "flow_event" ADD CONSTRAINT "flow_event_tenant_id_flow_id_fkey" FOREIGN KEY ("tenant_id", "flow_id") REFERENCES "flow"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plan" ADD CONSTRAINT "plan_tenant_id_flow_version_id_fkey" FOREIGN KEY ("tenant_id", "flow_version_id") REFERENCES "flow_version"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "job" ADD CONSTRAINT "job_tenant_id_flow_id_fkey" FOREIGN KEY ("tenant_id", "flow_id") REFERENCES "flow"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "job" ADD CONSTRAINT "job_tenant_id_flow_version_id_fkey" FOREIGN KEY ("tenant_id", "flow_version_id") REFERENCES "flow_version"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "job" ADD CONSTRAINT "job_tenant_id_plan_id_fkey" FOREIGN KEY ("tenant_id", "plan_id") REFERENCES "plan"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "task" ADD CONSTRAINT "task_tenant_id_job_id_fkey" FOREIGN KEY ("tenant_id", "job_id") REFERENCES "job"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rollup" ADD CONSTRAINT "rollup_tenant_id_job_id_fkey" FOREIGN KEY ("tenant_id", "job_id") REFERENCES "job"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dead_letter" ADD CONSTRAINT "dead_letter_tenant_id_job_id_fkey" FOREIGN KEY ("tenant_id", "job_id") REFERENCES "job"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "member" ADD CONSTRAINT "member_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "member" ADD CONSTRAINT "member_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- Everything below is what Prisma's schema cannot say.

-- Fencing numbers of tasks: only ever growing, from this one source.
CREATE SEQUENCE "weir_generation";

-- The tenant of this transaction, null when none is set. (No statement of a migration may hold a semicolon inside.)
CREATE FUNCTION "app_tenant"() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE RETURN nullif(current_setting('app.tenant', true), '')::uuid;

-- The wall. `weir_app` sees the rows of the tenant named in app.tenant and no others. Without the setting it sees none.
-- `weir_operator` is taken on by SET ROLE for the few jobs that cross tenants. FORCE holds for the owner of the tables too.
ALTER TABLE "member" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "member" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant_wall" ON "member" TO weir_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
CREATE POLICY "operator" ON "member" TO weir_operator USING (true) WITH CHECK (true);

ALTER TABLE "flow" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "flow" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant_wall" ON "flow" TO weir_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
CREATE POLICY "operator" ON "flow" TO weir_operator USING (true) WITH CHECK (true);

ALTER TABLE "draft" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "draft" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant_wall" ON "draft" TO weir_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
CREATE POLICY "operator" ON "draft" TO weir_operator USING (true) WITH CHECK (true);

ALTER TABLE "flow_version" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "flow_version" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant_wall" ON "flow_version" TO weir_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
CREATE POLICY "operator" ON "flow_version" TO weir_operator USING (true) WITH CHECK (true);

ALTER TABLE "flow_event" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "flow_event" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant_wall" ON "flow_event" TO weir_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
CREATE POLICY "operator" ON "flow_event" TO weir_operator USING (true) WITH CHECK (true);

ALTER TABLE "plan" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "plan" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant_wall" ON "plan" TO weir_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
CREATE POLICY "operator" ON "plan" TO weir_operator USING (true) WITH CHECK (true);

ALTER TABLE "job" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "job" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant_wall" ON "job" TO weir_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
CREATE POLICY "operator" ON "job" TO weir_operator USING (true) WITH CHECK (true);

ALTER TABLE "task" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "task" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant_wall" ON "task" TO weir_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
CREATE POLICY "operator" ON "task" TO weir_operator USING (true) WITH CHECK (true);

ALTER TABLE "rollup" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "rollup" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant_wall" ON "rollup" TO weir_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
CREATE POLICY "operator" ON "rollup" TO weir_operator USING (true) WITH CHECK (true);

ALTER TABLE "dead_letter" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "dead_letter" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant_wall" ON "dead_letter" TO weir_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
CREATE POLICY "operator" ON "dead_letter" TO weir_operator USING (true) WITH CHECK (true);

ALTER TABLE "endpoint" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "endpoint" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant_wall" ON "endpoint" TO weir_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
CREATE POLICY "operator" ON "endpoint" TO weir_operator USING (true) WITH CHECK (true);

ALTER TABLE "device" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "device" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant_wall" ON "device" TO weir_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
CREATE POLICY "operator" ON "device" TO weir_operator USING (true) WITH CHECK (true);

ALTER TABLE "device_credential" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "device_credential" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant_wall" ON "device_credential" TO weir_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
CREATE POLICY "operator" ON "device_credential" TO weir_operator USING (true) WITH CHECK (true);

ALTER TABLE "simulation" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "simulation" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant_wall" ON "simulation" TO weir_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
CREATE POLICY "operator" ON "simulation" TO weir_operator USING (true) WITH CHECK (true);

ALTER TABLE "connection" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "connection" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant_wall" ON "connection" TO weir_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
CREATE POLICY "operator" ON "connection" TO weir_operator USING (true) WITH CHECK (true);

ALTER TABLE "audit" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "audit" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant_wall" ON "audit" TO weir_app USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
CREATE POLICY "operator" ON "audit" TO weir_operator USING (true) WITH CHECK (true);

ALTER TABLE "tenant" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "tenant" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant_wall" ON "tenant" TO weir_app USING (id = app_tenant()) WITH CHECK (id = app_tenant());
CREATE POLICY "operator" ON "tenant" TO weir_operator USING (true) WITH CHECK (true);

GRANT USAGE ON SCHEMA "public" TO weir_app, weir_operator;

GRANT SELECT, UPDATE ON "tenant" TO weir_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "member", "flow", "draft", "job", "task", "endpoint", "device", "device_credential", "simulation", "connection" TO weir_app;
-- Frozen or only added to: no UPDATE, no DELETE.
GRANT SELECT, INSERT ON "flow_version", "plan", "flow_event", "audit" TO weir_app;
GRANT SELECT ON "rollup", "dead_letter" TO weir_app;
GRANT USAGE ON SEQUENCE "audit_id_seq", "flow_event_id_seq" TO weir_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON "tenant", "member", "user_account", "session", "sign_in_attempt", "flow", "draft", "job", "task", "rollup", "dead_letter", "endpoint", "device", "device_credential", "simulation", "connection" TO weir_operator;
GRANT SELECT, INSERT ON "flow_version", "plan", "flow_event", "audit" TO weir_operator;
GRANT USAGE ON SEQUENCE "audit_id_seq", "flow_event_id_seq", "weir_generation" TO weir_operator;
