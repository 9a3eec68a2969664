const OUTCOMES = {
  settled: 'A request was paid for: `data.amountNanos` is what its account is charged.',
  released: 'A request cost nothing, mostly because no provider answered it: its hold was released.',
  orphaned:
    'The gateway of a request went away. What it had delivered until its last sign of life is charged; a `settled` ' +
    'event of the same reservation may still come, and then counts instead.',
};

/** What the definitions of a JSON Schema are called within an AsyncAPI document. */
const SCHEMAS = '#/components/schemas/';

/**
 * AsyncAPI 3.0 of the usage events: the subjects that Code Router publishes on, and the schema of what is published.
 *
 * @see https://www.asyncapi.com/docs/reference/specification/v3.0.0
 */
export function usageAsyncApi({ definitions }, example) {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Usage events of Code Router',
      version: '1.0.0',
      description:
        'One event for each request that ended: what it used, what it cost, and how that was computed. ' +
        'CloudEvents 1.0 as JSON, kept in the JetStream stream USAGE, delivered at least once. ' +
        'Order, duplicates, retention and versions are described in docs/usage-events.md.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      nats: {
        host: '{host}:{port}',
        protocol: 'nats',
        description: 'NATS 2.9 or newer with JetStream.',
        variables: { host: { default: '127.0.0.1' }, port: { default: '4222' } },
      },
    },
    channels: { ...usageChannels(), deadLetters: deadLetterChannel() },
    operations: { ...usageOperations(), publishDeadLetter: operation('deadLetters', ['deadLetter']) },
    components: {
      messages: { ...usageMessages(example), deadLetter: deadLetterMessage() },
      schemas: schemasOf(definitions),
    },
  };
}

function usageChannels() {
  return mapOutcomes((outcome, description) => [
    channelOf(outcome),
    {
      address: `usage.v1.${outcome}.{accountId}`,
      description,
      messages: { [outcome]: { $ref: `#/components/messages/${outcome}` } },
      parameters: { accountId: { description: 'The account that pays; also the `subject` of the event.' } },
    },
  ]);
}

function usageOperations() {
  return mapOutcomes((outcome) => [`publish${capitalized(outcome)}`, operation(channelOf(outcome), [outcome])]);
}

function operation(channel, messages) {
  return {
    action: 'send',
    channel: { $ref: `#/channels/${channel}` },
    messages: messages.map((message) => ({ $ref: `#/channels/${channel}/messages/${message}` })),
  };
}

function usageMessages(example) {
  return mapOutcomes((outcome, description) => [
    outcome,
    {
      name: `code-router.usage.v1.${outcome}`,
      title: `Usage ${outcome}`,
      summary: description,
      contentType: 'application/json',
      headers: {
        type: 'object',
        properties: { 'Nats-Msg-Id': { type: 'string', description: 'The id of the event.' } },
      },
      payload: { $ref: `${SCHEMAS}UsageEvent` },
      ...(example.data.outcome === outcome ? { examples: [{ payload: example }] } : {}),
    },
  ]);
}

function deadLetterChannel() {
  return {
    address: 'dead.usage.{consumer}',
    description: "What one of Code Router's own consumers can never use, kept in the stream USAGE_DEAD.",
    messages: { deadLetter: { $ref: '#/components/messages/deadLetter' } },
    parameters: { consumer: { description: 'The durable name of the consumer, such as `quota`.' } },
  };
}

function deadLetterMessage() {
  return {
    name: 'code-router.usage.dead-letter',
    title: 'Dead letter',
    summary: 'The message as it came, which may be anything, and why it cannot be used.',
    headers: {
      type: 'object',
      properties: { 'x-code-router-reason': { type: 'string', description: 'A sentence for operators.' } },
      required: ['x-code-router-reason'],
    },
    payload: {},
  };
}

/** AsyncAPI keeps schemas in one place for all messages, where references then lead. */
function schemasOf(definitions) {
  return JSON.parse(JSON.stringify(definitions).replaceAll('#/definitions/', SCHEMAS));
}

function mapOutcomes(map) {
  return Object.fromEntries(Object.entries(OUTCOMES).map(([outcome, description]) => map(outcome, description)));
}

function channelOf(outcome) {
  return `usage${capitalized(outcome)}`;
}

function capitalized(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
