import { describe, expect, it } from '@jest/globals';
import { BadRequestException, NotFoundException } from '@nestjs/common';
import { DomainError, ERROR_CODES, type ErrorCode } from '@code-router/contracts';
import { asDomainError, errorEnvelope, errorHeaders, errorTypeOf, statusOf } from './error-envelope.js';

describe('the error envelope', () => {
  const table: Record<ErrorCode, [status: number, type: string]> = {
    invalid_request_error: [400, 'invalid_request_error'],
    model_not_priced: [400, 'invalid_request_error'],
    request_too_large: [400, 'invalid_request_error'],
    body_too_large: [413, 'invalid_request_error'],
    invalid_api_key: [401, 'invalid_request_error'],
    key_expired: [401, 'invalid_request_error'],
    unauthorized: [401, 'invalid_request_error'],
    insufficient_quota: [402, 'insufficient_quota'],
    forbidden: [403, 'invalid_request_error'],
    account_disabled: [403, 'invalid_request_error'],
    key_disabled: [403, 'invalid_request_error'],
    model_not_allowed: [403, 'invalid_request_error'],
    ip_not_allowed: [403, 'invalid_request_error'],
    not_found: [404, 'invalid_request_error'],
    model_not_found: [404, 'invalid_request_error'],
    conflict: [409, 'invalid_request_error'],
    rate_limit_exceeded: [429, 'rate_limit_error'],
    internal_error: [500, 'server_error'],
    upstream_error: [502, 'server_error'],
    no_channel_available: [503, 'server_error'],
    service_unavailable: [503, 'server_error'],
    upstream_timeout: [504, 'server_error'],
  };

  it.each(ERROR_CODES.map((code) => [code, ...table[code]] as const))(
    'answers %s with status %i and type %s',
    (code, status, type) => {
      expect(statusOf(code)).toBe(status);
      expect(errorTypeOf(code)).toBe(type);
    },
  );

  it('carries facts beside the four fields, and lets none of them hide a field', () => {
    const details = { param: 'model', limit: 'key', message: 'other', code: 'other', type: 'other' };
    expect(errorEnvelope(new DomainError('insufficient_quota', 'No money.', details))).toEqual({
      error: {
        limit: 'key',
        message: 'No money.',
        type: 'insufficient_quota',
        param: 'model',
        code: 'insufficient_quota',
      },
    });
  });

  it('has a null param when no field is to blame', () => {
    expect(errorEnvelope(new DomainError('conflict', 'Taken.')).error.param).toBeNull();
  });

  it('tells how long to wait in seconds, rounded up, and only where waiting helps', () => {
    expect(errorHeaders(new DomainError('rate_limit_exceeded', 'Wait.', { retryAfterMs: 1_001 }))).toEqual({
      'retry-after': '2',
    });
    expect(errorHeaders(new DomainError('insufficient_quota', 'No money.'))).toEqual({});
  });

  it('says with a 401 how to authenticate', () => {
    expect(errorHeaders(new DomainError('invalid_api_key', 'No.'))).toEqual({ 'www-authenticate': 'Bearer' });
  });

  it('hides what went wrong inside, and keeps it for the log', () => {
    const secret = new Error('password=hunter2');
    const seen = asDomainError(secret);
    expect(seen.code).toBe('internal_error');
    expect(JSON.stringify(errorEnvelope(seen))).not.toContain('hunter2');
    expect(seen.cause).toBe(secret);
  });

  it.each([
    ['an unknown route', new NotFoundException('Cannot GET /x'), 'not_found'],
    ['malformed JSON', new BadRequestException('Unexpected token'), 'invalid_request_error'],
    ['a body that is too large', fastifyError('FST_ERR_CTP_BODY_TOO_LARGE', 413), 'body_too_large'],
    ['an unknown content type', fastifyError('FST_ERR_CTP_INVALID_MEDIA_TYPE', 415), 'invalid_request_error'],
    ['a failure of the framework', fastifyError('FST_ERR_SOMETHING', 500), 'internal_error'],
  ])('gives %s a code', (_, error, code) => {
    expect(asDomainError(error).code).toBe(code);
  });
});

function fastifyError(code: string, statusCode: number): Error {
  return Object.assign(new Error('refused'), { code, statusCode });
}
