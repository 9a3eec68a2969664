import { Injectable, Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { ServiceClient } from '@code-router/messaging';

const CHECK_TIMEOUT_MS = 2_000;
/** Whoever asks meanwhile gets the same answer: anybody may ask, and every dependency is asked each time. */
const SHARED_MS = { ok: 1_000, failed: 200 } as const;

export type CheckResult = 'ok' | `failed: ${string}`;

/** A dependency that says whether it answers, by resolving or rejecting. */
export type Check = () => Promise<unknown>;

type Results = Readonly<Record<string, CheckResult>>;

/** Knows what this process depends on, and asks it. */
@Injectable()
export class ServiceHealth {
  private readonly logger = new Logger('Health');
  private readonly checks = new Map<string, Check>();
  private stopping = false;
  private shared: Promise<Results> | undefined;
  private reported: Results = {};

  /** Adds a dependency that readiness then includes. */
  register(name: string, check: Check): void {
    this.checks.set(name, check);
    this.shared = undefined;
  }

  registerDataSource(name: string, dataSource: DataSource): void {
    this.register(`postgresql ${name}`, () => dataSource.query('SELECT 1'));
  }

  /** From now on the process is not ready: load balancers must send their requests elsewhere. */
  beginShutdown(): void {
    this.stopping = true;
  }

  /** Whether it is asked to end. What waits for a server that is gone need not wait any longer then. */
  get isStopping(): boolean {
    return this.stopping;
  }

  /** With what fails, which may name servers and is for operators alone. No answer is older than a second. */
  async check(client: ServiceClient): Promise<Results> {
    this.shared ??= this.askAll();
    const results = await this.shared;
    return {
      process: this.stopping ? 'failed: shutting down' : 'ok',
      messaging: client.isConnected() ? 'ok' : 'failed: not connected',
      ...results,
    };
  }

  private async askAll(): Promise<Results> {
    const asked = [...this.checks].map(async ([name, check]) => [name, await resultOf(check)] as const);
    const results: Results = Object.fromEntries(await Promise.all(asked));
    this.report(results);
    const isOk = Object.values(results).every((result) => result === 'ok');
    const forget = () => {
      this.shared = undefined;
    };
    setTimeout(forget, isOk ? SHARED_MS.ok : SHARED_MS.failed).unref();
    return results;
  }

  /** What is not as it was goes to the log, which may say why. */
  private report(results: Results): void {
    for (const [name, result] of Object.entries(results)) {
      if (result === (this.reported[name] ?? 'ok')) continue;
      if (result === 'ok') this.logger.log(`${name} answers again.`);
      else this.logger.warn(`${name} ${result}`);
    }
    this.reported = results;
  }
}

async function resultOf(check: Check): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
    });
    await Promise.race([check(), timeout]);
    return 'ok';
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    clearTimeout(timer);
  }
}
