import { defineNotice } from './message.js';

/** Channels and the site's texts are the gateway's own; its replicas tell each other that they changed. */
export const GatewayNotices = {
  channelsChanged: defineNotice<Record<string, never>>('gateway.channels-changed'),
  /** What the site is called, or announces. */
  siteChanged: defineNotice<Record<string, never>>('gateway.site-changed'),
} as const;
