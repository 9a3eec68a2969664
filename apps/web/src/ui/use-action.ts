import { useMutation } from '@tanstack/react-query';
import { notifyError } from './notify';
import { invalidate } from './use-submit';

export interface ActionOptions<Input, Result> {
  readonly send: (input: Input) => Promise<Result>;
  /** Paths of what is then asked anew. */
  readonly changes: readonly string[];
  readonly onDone: (result: Result, input: Input) => void;
}

export interface Action<Input> {
  readonly run: (input: Input) => void;
  readonly isBusy: boolean;
}

/** What a button does: sends something, and has asked anew what it changed. A refusal is said in a notice. */
export function useAction<Input, Result>({ send, changes, onDone }: ActionOptions<Input, Result>): Action<Input> {
  const { mutate, isPending } = useMutation({
    mutationFn: send,
    onSuccess: async (result, input) => {
      await invalidate(changes);
      onDone(result, input);
    },
    onError: notifyError,
  });
  return { run: mutate, isBusy: isPending };
}
