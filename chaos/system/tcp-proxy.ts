import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What a proxy does to what passes through it. */
type Condition =
  { readonly kind: 'sound' | 'stalled' | 'resetting' } | { readonly kind: 'slow'; readonly delayMs: number };

/** A stretch of network that can be slow, silent or broken. What it leads to may move to another port meanwhile. */
export class TcpProxy {
  private condition: Condition = { kind: 'sound' };
  private readonly links = new Set<Link>();

  /** @param targetPort asked for each connection. */
  static async start(targetPort: () => number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', 1_024, resolve));
    return proxy;
  }

  private constructor(private readonly targetPort: () => number) {}

  private readonly server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (socket) =>
    this.accept(socket),
  );

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Nothing is wrong any more; what was held back goes on its way. */
  heal(): void {
    this.become({ kind: 'sound' });
  }

  delay(delayMs: number): void {
    this.become({ kind: 'slow', delayMs });
  }

  /** Connections stay, and new ones are taken, but nothing passes. */
  stall(): void {
    this.become({ kind: 'stalled' });
  }

  /** Nothing passes on the connections of now any more, as when their host is gone; new ones lead elsewhere. */
  strand(): void {
    for (const link of this.links) link.strand();
  }

  /** Breaks every connection, and every new one, until {@link heal}. */
  reset(): void {
    this.become({ kind: 'resetting' });
    for (const link of this.links) link.reset();
  }

  /** Ends what the target says to its clients; what they say still gets through. New connections are sound. */
  halfClose(): void {
    for (const link of this.links) link.halfClose();
  }

  async stop(): Promise<void> {
    for (const link of this.links) link.reset();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private become(condition: Condition): void {
    this.condition = condition;
    for (const link of this.links) link.become(condition);
  }

  private accept(client: Socket): void {
    if (this.condition.kind === 'resetting') {
      client.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const target = connect({ port: this.targetPort(), host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const link = new Link(client, target);
    this.links.add(link);
    link.closed = () => this.links.delete(link);
    link.become(this.condition);
  }
}

const RESET_MS_MAX = 500;

/** One connection through a proxy, and both its directions. */
class Link {
  closed: () => void = () => undefined;
  private readonly directions: readonly Direction[];
  private isStranded = false;

  constructor(
    private readonly client: Socket,
    private readonly target: Socket,
  ) {
    this.directions = [new Direction(client, target), new Direction(target, client)];
    for (const socket of [client, target]) {
      socket.on('error', () => this.reset());
      socket.on('close', () => {
        // A connection that was closed in order on one side is closed on the other when the rest has been written.
        if (client.destroyed && target.destroyed) this.closed();
        else setTimeout(() => this.reset(), 1_000).unref();
      });
    }
  }

  become(condition: Condition): void {
    if (this.isStranded) return;
    for (const direction of this.directions) direction.become(condition);
  }

  strand(): void {
    this.become({ kind: 'stalled' });
    this.isStranded = true;
  }

  reset(): void {
    for (const socket of [this.client, this.target]) {
      if (socket.destroyed) continue;
      socket.resetAndDestroy();
      // It waits for what is still to be written, which a peer that is gone never takes.
      setTimeout(() => socket.destroy(), RESET_MS_MAX).unref();
    }
    this.closed();
  }

  halfClose(): void {
    this.client.end();
  }
}

interface Held {
  /** Undefined stands for the end. */
  readonly data: Buffer | undefined;
  readonly dueAt: number;
}

/** What one side of a connection says to the other, in its order whatever the condition. */
class Direction {
  private condition: Condition = { kind: 'sound' };
  private readonly held: Held[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
  ) {
    from.on('data', (data: Buffer) => this.take(data));
    from.on('end', () => this.take(undefined));
  }

  become(condition: Condition): void {
    this.condition = condition;
    if (condition.kind === 'stalled') {
      this.from.pause();
      clearTimeout(this.timer);
      return;
    }
    this.from.resume();
    this.passDue();
  }

  private take(data: Buffer | undefined): void {
    const delayMs = this.condition.kind === 'slow' ? this.condition.delayMs : 0;
    this.held.push({ data, dueAt: Date.now() + delayMs });
    this.passDue();
  }

  private passDue(): void {
    clearTimeout(this.timer);
    if (this.condition.kind === 'stalled') return;
    const now = Date.now();
    while (this.held[0] && (this.held[0].dueAt <= now || this.condition.kind === 'sound')) this.pass(this.held.shift());
    const next = this.held[0];
    if (next) this.timer = setTimeout(() => this.passDue(), next.dueAt - now).unref();
  }

  private pass(held: Held | undefined): void {
    if (!held || this.to.destroyed || this.to.writableEnded) return;
    if (held.data === undefined) {
      this.to.end();
      return;
    }
    if (this.to.write(held.data)) return;
    this.from.pause();
    this.to.once('drain', () => {
      if (this.condition.kind !== 'stalled') this.from.resume();
    });
  }
}
