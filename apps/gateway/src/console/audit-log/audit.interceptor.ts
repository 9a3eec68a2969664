import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, from, mergeMap, throwError, type Observable } from 'rxjs';
import { isUnsafe } from '@code-router/console-session';
import { asDomainError, statusOf } from '../../http/error-envelope.js';
import { signedInOf } from '../auth/signed-in.js';
import { AdministratorActions, type BegunAction } from './administrator-actions.js';

/** Around every route of the administration that changes something: nothing happens there that is not written down. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(private readonly actions: AdministratorActions) {}

  /** @throws DomainError `service_unavailable` when it cannot be written down. */
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    if (!isUnsafe(request)) return next.handle();
    const action = await this.actions.begin(request, signedInOf(request));
    return next.handle().pipe(
      mergeMap((answer: unknown) => from(this.succeeded(action, http.getResponse<FastifyReply>(), answer))),
      catchError((error: unknown) => from(this.failed(action, error)).pipe(mergeMap(() => throwError(() => error)))),
    );
  }

  private async succeeded(action: BegunAction, { statusCode }: FastifyReply, answer: unknown): Promise<unknown> {
    await this.actions.succeeded(action, statusCode, answer);
    return answer;
  }

  private async failed(action: BegunAction, thrown: unknown): Promise<void> {
    const { code } = asDomainError(thrown);
    await this.actions.failed(action, statusOf(code), code);
  }
}
