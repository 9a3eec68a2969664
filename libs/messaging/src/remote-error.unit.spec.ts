import { describe, expect, it } from '@jest/globals';
import { ConnectionForgotten } from '@code-router/postgres';
import { isOutage } from './remote-error.js';

const withCode = (code: string) => Object.assign(new Error('of a driver'), { code });

describe('isOutage', () => {
  it.each([
    ['a connection that is refused', withCode('ECONNREFUSED')],
    ['a connection that breaks off', withCode('ECONNRESET')],
    ['a database that is shut down', withCode('57P01')],
    ['a database that starts', withCode('57P03')],
    ['a connection that the database lost', withCode('08006')],
    ['a transaction that stood still', withCode('25P03')],
    ['a connection that the database does not know any more', new ConnectionForgotten()],
    ['a connection that node-postgres lost', new Error('Connection terminated unexpectedly')],
    ['what TypeORM wraps', Object.assign(new Error('failed'), { driverError: withCode('57P02') })],
    ['what was the cause', new Error('failed', { cause: withCode('EPIPE') })],
  ])('is %s', (_, error) => {
    expect(isOutage(error)).toBe(true);
  });

  it.each([
    ['a statement that is refused', withCode('23505')],
    ['a defect', new TypeError('undefined is not a function')],
    ['a query that was cancelled', withCode('57014')],
    ['what is no error', 'ECONNRESET'],
  ])('is not %s', (_, error) => {
    expect(isOutage(error)).toBe(false);
  });
});
