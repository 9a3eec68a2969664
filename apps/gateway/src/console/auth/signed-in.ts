import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { SignedIn } from '@code-router/console-session';
import { DomainError } from '@code-router/contracts';

export type { SignedIn } from '@code-router/console-session';

/** Requests outlive nothing: what is noted about one goes when it goes. */
const signedIn = new WeakMap<FastifyRequest, SignedIn>();

export function noteSignedIn(request: FastifyRequest, who: SignedIn): void {
  signedIn.set(request, who);
}

/** @throws DomainError `unauthorized` where no guard has let the request in. */
export function signedInOf(request: FastifyRequest): SignedIn {
  const who = signedIn.get(request);
  if (!who) throw new DomainError('unauthorized', 'This needs a session.');
  return who;
}

/** Who sends the request, in a method behind a guard. It throws as {@link signedInOf} does. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): SignedIn =>
  signedInOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
