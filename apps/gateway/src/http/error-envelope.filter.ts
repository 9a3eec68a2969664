import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { asDomainError, errorEnvelope, errorHeaders, statusOf } from './error-envelope.js';

/** Answers every failed request of the gateway with the error envelope, and logs what only operators may know. */
@Catch()
export class ErrorEnvelopeFilter implements ExceptionFilter {
  private static readonly logger = new Logger('Http');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const error = asDomainError(thrown);
    if (error.cause !== undefined) {
      const report = { code: error.code, err: error.cause };
      if (error.code === 'internal_error') ErrorEnvelopeFilter.logger.error(error.message, report);
      else ErrorEnvelopeFilter.logger.warn(error.message, report);
    }
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (reply.raw.headersSent) {
      // Half an answer has left: only a broken connection tells the client that the rest will not come.
      reply.raw.destroy();
      return;
    }
    void reply.status(statusOf(error.code)).headers(errorHeaders(error)).send(errorEnvelope(error));
  }
}
