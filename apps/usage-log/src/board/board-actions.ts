import { randomUUIDv7 } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import {
  AdministratorActionMessages,
  DomainError,
  type AdministratorAction,
  type AdministratorActionOutcome,
  type SessionUser,
} from '@code-router/contracts';
import { RefusedAttempts } from '@code-router/console-session';
import { statusOf } from '@code-router/error-envelope';
import { ServiceClient } from '@code-router/messaging';

/** Who does something on the board, and from where. */
export interface BoardCaller {
  readonly user: SessionUser;
  readonly ip: string;
  readonly requestId: string;
}

/** Has written to the audit log what administrators do on the board: before they do it, and what came of it. */
@Injectable()
export class BoardActions {
  private readonly logger = new Logger(BoardActions.name);
  private readonly refusedAttempts = new RefusedAttempts();

  constructor(private readonly client: ServiceClient) {}

  /**
   * @returns the id by which its outcome is told.
   * @throws DomainError `service_unavailable` when it cannot be written down, and so must not be done.
   */
  async begin(
    { user, ip, requestId }: BoardCaller,
    what: Pick<AdministratorAction, 'action' | 'target' | 'input' | 'before'>,
  ): Promise<string> {
    const id = randomUUIDv7();
    try {
      const who = { actorId: user.id, actorName: user.username, ip, requestId };
      await this.client.request(AdministratorActionMessages.begin, { id, ...who, ...what });
      return id;
    } catch (error) {
      const message = 'This could not be written to the audit log, so it was not done. Please try again.';
      throw new DomainError('service_unavailable', message, {}, { cause: error });
    }
  }

  /** It has been done, whether or not that can be written down: the entry then shows no outcome. */
  async end(outcome: AdministratorActionOutcome): Promise<void> {
    try {
      await this.client.request(AdministratorActionMessages.end, outcome);
    } catch (error) {
      const { id } = outcome;
      this.logger.error('The outcome of an action could not be written to the audit log.', { id, err: error });
    }
  }

  /**
   * Somebody tried who is no administrator; written once within minutes, and without the path, which they have chosen.
   *
   * @throws DomainError as {@link begin} does.
   */
  async refused(caller: BoardCaller, action: string, target: string): Promise<void> {
    await this.refusedAttempts.note(caller.user.id, action, async () => {
      const id = await this.begin(caller, { action, target, input: null, before: null });
      await this.end({ id, httpStatus: statusOf('forbidden'), errorCode: 'forbidden', after: null });
    });
  }
}
