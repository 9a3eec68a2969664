import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Users of the console, their sessions, and attempts to log in, which are counted also for names that nobody has. */
export class CreateUsers1700000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE quota.users (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        username text NOT NULL UNIQUE CHECK (username = lower(username)),
        password_hash text NOT NULL,
        role text NOT NULL CHECK (role IN ('admin', 'user')),
        created_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE quota.sessions (
        token_hash text PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES quota.users ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX sessions_expires_at ON quota.sessions (expires_at);

      CREATE TABLE quota.login_attempts (
        username text NOT NULL,
        attempted_at timestamptz NOT NULL
      );
      CREATE INDEX login_attempts_username ON quota.login_attempts (username, attempted_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE quota.login_attempts, quota.sessions, quota.users');
  }
}
