import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Users who sign up themselves, who sign in through an identity provider, and whom administrators may disable. The first
 * administrator becomes the root, who alone makes administrators.
 *
 * `attempts` counts what must not be tried without end, other than logging in: sign-ups of an address, codes of a user.
 */
export class CreateIdentities1700000000201 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE quota.users DROP CONSTRAINT users_role_check;
      ALTER TABLE quota.users
        ALTER COLUMN password_hash DROP NOT NULL,
        ADD COLUMN position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        ADD COLUMN status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
        ADD COLUMN email text,
        ADD CONSTRAINT users_role CHECK (role IN ('root', 'admin', 'user'));
      UPDATE quota.users SET role = 'root'
      WHERE id = (SELECT id FROM quota.users WHERE role = 'admin' ORDER BY created_at, id LIMIT 1);

      ALTER TABLE quota.sessions
        ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
        ADD COLUMN ip text,
        ADD COLUMN user_agent text;
      CREATE INDEX sessions_user ON quota.sessions (user_id);

      CREATE TABLE quota.user_identities (
        issuer text NOT NULL,
        subject text NOT NULL,
        user_id uuid NOT NULL REFERENCES quota.users,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (issuer, subject)
      );

      CREATE TABLE quota.attempts (
        bucket text NOT NULL,
        attempted_at timestamptz NOT NULL
      );
      CREATE INDEX attempts_bucket ON quota.attempts (bucket, attempted_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE quota.attempts, quota.user_identities;
      ALTER TABLE quota.sessions DROP COLUMN id, DROP COLUMN ip, DROP COLUMN user_agent;
      UPDATE quota.users SET role = 'admin' WHERE role = 'root';
      ALTER TABLE quota.users DROP CONSTRAINT users_role, DROP COLUMN position, DROP COLUMN status, DROP COLUMN email;
      ALTER TABLE quota.users ADD CONSTRAINT users_role_check CHECK (role IN ('admin', 'user'));
    `);
  }
}
