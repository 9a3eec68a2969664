import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Payload } from '@nestjs/microservices';
import { defineNotice, defineRequest, DomainError } from '@code-router/contracts';
import { currentRequestId, runWithRequestContext } from '@code-router/observability';
import {
  createTestDatabase,
  startNatsServer,
  temporaryDirectory,
  waitFor,
  type LocalServer,
  type TestDatabase,
} from '@code-router/testing';
import { Answers, Hears } from './handlers.js';
import { openTransport, type Transport } from './messaging.module.js';
import { PackingSerializer, unpackedReply } from './nats/packed-replies.js';

const Messages = {
  echo: defineRequest<{ text: string }, { text: string; requestId: string | null }>('test.echo'),
  refuse: defineRequest<{ reason: string }, never>('test.refuse'),
  crash: defineRequest<Record<string, never>, never>('test.crash'),
  stall: defineRequest<Record<string, never>, never>('test.stall'),
  list: defineRequest<{ count: number }, { items: readonly string[] }>('test.list'),
  wait: defineRequest<Record<string, never>, { text: string }>('test.wait'),
  nobody: defineRequest<Record<string, never>, never>('test.nobody'),
} as const;
const changed = defineNotice<{ version: number }>('test.changed');

const heard: string[] = [];
/** Of the question that waits: that it has come, and what lets it be answered. */
let asked = Promise.withResolvers<void>();
let released = Promise.withResolvers<void>();

@Controller()
class EchoController {
  @Answers(Messages.echo)
  echo(@Payload() { text }: { text: string }) {
    return { text, requestId: currentRequestId() ?? null };
  }

  @Answers(Messages.refuse)
  refuse(@Payload() { reason }: { reason: string }): never {
    throw new DomainError('conflict', reason, { limit: 'key', retryAfterMs: 5 });
  }

  @Answers(Messages.crash)
  crash(): never {
    throw new Error('password=hunter2');
  }

  @Answers(Messages.list)
  list(@Payload() { count }: { count: number }): { items: readonly string[] } {
    const text = 'and the same text as all others, '.repeat(3);
    return { items: Array.from({ length: count }, (_, index) => `item ${index} ${text}`) };
  }

  @Answers(Messages.stall)
  stall(): Promise<never> {
    return new Promise(() => undefined);
  }

  @Answers(Messages.wait)
  async wait(): Promise<{ text: string }> {
    asked.resolve();
    await released.promise;
    return { text: 'answered' };
  }

  @Hears(changed)
  first({ version }: { version: number }): void {
    heard.push(`first ${version}`);
  }
}

@Controller()
class OtherController {
  @Hears(changed)
  second({ version }: { version: number }): void {
    heard.push(`second ${version}`);
  }
}

@Module({ controllers: [EchoController, OtherController] })
class TestModule {}

describe.each(['in-process', 'NATS'] as const)('messages over the %s transport', (form) => {
  let database: TestDatabase;
  let directory: string;
  let nats: LocalServer | undefined;
  let transport: Transport;
  let service: INestMicroservice;

  beforeAll(async () => {
    asked = Promise.withResolvers();
    released = Promise.withResolvers();
    directory = await temporaryDirectory('messaging');
    database = await createTestDatabase();
    nats = form === 'NATS' ? await startNatsServer({ directory }) : undefined;
    transport = await openTransport({ databaseUrl: database.url, natsUrl: nats?.url }, 'test');
    service = await NestFactory.createMicroservice(TestModule, { strategy: transport.strategy, logger: false });
    await service.listen();
  });

  afterAll(async () => {
    await service?.close();
    await transport?.close();
    await nats?.stop();
    await database?.drop();
    await rm(directory, { recursive: true, force: true });
  });

  it('answers, in the context of the request that it was sent for', async () => {
    const reply = await runWithRequestContext({ requestId: 'req_7' }, () =>
      transport.client.request(Messages.echo, { text: 'grüß 日本' }),
    );
    expect(reply).toEqual({ text: 'grüß 日本', requestId: 'req_7' });
  });

  it('answers many at once, each its own', async () => {
    const texts = Array.from({ length: 500 }, (_, index) => `text ${index}`);
    const replies = await Promise.all(texts.map((text) => transport.client.request(Messages.echo, { text })));
    expect(replies.map(({ text }) => text)).toEqual(texts);
  });

  it('answers with more than a message of NATS can hold', async () => {
    const { items } = await transport.client.request(Messages.list, { count: 20_000 });
    expect(items).toHaveLength(20_000);
    expect(items.at(-1)).toMatch(/^item 19999 /);
    expect(JSON.stringify(items).length).toBeGreaterThan(2_000_000);
  });

  it('carries a domain error whole', async () => {
    const refused = transport.client.request(Messages.refuse, { reason: 'Taken.' });
    await expect(refused).rejects.toMatchObject({
      name: 'DomainError',
      code: 'conflict',
      message: 'Taken.',
      details: { limit: 'key', retryAfterMs: 5 },
    });
  });

  it('tells nothing of what went wrong inside', async () => {
    const failure = await transport.client.request(Messages.crash, {}).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'internal_error' });
    expect(JSON.stringify(failure) + String(failure)).not.toContain('hunter2');
  });

  it.each(['stall', 'nobody'] as const)('says that no service answers when it comes to "%s"', async (message) => {
    const unanswered = transport.client.request(Messages[message], {}, { timeoutMs: 50 });
    await expect(unanswered).rejects.toMatchObject({ code: 'service_unavailable' });
  });

  it('tells every listener of a notice', async () => {
    heard.length = 0;
    transport.client.notify(changed, { version: 3 });
    await waitFor(() => heard.length >= 2, { what: 'both listeners' });
    expect(heard.toSorted()).toEqual(['first 3', 'second 3']);
  });

  it('answers what it has taken before it closes, and closes then', async () => {
    const answer = transport.client.request(Messages.wait, {});
    await asked.promise;
    const closed = service.close();
    released.resolve();
    expect(await answer).toEqual({ text: 'answered' });
    await closed;
    await expect(transport.client.request(Messages.echo, { text: '' }, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'service_unavailable',
    });
  });
});

describe('a service that begins to listen', () => {
  const ROUNDS = 25;

  it('answers from then on whoever asks over another connection', async () => {
    await using resources = new AsyncDisposableStack();
    const folder = await temporaryDirectory('listening');
    resources.defer(() => rm(folder, { recursive: true, force: true }));
    const database = await createTestDatabase();
    resources.defer(() => database.drop());
    const nats = await startNatsServer({ directory: folder });
    resources.defer(() => nats.stop());
    const infrastructure = { databaseUrl: database.url, natsUrl: nats.url };
    const asking = await openTransport(infrastructure, 'asking');
    resources.defer(() => asking.close());
    for (let round = 0; round < ROUNDS; round += 1) {
      const answering = await openTransport(infrastructure, 'answering');
      const service = await NestFactory.createMicroservice(TestModule, { strategy: answering.strategy, logger: false });
      try {
        await service.listen();
        expect(await asking.client.request(Messages.echo, { text: 'now' })).toMatchObject({ text: 'now' });
      } finally {
        await service.close();
        await answering.close();
      }
    }
  });
});

describe('an answer that NATS cannot take even when it is packed', () => {
  it('is an error at once, and not a wait for nothing', async () => {
    const serializer = new PackingSerializer(() => 1_000_000);
    const long = {
      id: '7',
      response: { items: Array.from({ length: 20_000 }, () => randomBytes(75).toString('base64')) },
    };
    const { data } = serializer.serialize(long);
    expect(JSON.parse(unpackedReply(Buffer.from(data)))).toMatchObject({
      id: '7',
      isDisposed: true,
      err: { code: 'internal_error', message: expect.stringMatching(/^The answer has \d+ bytes when packed/) },
    });
  });
});
