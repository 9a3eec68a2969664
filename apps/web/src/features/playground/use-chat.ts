import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { sessionQuery } from '../../api/session';
import { streamChat, type ChatMessage, type ChatRequest, type ChatUsage } from './chat-stream';

/** One turn of the conversation: what was asked, and what came of it. */
export interface Turn {
  readonly id: number;
  readonly model: string;
  readonly question: string;
  readonly answer: string;
  readonly state: 'answering' | 'answered' | 'stopped' | 'failed';
  readonly usage?: ChatUsage;
  readonly finishReason?: string;
  readonly error?: unknown;
}

export interface Asking extends Omit<ChatRequest, 'messages'> {
  /** Below which the completion is asked for: that of the key that pays. */
  readonly path: string;
  readonly system: string;
  readonly question: string;
}

export interface Chat {
  readonly turns: readonly Turn[];
  readonly isAnswering: boolean;
  readonly ask: (asking: Asking) => Promise<void>;
  readonly stop: () => void;
  readonly clear: () => void;
}

export function useChat(): Chat {
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const underWay = useRef<AbortController>(undefined);
  const nextId = useRef(1);
  const queryClient = useQueryClient();
  useEffect(() => () => underWay.current?.abort(), []);

  const ask = useCallback(
    async ({ path, system, question, ...request }: Asking) => {
      const id = nextId.current;
      nextId.current += 1;
      const abort = new AbortController();
      underWay.current = abort;
      const change = (changed: (turn: Turn) => Partial<Turn>) =>
        setTurns((all) => all.map((turn) => (turn.id === id ? { ...turn, ...changed(turn) } : turn)));
      setTurns((all) => [...all, { id, model: request.model, question, answer: '', state: 'answering' }]);
      try {
        const messages = conversation(system, turns, question);
        for await (const event of streamChat(path, { ...request, messages }, abort.signal)) {
          switch (event.kind) {
            case 'text':
              change(({ answer }) => ({ answer: answer + event.text }));
              break;
            case 'finish':
              change(() => ({ finishReason: event.reason }));
              break;
            case 'usage':
              change(() => ({ usage: event.usage }));
              break;
            default:
              event satisfies never;
          }
        }
        change(() => ({ state: 'answered' }));
      } catch (error) {
        change(() => (abort.signal.aborted ? { state: 'stopped' } : { state: 'failed', error }));
      } finally {
        // The balance that is shown elsewhere has changed.
        void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
      }
    },
    [turns, queryClient],
  );

  return {
    turns,
    isAnswering: turns.some(({ state }) => state === 'answering'),
    ask,
    stop: () => underWay.current?.abort(),
    clear: () => {
      underWay.current?.abort();
      setTurns([]);
    },
  };
}

/** What is sent: the instructions, everything that was said so far, and the question. Turns that failed were not said. */
export function conversation(system: string, turns: readonly Turn[], question: string): readonly ChatMessage[] {
  const said = turns
    .filter(({ answer }) => answer !== '')
    .flatMap((turn): readonly ChatMessage[] => [
      { role: 'user', content: turn.question },
      { role: 'assistant', content: turn.answer },
    ]);
  return [
    ...(system.trim() === '' ? [] : [{ role: 'system', content: system } as const]),
    ...said,
    { role: 'user', content: question },
  ];
}
