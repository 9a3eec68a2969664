import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';

interface Counted {
  readonly id: number;
  readonly tokens: number;
}

const TYPING_PAUSE_MS = 200;

let worker: Worker | undefined;
let asked = 0;

/**
 * How many tokens a text is, as OpenAI's current models count; those of other vendors differ by some percent.
 *
 * @throws Error when the counter cannot be loaded.
 */
export function countTokens(text: string): Promise<number> {
  if (text === '') return Promise.resolve(0);
  worker ??= new Worker(new URL('./count-worker.ts', import.meta.url), { type: 'module' });
  const counting = worker;
  asked += 1;
  const id = asked;
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const { signal } = done;
    const onMessage = ({ data }: MessageEvent<Counted>) => {
      if (data.id !== id) return;
      done.abort();
      resolve(data.tokens);
    };
    const onError = () => {
      done.abort();
      // The next text gets a worker of its own.
      if (worker === counting) worker = undefined;
      reject(new Error('The token counter could not be loaded.'));
    };
    counting.addEventListener('message', onMessage, { signal });
    counting.addEventListener('error', onError, { signal });
    counting.postMessage({ id, text }, []);
  });
}

export interface TokenCount {
  /** Undefined while it is being counted, or cannot be. */
  readonly tokens: number | undefined;
  readonly error: unknown;
}

/** Counts what somebody types, when they pause. */
export function useTokenCount(text: string): TokenCount {
  const [settled] = useDebouncedValue(text, TYPING_PAUSE_MS);
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['token-count', settled],
    queryFn: () => countTokens(settled),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    placeholderData: (before: number | undefined) => before,
  });
  return { tokens: isPlaceholderData || settled !== text ? undefined : data, error };
}
