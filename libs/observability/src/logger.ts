import { pino, type Logger as Pino, type LevelWithSilent } from 'pino';
import type { LoggerService } from '@nestjs/common';
import { currentRequestId } from './request-context.js';

export type LogLevel = LevelWithSilent;

/** Where Nest tells of every module and route while it starts: two hundred lines that nobody looks for. */
const STARTING = new Set(['InstanceLoader', 'NestFactory', 'RouterExplorer', 'RoutesResolver']);

/**
 * Writes each entry as one line of JSON on standard output, with the name of the service and, when there is one, the
 * id of the request that it was written for. Nest's own loggers write through it.
 */
export class StructuredLogger implements LoggerService {
  private readonly pino: Pino;

  constructor(service: string, level: LogLevel) {
    this.pino = pino({
      level,
      base: { service, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => {
        const requestId = currentRequestId();
        return requestId ? { requestId } : {};
      },
    });
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  log(message: unknown, ...rest: unknown[]): void {
    const isStarting = typeof rest[0] === 'string' && STARTING.has(rest[0]);
    this.write(isStarting ? 'debug' : 'info', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** Nest calls `logger.error(message, stack?, context?)` and `logger.log(message, ...facts, context?)`. */
  private write(level: Exclude<LogLevel, 'silent'>, message: unknown, rest: unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const entry: Record<string, unknown> = {};
    const texts: string[] = [];
    for (const part of rest) {
      if (part instanceof Error) entry['err'] = part;
      else if (typeof part === 'string') texts.push(part);
      else if (typeof part === 'object' && part !== null) Object.assign(entry, part);
    }
    const context = texts.pop();
    if (context) entry['context'] = context;
    if (texts.length > 0) entry['stack'] = texts.join('\n');
    if (message instanceof Error) this.pino[level]({ ...entry, err: message }, message.message);
    else if (typeof message === 'object' && message !== null) this.pino[level]({ ...message, ...entry });
    else this.pino[level](entry, String(message));
  }
}
