import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { asDomainError, errorEnvelope, errorHeaders, statusOf } from './error-envelope.js';
import { unknownRoute } from './unknown-route.js';

/** Answers every failed request of the gateway with the error envelope, and logs what only operators may know. */
@Catch()
export class ErrorEnvelopeFilter implements ExceptionFilter {
  private static readonly logger = new Logger('Http');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (reply.raw.headersSent) {
      // Half an answer has left: only a broken connection tells the client that the rest will not come.
      reply.raw.destroy();
      return;
    }
    const ownAnswer = answerMadeByController(thrown);
    if (ownAnswer) {
      void reply.status(ownAnswer.getStatus()).send(ownAnswer.getResponse());
      return;
    }
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const error = unknownRoute(thrown, request) ?? asDomainError(thrown);
    if (error.code === 'body_too_large') letClientFinish(request, reply);
    if (error.cause !== undefined) {
      const report = { code: error.code, err: error.cause };
      if (isAbandoned(request)) ErrorEnvelopeFilter.logger.debug('A client left before its request was whole.', report);
      else if (error.code === 'internal_error') ErrorEnvelopeFilter.logger.error(error.message, report);
      else ErrorEnvelopeFilter.logger.warn(error.message, report);
    }
    void reply.status(statusOf(error.code)).headers(errorHeaders(error)).send(errorEnvelope(error));
  }
}

/** A client that left while it still sent is no failure of this server, and nobody reads the answer. */
function isAbandoned({ raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete;
}

/** Long enough to send the largest body over a slow line; whoever takes longer is cut off. */
const FINISH_MS_MAX = 30_000;

/**
 * A connection that is closed while its client still sends takes the answer with it. So it stays open, and what else
 * comes is thrown away.
 */
function letClientFinish(request: FastifyRequest, reply: FastifyReply): void {
  void reply.removeHeader('connection');
  const { raw } = request;
  const cutOff = setTimeout(() => raw.destroy(), FINISH_MS_MAX).unref();
  raw.once('close', () => clearTimeout(cutOff));
  raw.resume();
}

/** Some controllers throw a whole answer, as the health check does; the answers that Nest makes itself have a status in them. */
function answerMadeByController(thrown: unknown): HttpException | undefined {
  if (!(thrown instanceof HttpException)) return undefined;
  const body = thrown.getResponse();
  return typeof body === 'object' && !('statusCode' in body) ? thrown : undefined;
}
