import { UpstreamFailure, type BodyReader, type UpstreamBody } from '../provider.js';

/** What brings a body here, and can be held back or ended. */
export interface BodyFlow {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/**
 * A body as it arrives. What comes together with the head, before its reader is there, is kept for it: holding the flow
 * back until then would have the parser begin every answer twice. Whoever gets the head reads at once, so that this is
 * no more than one read of the socket.
 */
export class ArrivingBody implements UpstreamBody {
  private readonly early: Buffer[] = [];
  private reader: BodyReader | undefined;
  private outcome: 'whole' | Error | undefined;
  private isPaused = false;

  constructor(private readonly flow: BodyFlow) {}

  read(reader: BodyReader): void {
    this.reader = reader;
    const early = this.early.splice(0);
    // In one piece: a reader that pauses after the first of many would get the others nevertheless.
    if (early.length > 0) reader.chunk(early.length === 1 ? (early[0] as Buffer) : Buffer.concat(early));
    this.tellOutcome();
  }

  pause(): void {
    this.isPaused = true;
    this.flow.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.flow.resume();
    this.tellOutcome();
  }

  cut(): void {
    this.reader = undefined;
    this.flow.abort(new UpstreamFailure('broken', 'The call was given up.'));
  }

  arrived(chunk: Buffer): void {
    if (this.reader) this.reader.chunk(chunk);
    else this.early.push(chunk);
  }

  /** The body is whole, or broke off. */
  ended(outcome: 'whole' | Error): void {
    this.outcome = outcome;
    this.tellOutcome();
  }

  /** Once, and not before everything else has been handed over. */
  private tellOutcome(): void {
    const { reader, outcome } = this;
    if (!reader || !outcome || this.isPaused) return;
    this.reader = undefined;
    if (outcome === 'whole') reader.end();
    else reader.fail(outcome);
  }
}
