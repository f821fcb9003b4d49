-- AlterTable
ALTER TABLE "job" ADD COLUMN     "carried" JSONB,
ADD COLUMN     "fresh" JSONB NOT NULL DEFAULT '[]';
