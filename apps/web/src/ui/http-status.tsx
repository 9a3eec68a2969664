import { StatusBadge, type Tone } from './status-badge';

export interface HttpStatusProps {
  readonly status: number;
  readonly errorCode?: string | undefined;
}

/** The status that a client got, with the code of its error. */
export function HttpStatus({ status, errorCode }: HttpStatusProps) {
  const tone: Tone = status >= 500 ? 'bad' : status >= 400 || errorCode !== undefined ? 'warning' : 'good';
  return <StatusBadge tone={tone}>{errorCode === undefined ? String(status) : `${status} ${errorCode}`}</StatusBadge>;
}
