-- What is counted are starts after a silence, not every worker that a task goes to.
ALTER TABLE "task" DROP COLUMN "starts",
ADD COLUMN     "restarts" INTEGER NOT NULL DEFAULT 0;
