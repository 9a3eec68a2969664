import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An index of what is on its way by webhook, so that what is overdue is found for each, whatever backlog another has. */
export class FindOverdueByWebhook1764000006000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX webhook_deliveries_pending');
    await queryRunner.query(`CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (webhook_id, next_attempt_at)
      WHERE status = 'pending'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX webhook_deliveries_pending');
    await queryRunner.query(`CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (next_attempt_at)
      WHERE status = 'pending'`);
  }
}
