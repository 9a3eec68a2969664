import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { ServiceClient } from '@code-router/messaging';

const CHECK_TIMEOUT_MS = 2_000;

export type CheckResult = 'ok' | `failed: ${string}`;

/** A dependency that says whether it answers, by resolving or rejecting. */
export type Check = () => Promise<unknown>;

/** Knows what this process depends on, and asks it. */
@Injectable()
export class ServiceHealth {
  private readonly checks = new Map<string, Check>();
  private stopping = false;

  /** Adds a dependency that readiness then includes. */
  register(name: string, check: Check): void {
    this.checks.set(name, check);
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

  async check(client: ServiceClient): Promise<Readonly<Record<string, CheckResult>>> {
    const results: Record<string, CheckResult> = {
      process: this.stopping ? 'failed: shutting down' : 'ok',
      messaging: client.isConnected() ? 'ok' : 'failed: not connected',
    };
    await Promise.all(
      [...this.checks].map(async ([name, check]) => {
        results[name] = await resultOf(check);
      }),
    );
    return results;
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
