import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The table of channels. */
export class CreateChannels1764000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(CREATE_CHANNELS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE channels');
  }
}

const CREATE_CHANNELS = `
  CREATE TABLE channels (
    id uuid PRIMARY KEY,
    -- Pages are cut by it: it grows with every channel, which a time need not.
    position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    name text NOT NULL CONSTRAINT channels_name_is_unique UNIQUE,
    provider text NOT NULL,
    base_url text NOT NULL,
    -- The provider's key, encrypted, and what may be shown of it. Null when the channel has none.
    sealed_api_key bytea,
    api_key_hint text,
    models jsonb NOT NULL CHECK (jsonb_array_length(models) > 0),
    -- Null: every group.
    groups text[],
    priority integer NOT NULL,
    weight integer NOT NULL CHECK (weight > 0),
    status text NOT NULL CHECK (status IN ('active', 'disabled')),
    timeouts jsonb NOT NULL,
    settings jsonb NOT NULL,
    created_at timestamptz(3) NOT NULL,
    CHECK ((sealed_api_key IS NULL) = (api_key_hint IS NULL))
  )`;
