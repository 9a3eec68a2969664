import { applyDecorators, Controller, UseGuards, UseInterceptors, UsePipes } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { statusOf } from '../http/error-envelope.js';
import { AuditInterceptor } from './audit-log/audit.interceptor.js';
import { AccountGuard } from './auth/account.guard.js';
import { AdminGuard } from './auth/admin.guard.js';
import { SessionGuard } from './auth/session.guard.js';
import { ErrorEnvelopeDto } from './documentation/error-envelope.dto.js';
import { consoleValidation } from './input/validation.js';

/** Under which path the console's API lies. */
export const CONSOLE_API_PREFIX = 'api';

/** A controller of the console's API that only administrators may use; what they change there is in the audit log. */
export function AdminApi(path: string, tag: string): ClassDecorator {
  return applyDecorators(
    ConsoleApi(path, tag),
    UseGuards(AdminGuard),
    UseInterceptors(AuditInterceptor),
    SignedInDocumentation(),
  );
}

/** A controller of the console's API for everybody who has a session, of any role. */
export function SignedInApi(path: string, tag: string): ClassDecorator {
  return applyDecorators(ConsoleApi(path, tag), UseGuards(SessionGuard), SignedInDocumentation());
}

/** A controller of the console's API for the members of an account, whose id the path names. */
export function AccountApi(path: string, tag: string): ClassDecorator {
  const below = path === '' ? '' : `/${path}`;
  return applyDecorators(
    ConsoleApi(`me/accounts/:accountId${below}`, tag),
    UseGuards(AccountGuard),
    SignedInDocumentation(),
    MayBeNotFound(),
  );
}

/** A controller of the console's API; what it may be used by is said on its methods. */
export function ConsoleApi(path: string, tag: string): ClassDecorator {
  return applyDecorators(
    Controller(path === '' ? CONSOLE_API_PREFIX : `${CONSOLE_API_PREFIX}/${path}`),
    UsePipes(consoleValidation()),
    ApiTags(tag),
    ApiResponse({
      status: statusOf('invalid_request_error'),
      type: ErrorEnvelopeDto,
      description: 'A field is missing, unknown or wrong; `param` names it.',
    }),
    ApiResponse({
      status: statusOf('service_unavailable'),
      type: ErrorEnvelopeDto,
      description: 'The service that this belongs to does not answer.',
    }),
  );
}

/** Documents that a session is needed, and what happens without one. */
export function SignedInDocumentation(): ClassDecorator & MethodDecorator {
  return applyDecorators(
    ApiBearerAuth(),
    ApiResponse({
      status: statusOf('unauthorized'),
      type: ErrorEnvelopeDto,
      description: 'There is no session, or it has ended.',
    }),
    ApiResponse({
      status: statusOf('forbidden'),
      type: ErrorEnvelopeDto,
      description: 'The session is not one that may do this.',
    }),
  );
}

/** Documents how signing in is refused. */
export function LoginDocumentation(): MethodDecorator {
  return applyDecorators(
    ApiResponse({
      status: statusOf('unauthorized'),
      type: ErrorEnvelopeDto,
      description: 'The user name or the password is wrong.',
    }),
    ApiResponse({
      status: statusOf('rate_limit_exceeded'),
      type: ErrorEnvelopeDto,
      description: 'Too many attempts; the header `Retry-After` says in how many seconds to try again.',
    }),
  );
}

/** Documents that what is asked for may not exist. */
export function MayBeNotFound(): ClassDecorator & MethodDecorator {
  return ApiResponse({
    status: statusOf('not_found'),
    type: ErrorEnvelopeDto,
    description: 'There is nothing of that id or name.',
  });
}

/** Documents that what is entered may exist already. */
export function MayConflict(): MethodDecorator {
  return ApiResponse({
    status: statusOf('conflict'),
    type: ErrorEnvelopeDto,
    description: 'There is one of that name, or the reference was used for something else.',
  });
}
