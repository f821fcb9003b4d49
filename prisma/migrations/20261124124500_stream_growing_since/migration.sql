-- AlterTable
ALTER TABLE "endpoint" ADD COLUMN     "growing_since" TIMESTAMPTZ(3);
