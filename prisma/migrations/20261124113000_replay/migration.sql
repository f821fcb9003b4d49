-- AlterTable
ALTER TABLE "job" ADD COLUMN     "about" JSONB,
ADD COLUMN     "end_position" JSONB,
ADD COLUMN     "from_ms" DOUBLE PRECISION,
ADD COLUMN     "reading_id" UUID,
ADD COLUMN     "replay" INTEGER,
ADD COLUMN     "started_by" UUID,
ADD COLUMN     "to_ms" DOUBLE PRECISION;

-- AlterTable
ALTER TABLE "tenant" ADD COLUMN     "replays" INTEGER NOT NULL DEFAULT 0;

-- CreateIndex
CREATE UNIQUE INDEX "job_tenant_id_replay_key" ON "job"("tenant_id", "replay");
