import type { ErrorCode } from '@code-router/contracts';
import type { ErrorEnvelope, ErrorType } from '../../http/error-envelope.js';

export class ErrorDto {
  /** What was wrong and what to do, for a person. */
  readonly message!: string;

  /** The kind of error, as clients of OpenAI know it. */
  readonly type!: ErrorType;

  /** The field of the request that is wrong; null when it is none. */
  readonly param!: string | null;

  /** Stable, for machines. */
  readonly code!: ErrorCode;

  /** Facts that belong to the error lie beside these, such as `fields` with every field that is wrong. */
  readonly [fact: string]: string | number | boolean | null;
}

/** What every failed request is answered with. */
export class ErrorEnvelopeDto implements ErrorEnvelope {
  readonly error!: ErrorDto;
}
