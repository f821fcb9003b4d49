-- A connection may have several secrets, each sealed on its own.
ALTER TABLE "connection" ADD COLUMN     "certificate_expires_at" TIMESTAMPTZ(3),
ADD COLUMN     "check_ms" INTEGER,
ADD COLUMN     "secrets" JSONB NOT NULL DEFAULT '{}';

-- The wall stands for the owner of the table too, and what is there is to be carried over for all tenants.
ALTER TABLE "connection" NO FORCE ROW LEVEL SECURITY;
-- The one secret of before was sealed as "secret". The seal says so until it is sealed anew as "password".
UPDATE "connection" SET "secrets" = jsonb_build_object('password', jsonb_build_object('version', "secret_version", 'sealed', "sealed_secret", 'sealedAs', 'secret'))
WHERE "sealed_secret" IS NOT NULL;
ALTER TABLE "connection" FORCE ROW LEVEL SECURITY;

-- AlterTable
ALTER TABLE "connection" DROP COLUMN "sealed_secret",
DROP COLUMN "secret_version";
