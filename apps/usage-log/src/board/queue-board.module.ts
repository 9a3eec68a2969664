import { Module } from '@nestjs/common';
import { ConsoleSessionModule } from '@code-router/console-session';
import { UsageQueueModule } from '../messaging/usage-queue.module.js';
import { WebhookQueueModule } from '../webhooks/messaging/webhook-queue.module.js';
import { BoardAccess } from './board-access.js';
import { BoardActions } from './board-actions.js';
import { QueueBoard } from './queue-board.js';

/** Pages that show administrators the queues, and let them look into jobs, retry and remove them. */
@Module({
  imports: [UsageQueueModule, WebhookQueueModule, ConsoleSessionModule],
  providers: [BoardAccess, BoardActions, QueueBoard],
})
export class QueueBoardModule {}
