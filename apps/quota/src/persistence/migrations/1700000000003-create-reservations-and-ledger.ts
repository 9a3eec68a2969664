import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Reservations, and the ledger. An entry of the ledger moves `amount_nanos` between the account and its counterpart, so
 * every nano has two sides. The triggers make the ledger append-only for everybody who is not a superuser bent on it.
 */
export class CreateReservationsAndLedger1700000000003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE quota.reservations (
        id uuid PRIMARY KEY,
        request_id text NOT NULL,
        account_id uuid NOT NULL,
        key_id uuid NOT NULL,
        amount_nanos bigint NOT NULL CHECK (amount_nanos >= 0),
        status text NOT NULL CHECK (status IN ('pending', 'posted', 'voided', 'expired')),
        created_at timestamptz NOT NULL,
        lease_expires_at timestamptz NOT NULL,
        ended_at timestamptz,
        CHECK ((status = 'pending') = (ended_at IS NULL))
      ) WITH (autovacuum_vacuum_scale_factor = 0.05);
      CREATE INDEX reservations_pending_lease ON quota.reservations (lease_expires_at) WHERE status = 'pending';

      CREATE TABLE quota.ledger_entries (
        id bigint GENERATED ALWAYS AS IDENTITY,
        account_id uuid NOT NULL,
        key_id uuid,
        kind text COLLATE "C" NOT NULL,
        counterpart text NOT NULL,
        reference text COLLATE "C" NOT NULL,
        amount_nanos bigint NOT NULL,
        balance_after_nanos bigint NOT NULL,
        note text NOT NULL DEFAULT '',
        author text,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (account_id, id),
        CONSTRAINT ledger_entries_once UNIQUE (kind, reference),
        CONSTRAINT ledger_entries_two_sides CHECK (
          (kind = 'grant' AND counterpart = 'grants' AND amount_nanos > 0 AND author IS NOT NULL)
          OR (kind = 'charge' AND counterpart = 'revenue' AND amount_nanos < 0 AND key_id IS NOT NULL)
          OR (kind = 'write_off' AND counterpart = 'write_offs' AND amount_nanos > 0 AND key_id IS NOT NULL)
        )
      );
      CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON quota.ledger_entries
        FOR EACH STATEMENT EXECUTE FUNCTION quota.refuse_change();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE quota.ledger_entries, quota.reservations');
  }
}
