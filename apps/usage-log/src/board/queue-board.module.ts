import { Module } from '@nestjs/common';
import { ConsoleSessionModule } from '@code-router/console-session';
import { UsageQueueModule } from '../messaging/usage-queue.module.js';
import { BoardAccess } from './board-access.js';
import { QueueBoard } from './queue-board.js';

/** Pages that show administrators the queue, and let them look into jobs, retry and remove them. */
@Module({ imports: [UsageQueueModule, ConsoleSessionModule], providers: [BoardAccess, QueueBoard] })
export class QueueBoardModule {}
