import { defineNotice } from './message.js';

/** Channels are the gateway's own; its replicas tell each other that they changed. */
export const GatewayNotices = {
  channelsChanged: defineNotice<Record<string, never>>('gateway.channels-changed'),
} as const;
