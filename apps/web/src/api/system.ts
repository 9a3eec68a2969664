import { useQuery } from '@tanstack/react-query';
import { api } from './client';

/** What waits anywhere between a request and its record, as `/api/system` tells it. */
export interface System {
  readonly gateway: {
    readonly openSettlements: number;
    readonly unconfirmed: number;
    readonly spooledBytes: number;
    readonly spoolLimitBytes: number;
    readonly oldestUnconfirmedMs: number | null;
  };
  readonly consumers: readonly Consumer[];
  /** Null when the event log does not answer. */
  readonly deadLetters: number | null;
  /** Null where the event log is no stream. */
  readonly stream: {
    readonly messages: number;
    readonly bytes: number;
    readonly firstSequence: number;
    readonly lastSequence: number;
  } | null;
}

export interface Consumer {
  readonly name: string;
  readonly pending: number;
  readonly ackPending: number;
  readonly redelivered: number;
  readonly lagMs: number | null;
}

const REFETCH_MS = 5_000;

export function useSystem() {
  return useQuery({
    queryKey: ['/api/system'],
    queryFn: ({ signal }) => api.get<System>('/api/system', { signal }),
    refetchInterval: REFETCH_MS,
  });
}
