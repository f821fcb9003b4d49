-- AlterTable
ALTER TABLE "dead_letter" ADD COLUMN     "event_time_ms" DOUBLE PRECISION,
ADD COLUMN     "key" TEXT,
ADD COLUMN     "note" TEXT,
ADD COLUMN     "retry_job" UUID,
ADD COLUMN     "retry_partition" INTEGER,
ADD COLUMN     "retry_seq" BIGINT,
ADD COLUMN     "retry_stage" TEXT,
ADD COLUMN     "retry_tries" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "row" TEXT,
ADD COLUMN     "settled_at" TIMESTAMPTZ(3),
ADD COLUMN     "state" TEXT NOT NULL DEFAULT 'open';

-- AlterTable
ALTER TABLE "job" ADD COLUMN     "retry_seq" BIGINT NOT NULL DEFAULT 0;

-- CreateIndex
CREATE INDEX "dead_letter_retry_job_retry_stage_retry_partition_retry_seq_idx" ON "dead_letter"("retry_job", "retry_stage", "retry_partition", "retry_seq");

-- Order of retries: a task notes in its checkpoint how far it has come.
CREATE SEQUENCE "weir_retry";
GRANT USAGE ON SEQUENCE "weir_retry" TO weir_app;
-- What became of a letter is the tenant's to say, the letter itself is not.
GRANT UPDATE ("state", "retry_job", "retry_stage", "retry_partition", "retry_seq", "retry_tries", "settled_at", "note") ON "dead_letter" TO weir_app;
