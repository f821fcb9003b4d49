-- AlterTable
ALTER TABLE "endpoint" ADD COLUMN     "durability" TEXT,
ADD COLUMN     "keep_ms" BIGINT,
ADD COLUMN     "max_bytes" BIGINT;

-- How sure a record is was a setting of the source node before.
UPDATE "endpoint" SET "durability" = 'memory' WHERE "settings"->>'durability' = 'memory';
UPDATE "endpoint" SET "settings" = "settings" - 'durability';
