import { Controller, type Type } from '@nestjs/common';
import { knownSettings } from '@code-router/config';
import { settingsOf, type ReportedSettings } from '@code-router/contracts';
import { Answers } from '@code-router/messaging';

/** Tells the gateway what this process was set up with. It leaves secrets out before anything leaves the process. */
export function settingsResponder(service: string): Type {
  @Controller()
  class SettingsResponder {
    @Answers(settingsOf(service))
    report(): ReportedSettings {
      return { settings: knownSettings() };
    }
  }
  return SettingsResponder;
}
