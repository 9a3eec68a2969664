import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { CONSOLE_API_PREFIX } from '../console-api.js';
import { ConsoleModule } from '../console.module.js';

/**
 * Serves the documentation of the console's API: pages at `/api/docs`, the OpenAPI document at `/api/docs-json`. To be
 * called before the application listens. Everything that the pages need comes from this process.
 */
export function serveApiDocumentation(app: INestApplication): void {
  SwaggerModule.setup(`${CONSOLE_API_PREFIX}/docs`, app, () => apiDocument(app), {
    customSiteTitle: 'Code Router API',
    // No validator: the pages would ask a server on the internet about this one's document.
    swaggerOptions: { persistAuthorization: true, validatorUrl: null },
  });
}

/** Describes every route of the console. The relay's routes are OpenAI's own and documented by them. */
export function apiDocument(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('Code Router administration')
    .setDescription(
      'Channels, prices, accounts, keys and usage. Sign in with `POST /api/auth/login` and send the token as ' +
        '`Authorization: Bearer`. Amounts are decimal strings of nanos, 1e-9 of a credit. Lists are newest first, and ' +
        'paged: send `nextCursor` of a page as `cursor` to read on.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The token of a session' })
    .build();
  return SwaggerModule.createDocument(app, about, { include: [ConsoleModule] });
}
