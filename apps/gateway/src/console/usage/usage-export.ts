import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { UsageLogMessages, type ExportUsage, type UsageExportPart } from '@code-router/contracts';
import type { ServiceClient } from '@code-router/messaging';
import { exportParts } from './export-parts.js';

/** A part may have to be looked for in years of records. */
const PART_TIMEOUT_MS = 60_000;
const CONTENT_TYPES = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson; charset=utf-8' } as const;

/**
 * Streams an export. The next parts are asked for while the one before is on its way, and no further: a client that reads
 * slowly makes the parts come slowly, and few of them are all that is held.
 *
 * @throws DomainError when the first part cannot be had; what fails later ends the connection, so that nobody takes half
 * a file for a whole one.
 */
export async function streamUsageExport(
  client: ServiceClient,
  wanted: Omit<ExportUsage, 'cursor' | 'until' | 'encoding'>,
  reply: FastifyReply,
): Promise<StreamableFile> {
  // What comes in meanwhile belongs to the next export; otherwise a busy installation's would have no end.
  const filters = { ...wanted.filters, to: wanted.filters.to ?? new Date().toISOString() };
  const ask = (stretch: Pick<ExportUsage, 'cursor' | 'until'> = {}): Promise<UsageExportPart> =>
    client.request(
      UsageLogMessages.exportRecords,
      { ...wanted, filters, encoding: 'base64', ...stretch },
      { timeoutMs: PART_TIMEOUT_MS },
    );
  const [first, { rows }] = await Promise.all([ask(), client.request(UsageLogMessages.estimateRecords, filters)]);
  void reply.header('x-code-router-rows-estimate', String(rows));
  void reply.header('cache-control', 'no-store');
  return new StreamableFile(Readable.from(bytesOf(exportParts(first, ask)), { objectMode: false, highWaterMark: 1 }), {
    type: CONTENT_TYPES[wanted.format],
    disposition: `attachment; filename="usage-${new Date().toISOString().slice(0, 10)}.${wanted.format}"`,
  });
}

async function* bytesOf(parts: AsyncIterable<UsageExportPart>): AsyncGenerator<Buffer> {
  for await (const { text, encoding } of parts) if (text !== '') yield Buffer.from(text, encoding);
}
