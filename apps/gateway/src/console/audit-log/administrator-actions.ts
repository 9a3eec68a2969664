import { randomUUIDv7 } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RefusedAttempts, type SignedIn } from '@code-router/console-session';
import { DomainError } from '@code-router/contracts';
import { AuditLog, type AuditIntent, type AuditOutcome } from '../../audit-log/domain/audit-log.js';
import { redacted } from '../../audit-log/domain/redact.js';
import { statusOf } from '../../http/error-envelope.js';
import { readingOf, type Asked, type Reading } from './readings.js';

/** An action that was written down, and may go on. */
export interface BegunAction {
  readonly id: string;
  readonly request: FastifyRequest;
  readonly reading: Reading | null;
}

/** What says who asks; a reading is asked for by the same administrator. */
const FORWARDED = ['authorization', 'cookie', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-for', 'host'];

/** What is kept of the path of a refused call, which whoever is refused has chosen. */
const REFUSED_TARGET_LENGTH_MAX = 300;

/** Writes down what administrators do: what it is before they do it, what came of it afterwards. */
@Injectable()
export class AdministratorActions {
  private readonly logger = new Logger('AuditLog');
  private readonly refusedAttempts = new RefusedAttempts();

  constructor(private readonly log: AuditLog) {}

  /** @throws DomainError `service_unavailable` when it cannot be written down, and so must not be done. */
  async begin(request: FastifyRequest, who: SignedIn): Promise<BegunAction> {
    const asked = askedOf(request);
    const canRead = (route: string) => request.server.hasRoute({ method: 'GET', url: route });
    const reading = readingOf(asked, canRead);
    const id = await this.write(request, who, async () => ({
      target: asked.path,
      input: redacted(request.body),
      before: redacted(await read(reading, request)),
    }));
    return { id, request, reading };
  }

  /**
   * Somebody tried who is no administrator: what they sent is not kept, and no second attempt within minutes, since they
   * could fill the log with either.
   *
   * @throws DomainError `service_unavailable` when it cannot be written down.
   */
  async refused(request: FastifyRequest, who: SignedIn): Promise<void> {
    const { method, route, path } = askedOf(request);
    await this.refusedAttempts.note(who.user.id, `${method} ${route}`, async () => {
      const target = path.slice(0, REFUSED_TARGET_LENGTH_MAX);
      const id = await this.write(request, who, () => Promise.resolve({ target, input: null, before: null }));
      await this.failed({ id, request, reading: null }, statusOf('forbidden'), 'forbidden');
    });
  }

  /** @param answer what the request is answered with; it says what was made where nothing else can be read. */
  async succeeded(action: BegunAction, httpStatus: number, answer: unknown): Promise<void> {
    const { reading, request } = action;
    const after = reading ? await read(reading, request).catch(() => answer) : answer;
    await this.end(action, { httpStatus, errorCode: null, after: redacted(after) });
  }

  async failed(action: BegunAction, httpStatus: number, errorCode: string): Promise<void> {
    await this.end(action, { httpStatus, errorCode, after: null });
  }

  /** @param what is asked for within, so that an entry is not written either when it cannot be read. */
  private async write(
    request: FastifyRequest,
    { user }: SignedIn,
    what: () => Promise<Pick<AuditIntent, 'target' | 'input' | 'before'>>,
  ): Promise<string> {
    const { method, route } = askedOf(request);
    const id = randomUUIDv7();
    try {
      await this.log.begin({
        id,
        actorId: user.id,
        actorName: user.username,
        action: `${method} ${route}`,
        ...(await what()),
        ip: request.ip,
        requestId: request.id,
      });
    } catch (error) {
      const message = 'This could not be written to the audit log, so it was not done. Please try again.';
      throw new DomainError('service_unavailable', message, {}, { cause: error });
    }
    return id;
  }

  /** It has been done, whether or not that can be written down: the entry then shows no outcome. */
  private async end({ id }: BegunAction, outcome: AuditOutcome): Promise<void> {
    try {
      await this.log.end(id, outcome);
    } catch (error) {
      this.logger.error('The outcome of an action could not be written to the audit log.', { id, err: error });
    }
  }
}

function askedOf(request: FastifyRequest): Asked {
  const [path = ''] = request.url.split('?');
  return {
    method: request.method,
    route: request.routeOptions.url ?? path,
    path,
    body: typeof request.body === 'object' && request.body !== null ? (request.body as Record<string, unknown>) : {},
  };
}

/** Null for what is not there, or may not be read. */
async function read(reading: Reading | null, request: FastifyRequest): Promise<unknown> {
  if (!reading) return null;
  const headers = Object.fromEntries(
    FORWARDED.map((name) => [name, request.headers[name]]).filter(([, value]) => value),
  );
  const answer = await request.server.inject({ method: 'GET', url: reading.url, headers });
  if (answer.statusCode >= 500) throw new Error(`reading ${reading.url} answered ${answer.statusCode}`);
  if (answer.statusCode !== 200) return null;
  const body: unknown = answer.json();
  return reading.pick ? reading.pick(body) : body;
}
