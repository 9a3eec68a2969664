export interface BannerFacts {
  readonly url: string;
  readonly demoKey: string;
  readonly demoModel: string;
  /** How the administrator logs in, when that may be shown: only at the first start. */
  readonly administrator?: string | undefined;
}

/** What a newcomer reads first: where it is, how to get in, and a line that works at once. */
export function banner({ url, demoKey, demoModel, administrator }: BannerFacts): string {
  const body = JSON.stringify({ model: demoModel, messages: [{ role: 'user', content: 'Hello!' }] });
  return [
    '',
    `Code Router is ready at ${url}`,
    '',
    `  OpenAI base URL   ${url}/v1`,
    `  Demo key          ${demoKey}`,
    `  Admin API         ${url}/api/docs`,
    ...(administrator ? [`  Administrator     ${administrator}`] : []),
    '',
    'Try it:',
    '',
    `curl ${url}/v1/chat/completions -H "Authorization: Bearer ${demoKey}" -H "Content-Type: application/json" -d '${body}'`,
    '',
    'Ctrl-C stops it.',
    '',
    '',
  ].join('\n');
}
