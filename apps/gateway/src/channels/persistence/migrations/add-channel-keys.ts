import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Any number of keys for each channel. The one that a channel had becomes its first; nothing is encrypted anew. */
export class AddChannelKeys1764100000004 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CREATE_CHANNEL_KEYS);
    await queryRunner.query('CREATE INDEX channel_keys_of_channel ON channel_keys (channel_id, position)');
    await queryRunner.query(MOVE_KEYS);
    await queryRunner.query('ALTER TABLE channels DROP COLUMN sealed_api_key, DROP COLUMN api_key_hint');
  }

  /** Channels had one key: the first of those that are enabled is kept, or the first. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE channels ADD COLUMN sealed_api_key bytea, ADD COLUMN api_key_hint text');
    await queryRunner.query(MOVE_BACK);
    await queryRunner.query('ALTER TABLE channels ADD CHECK ((sealed_api_key IS NULL) = (api_key_hint IS NULL))');
    await queryRunner.query('DROP TABLE channel_keys');
  }
}

const CREATE_CHANNEL_KEYS = `
  CREATE TABLE channel_keys (
    id uuid PRIMARY KEY,
    channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
    -- The order in which they were added.
    position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    label text,
    -- Encrypted, and bound to the channel: in the row of another one it does not open.
    sealed_key bytea NOT NULL,
    hint text NOT NULL,
    status text NOT NULL CHECK (status IN ('active', 'disabled')),
    -- What the provider answered when it was disabled automatically. Null when somebody disabled it.
    disabled_for integer,
    disabled_at timestamptz(3),
    -- Of the present secret.
    entered_at timestamptz(3) NOT NULL,
    CHECK ((status = 'disabled') = (disabled_at IS NOT NULL)),
    CHECK (disabled_for IS NULL OR status = 'disabled')
  )`;

const MOVE_KEYS = `
  INSERT INTO channel_keys (id, channel_id, sealed_key, hint, status, entered_at)
  SELECT gen_random_uuid(), id, sealed_api_key, api_key_hint, 'active', created_at
    FROM channels
   WHERE sealed_api_key IS NOT NULL
   ORDER BY position`;

const MOVE_BACK = `
  UPDATE channels
     SET sealed_api_key = first.sealed_key, api_key_hint = first.hint
    FROM (SELECT DISTINCT ON (channel_id) channel_id, sealed_key, hint
            FROM channel_keys
           ORDER BY channel_id, status, position) AS first
   WHERE first.channel_id = channels.id`;
