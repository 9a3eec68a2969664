import { Module } from '@nestjs/common';
import { TokensModule } from '../tokens/tokens.module.js';
import { DemoProvider } from './demo/demo.provider.js';
import { OpenAiCompatibleProvider } from './openai-compatible/openai-compatible.provider.js';
import { PROVIDERS, type Provider } from './provider.js';
import { Providers } from './providers.js';

/** Every provider that is built in. A new one is a folder beside the others, and a line here. */
@Module({
  imports: [TokensModule],
  providers: [
    DemoProvider,
    OpenAiCompatibleProvider,
    {
      provide: PROVIDERS,
      inject: [DemoProvider, OpenAiCompatibleProvider],
      useFactory: (...providers: Provider[]) => providers,
    },
    Providers,
  ],
  exports: [Providers],
})
export class ProvidersModule {}
