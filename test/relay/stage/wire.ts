import type { UpstreamCall, Script } from './scripted-upstream.js';

/** Usage as OpenAI reports it, with whatever else a provider puts there. */
export interface WireUsage {
  readonly prompt_tokens?: number;
  readonly completion_tokens?: number;
  readonly [other: string]: unknown;
}

export const USAGE: WireUsage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };

const HEAD = { id: 'chatcmpl-upstream', created: 1_700_000_000, model: 'upstream-model' };

/** A chat completion as a provider answers it. */
export function completion(content: string, usage: unknown = USAGE): object {
  const message = { role: 'assistant', content };
  const choices = [{ index: 0, message, finish_reason: 'stop' }];
  return { ...HEAD, object: 'chat.completion', choices, ...(usage === undefined ? {} : { usage }) };
}

export function textChunk(content: string, others: object = {}): object {
  const choices = [{ index: 0, delta: { content }, finish_reason: null }];
  return { ...HEAD, object: 'chat.completion.chunk', choices, ...others };
}

export function finishChunk(others: object = {}): object {
  const choices = [{ index: 0, delta: {}, finish_reason: 'stop' }];
  return { ...HEAD, object: 'chat.completion.chunk', choices, ...others };
}

export function usageChunk(usage: unknown = USAGE): object {
  return { ...HEAD, object: 'chat.completion.chunk', choices: [], usage };
}

/** An event of a stream. */
export function sse(data: object | string): string {
  return `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}

/** Answers as a provider without faults does: plain or as a stream, whichever was asked for. */
export function answering(text: string | ((call: UpstreamCall) => string), usage: WireUsage = USAGE): Script {
  return (call) => {
    const content = typeof text === 'string' ? text : text(call);
    if (!call.json.stream) return call.answer(200, completion(content, usage));
    call.startEvents();
    for (const piece of content.match(/.{1,4}/gsu) ?? []) call.send(textChunk(piece));
    call.send(finishChunk());
    call.send(usageChunk(usage));
    call.endEvents();
  };
}
