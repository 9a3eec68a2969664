import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Webhooks, the events that they get, and each delivery. */
export class CreateWebhooks1764000002000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE webhook_deliveries, webhook_replays, webhook_events, webhooks');
  }
}

const STATEMENTS = [
  // Secrets are encrypted, each bound to its webhook. Lists go by created_at and id.
  `CREATE TABLE webhooks (
     id uuid PRIMARY KEY,
     name text NOT NULL,
     url text NOT NULL,
     account_id text,
     events text[] NOT NULL,
     status text NOT NULL CHECK (status IN ('active', 'disabled')),
     disabled_reason text,
     secret bytea NOT NULL,
     previous_secret bytea,
     previous_secret_until timestamptz,
     active_since timestamptz NOT NULL DEFAULT now(),
     consecutive_failures integer NOT NULL DEFAULT 0,
     last_delivery_at timestamptz,
     created_at timestamptz(3) NOT NULL DEFAULT now()
   )`,
  `CREATE INDEX webhooks_newest ON webhooks (created_at DESC, id DESC)`,
  // An event is kept once, however many webhooks it goes to, for as long as one of its deliveries is.
  `CREATE TABLE webhook_events (
     id text PRIMARY KEY,
     type text NOT NULL,
     body text NOT NULL,
     kept_at timestamptz NOT NULL DEFAULT now()
   )`,
  `CREATE INDEX webhook_events_kept_at ON webhook_events (kept_at)`,
  `CREATE TABLE webhook_replays (
     id uuid PRIMARY KEY,
     webhook_id uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
     from_time timestamptz NOT NULL,
     to_time timestamptz NOT NULL,
     position bigint,
     begun_at timestamptz NOT NULL DEFAULT now(),
     finished_at timestamptz
   )`,
  `CREATE INDEX webhook_replays_open ON webhook_replays (begun_at) WHERE finished_at IS NULL`,
  `CREATE TABLE webhook_deliveries (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     webhook_id uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
     event_id text NOT NULL REFERENCES webhook_events,
     cause text NOT NULL CHECK (cause IN ('event', 'replay', 'test')),
     replay_id uuid REFERENCES webhook_replays ON DELETE CASCADE,
     status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
     attempts integer NOT NULL DEFAULT 0,
     http_status smallint,
     error text,
     duration_ms integer,
     created_at timestamptz NOT NULL DEFAULT now(),
     next_attempt_at timestamptz,
     delivered_at timestamptz
   )`,
  // Events are read at least once: whoever reads one again must not deliver it again.
  `CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (webhook_id, event_id) WHERE cause = 'event'`,
  `CREATE UNIQUE INDEX webhook_deliveries_once_in_replay ON webhook_deliveries (replay_id, event_id)
     WHERE replay_id IS NOT NULL`,
  `CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (webhook_id, id DESC)`,
  `CREATE INDEX webhook_deliveries_by_status ON webhook_deliveries (webhook_id, status, id DESC)`,
  `CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (next_attempt_at) WHERE status = 'pending'`,
  `CREATE INDEX webhook_deliveries_done ON webhook_deliveries (created_at) WHERE status <> 'pending'`,
  `CREATE INDEX webhook_deliveries_of_event ON webhook_deliveries (event_id)`,
];
