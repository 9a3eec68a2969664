import { createHash } from 'node:crypto';

const SENTENCES = [
  'A gateway stands between your program and the models it calls.',
  'It asks what the call may cost, holds that amount, and passes the call on.',
  'When the answer is complete, the tokens that were really used are priced and charged.',
  'What was held and not used returns to the balance at once.',
  'Every charge can be recomputed from its own record: tokens, times rate, times multiplier.',
  'A call that fails costs nothing.',
  'Prices never change in the past: a new price is a new version.',
  'This text is made up by a built-in provider, so that no account is needed to try things out.',
  'Ask the same question again, and you will read the same words again.',
  'To call a real model, add a channel with a key of your own.',
];

/** Sentences without end, always the same for the same question. */
export function* demoSentences(question: string): Generator<string> {
  yield `You said: "${question.slice(0, 80)}". This is the demo provider of Code Router.`;
  const start = createHash('sha256').update(question).digest().readUInt16BE();
  for (let index = start; ; index += 1) yield ` ${SENTENCES[index % SENTENCES.length]}`;
}
