import { timingSafeEqual } from 'node:crypto';
import { Controller, ForbiddenException, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Metrics } from '@code-router/observability';
import { MetricsAccess } from './metrics-access.js';

/** What Prometheus scrapes. It holds no secrets, but is nobody else's business. */
@Controller('metrics')
export class MetricsController {
  constructor(
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(MetricsAccess) private readonly access: MetricsAccess,
  ) {}

  @Get()
  async read(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    if (!mayRead(request, this.access)) {
      throw new ForbiddenException(
        'Metrics are read from this machine, or with the token of CODE_ROUTER_METRICS_TOKEN.',
      );
    }
    const text = await this.metrics.text();
    void reply.header('content-type', this.metrics.contentType);
    return text;
  }
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

function mayRead({ headers, socket }: FastifyRequest, { token, isPublic }: MetricsAccess): boolean {
  if (token !== undefined) return isSame(headers.authorization ?? '', `Bearer ${token}`);
  if (!isPublic) return true;
  // A proxy on this machine speaks for anybody: what came through one is not from here.
  return (
    LOOPBACK.test(socket.remoteAddress ?? '') &&
    headers['x-forwarded-for'] === undefined &&
    headers.forwarded === undefined
  );
}

/** Takes as long whatever differs, so that a token cannot be found out letter by letter. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
