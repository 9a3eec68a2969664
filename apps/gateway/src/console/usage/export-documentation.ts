import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse, ApiProduces } from '@nestjs/swagger';

/** Documents an export: a file that is written while it is read. */
export function UsageExport(): MethodDecorator {
  return applyDecorators(
    ApiProduces('text/csv', 'application/x-ndjson'),
    ApiOkResponse({
      description: 'The records, newest first. A connection that breaks off means that the file is not whole.',
      schema: { type: 'string', format: 'binary' },
      headers: {
        'x-code-router-rows-estimate': {
          description: 'About how many rows there will be.',
          schema: { type: 'integer' },
        },
      },
    }),
  );
}
