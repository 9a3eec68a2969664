import type { UseFormReturnType } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../api/query-client';
import { showErrorAtFields } from './form-errors';

export interface SubmitOptions<Values extends Record<string, unknown>, Result> {
  readonly form: UseFormReturnType<Values>;
  readonly send: (values: Values) => Promise<Result>;
  /** Paths of what is then asked anew. */
  readonly changes: readonly string[];
  readonly onDone: (result: Result) => void;
  /** What fields are called in the API, where that differs. */
  readonly names?: Readonly<Record<string, string>>;
}

export interface Submit {
  readonly onSubmit: (event?: React.FormEvent<HTMLFormElement>) => void;
  readonly isBusy: boolean;
  /** A refusal that names no field of the form. */
  readonly error: unknown;
}

/** Sends a form: what is refused is shown at the fields that it names, and else answered as `error`. */
export function useSubmit<Values extends Record<string, unknown>, Result>(
  options: SubmitOptions<Values, Result>,
): Submit {
  const { form, send, changes, onDone, names } = options;
  const [unplaced, setUnplaced] = useState<unknown>();
  const sending = useMutation({
    mutationFn: send,
    onMutate: () => setUnplaced(undefined),
    onSuccess: async (result) => {
      await invalidate(changes);
      onDone(result);
    },
    onError: (error) => setUnplaced(showErrorAtFields(form, error, names) ? undefined : error),
  });
  return {
    onSubmit: form.onSubmit((values) => sending.mutate(values)),
    isBusy: sending.isPending,
    error: unplaced,
  };
}

/** Asks anew whatever was asked at these paths. */
export async function invalidate(paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map((path) => queryClient.invalidateQueries({ queryKey: [path] })));
}
