-- AlterTable
ALTER TABLE "endpoint" ADD COLUMN     "earlier_partitions" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
ADD COLUMN     "growing_to" INTEGER;
