import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  UsageLogMessages,
  type Page,
  type PageRequest,
  type ReplayUsageDeadLetters,
  type UsageDeadLetter,
} from '@code-router/contracts';
import { Answers } from '@code-router/messaging';
import { HandleDeadLetters } from '../use-cases/handle-dead-letters.js';

@Controller()
export class DeadLettersController {
  constructor(private readonly handleDeadLetters: HandleDeadLetters) {}

  @Answers(UsageLogMessages.listDeadLetters)
  list(@Payload() page: PageRequest): Promise<Page<UsageDeadLetter>> {
    return this.handleDeadLetters.list(page);
  }

  @Answers(UsageLogMessages.replayDeadLetters)
  async replay(@Payload() request: ReplayUsageDeadLetters): Promise<{ readonly replayed: number }> {
    return { replayed: await this.handleDeadLetters.replay(request) };
  }
}
