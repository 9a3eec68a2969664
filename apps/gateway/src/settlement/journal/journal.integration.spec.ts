import { existsSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rename, rm, rmdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ChildProgram, temporaryDirectory, waitFor } from '@code-router/testing';
import { Journal, type Recovered } from './journal.js';
import { RECORD_HEADER_BYTES, scanRecords, writeRecord } from './journal-record.js';

const BYTES_MAX = 1024 * 1024;

let folder: string;

beforeEach(async () => {
  folder = join(await temporaryDirectory('journal'), 'own');
  await mkdir(folder);
});

afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

const failed = (error: unknown): never => {
  throw error;
};
const openJournal = (bytesMax = BYTES_MAX) => new Journal(folder, bytesMax, failed);
const segments = async () => (await readdir(folder)).toSorted();

function appendAll(journal: Journal, texts: readonly string[]) {
  return texts.map((text) => {
    const place = journal.append(Buffer.from(text));
    if (!place) throw new Error('the journal is full');
    return place;
  });
}

async function recover(journal = openJournal()) {
  const records: Recovered[] = [];
  let damagedBytes = 0;
  await journal.recover((found, damaged) => {
    records.push(...found);
    damagedBytes += damaged;
  });
  return { journal, records, texts: records.map(({ content }) => content.toString()), damagedBytes };
}

describe('a journal', () => {
  it('gives back what was appended, in that order, and reads each record at its place', async () => {
    const texts = Array.from({ length: 500 }, (_, index) => `${index} é ${'x'.repeat(index)}`);
    const journal = openJournal();
    const places = appendAll(journal, texts);
    expect(places.map((place) => journal.read(place).toString())).toEqual(texts);
    await journal.close();
    const { texts: found, damagedBytes } = await recover();
    expect({ found, damagedBytes }).toEqual({ found: texts, damagedBytes: 0 });
  });

  it('takes records that are larger than others by far, and records of nothing', async () => {
    const texts = ['small', 'x'.repeat(300_000), '', 'small again'];
    const journal = openJournal();
    appendAll(journal, texts);
    await journal.close();
    expect((await recover()).texts).toEqual(texts);
  });

  it('removes a segment when none of its records is needed any more, and uses the last one again', async () => {
    const journal = openJournal(64 * 1024);
    const places = appendAll(
      journal,
      Array.from({ length: 30 }, () => 'x'.repeat(1_000)),
    );
    const filled = await segments();
    expect(filled.length).toBeGreaterThan(3);
    for (const place of places.slice(0, 10)) journal.release(place);
    await waitFor(async () => (await segments()).length < filled.length, { what: 'the first segment to be removed' });
    for (const place of places.slice(10)) journal.release(place);
    await waitFor(async () => (await segments()).length === 1, { what: 'only the last segment to be left' });
    journal.tidy();
    expect(journal.bytes).toBe(0);
    expect(journal.isEmpty).toBe(true);
    appendAll(journal, ['after']);
    await journal.close();
    expect((await recover()).texts).toEqual(['after']);
  });

  it('is refused more than its size, and takes more when some is given back', async () => {
    const journal = openJournal(16 * 1024);
    const places = [];
    for (;;) {
      const place = journal.append(Buffer.alloc(500));
      if (!place) break;
      places.push(place);
    }
    expect(journal.bytes).toBeLessThanOrEqual(16 * 1024);
    expect(places.length).toBe(Math.floor((16 * 1024) / (500 + RECORD_HEADER_BYTES)));
    for (const place of places) journal.release(place);
    journal.tidy();
    expect(journal.append(Buffer.alloc(500))).toBeDefined();
  });

  it('leaves nothing behind when it is closed and nothing is needed', async () => {
    const journal = openJournal();
    for (const place of appendAll(journal, ['a', 'b'])) journal.release(place);
    await journal.close();
    expect(existsSync(folder)).toBe(false);
  });

  it('is synced for all who ask together, also while a sync is under way', async () => {
    const journal = openJournal();
    const syncs = Array.from({ length: 200 }, (_, index) => {
      appendAll(journal, [`${index}`]);
      return journal.sync();
    });
    expect(await Promise.all(syncs)).toHaveLength(200);
    expect((await stat(join(folder, (await segments())[0] as string))).size).toBe(journal.bytes);
  });

  it('keeps what was appended when its process is killed in the middle of appending', async () => {
    const writer = await ChildProgram.start({
      name: 'the writer',
      command: process.execPath,
      args: [
        '--import',
        join(process.cwd(), 'test/servers/typescript-loader.mjs'),
        '--input-type=module',
        '-e',
        `const { Journal } = await import(${JSON.stringify(new URL('journal.ts', import.meta.url).href)});
         const journal = new Journal(${JSON.stringify(folder)}, ${64 * 1024 * 1024}, () => undefined);
         for (let index = 0; ; index += 1) {
           journal.append(Buffer.from('record ' + index));
           if (index % 1000 === 0) {
             process.stdout.write('appended ' + index + '\\n');
             await new Promise(setImmediate);
           }
         }`,
      ],
      environment: {},
    });
    await writer.waitForLine(/appended 3000/, 30_000);
    writer.signal('SIGKILL');
    await writer.ended;
    const { texts, damagedBytes } = await recover(new Journal(folder, 256 * 1024 * 1024, failed));
    expect(texts.length).toBeGreaterThan(3_000);
    expect(texts).toEqual(texts.map((_, index) => `record ${index}`));
    // One write is one record here, and the system takes it whole.
    expect(damagedBytes).toBe(0);
  });
});

describe('a journal that was cut short', () => {
  it('at any byte gives back every record before the cut, and tells how much is damaged', async () => {
    const texts = ['first', '', 'third é', 'x'.repeat(40)];
    const journal = openJournal();
    appendAll(journal, texts);
    await journal.close();
    const [name] = await segments();
    const path = join(folder, name as string);
    const whole = await readFile(path);
    const ends = texts.reduce<number[]>(
      (all, text) => [...all, (all.at(-1) ?? 0) + RECORD_HEADER_BYTES + Buffer.byteLength(text)],
      [],
    );
    for (let length = whole.length; length >= 0; length -= 1) {
      await writeFile(path, whole);
      await truncate(path, length);
      const { texts: found, damagedBytes, journal: recovered } = await recover();
      const count = ends.filter((end) => end <= length).length;
      expect({ length, found }).toEqual({ length, found: texts.slice(0, count) });
      expect(damagedBytes).toBe(length - (ends[count - 1] ?? 0));
      if (count > 0) await recovered.close();
      else await waitFor(() => !existsSync(path), { what: 'what holds nothing to be removed' });
    }
  });

  it('appends to a segment of its own, and gives back both', async () => {
    const journal = openJournal();
    appendAll(journal, ['whole', 'torn']);
    await journal.close();
    const [name] = await segments();
    await truncate(join(folder, name as string), RECORD_HEADER_BYTES * 2 + 5 + 2);
    const second = await recover();
    appendAll(second.journal, ['later']);
    await second.journal.close();
    expect((await recover()).texts).toEqual(['whole', 'later']);
  });

  it('and was followed by garbage, or zeros as after a power cut, gives back what is whole', async () => {
    const journal = openJournal();
    appendAll(journal, ['a', 'b']);
    await journal.close();
    const path = join(folder, (await segments())[0] as string);
    await appendFile(path, Buffer.alloc(5_000));
    await appendFile(path, 'CRS1 is where a record begins, mostly');
    expect(await recover()).toMatchObject({ texts: ['a', 'b'], damagedBytes: 5_037 });
  });
});

describe('a journal of which a segment cannot be read', () => {
  it('gives back the others, stays where it is, and gives back that one as soon as it can be read', async () => {
    const journal = openJournal();
    appendAll(journal, ['later']);
    await journal.close();
    const [first, second] = ['segment-00000001', 'segment-00000002'].map((name) => join(folder, name)) as [
      string,
      string,
    ];
    await rename(first, second);
    await mkdir(first);

    const found: Recovered[] = [];
    const left = openJournal();
    await expect(left.recover((records) => found.push(...records))).rejects.toMatchObject({ code: 'EISDIR' });
    expect(found.map(({ content }) => content.toString())).toEqual(['later']);
    for (const { place } of found.splice(0)) left.release(place);
    left.tidy();
    expect({ isEmpty: left.isEmpty, isWhole: left.isWhole }).toEqual({ isEmpty: false, isWhole: false });
    await left.close();
    expect(existsSync(first)).toBe(true);

    const again = openJournal();
    await expect(again.recover((records) => found.push(...records))).rejects.toMatchObject({ code: 'EISDIR' });
    await rmdir(first);
    const content = Buffer.from('earlier');
    const record = Buffer.alloc(RECORD_HEADER_BYTES + content.length);
    writeRecord(record, content);
    await writeFile(first, record);
    await again.recover((records) => found.push(...records));
    expect(found.map(({ content: text }) => text.toString())).toEqual(['earlier']);
    expect({ isEmpty: again.isEmpty, isWhole: again.isWhole }).toEqual({ isEmpty: false, isWhole: true });
    for (const { place } of found) again.release(place);
    expect(again.isEmpty).toBe(true);
    await again.close();
    expect(existsSync(folder)).toBe(false);
  });

  it('has a segment removed once whose records are all released while they are taken', async () => {
    const journal = openJournal();
    appendAll(journal, ['a', 'b']);
    await journal.close();
    const failures: unknown[] = [];
    const left = new Journal(folder, BYTES_MAX, (error) => failures.push(error));
    await left.recover((records) => {
      for (const { place } of records) left.release(place);
    });
    await waitFor(async () => (await segments()).length === 0, { what: 'the segment to be removed' });
    expect({ bytes: left.bytes, isEmpty: left.isEmpty, failures }).toEqual({ bytes: 0, isEmpty: true, failures: [] });
  });
});

describe('a damaged file of records', () => {
  const fileOf = (contents: readonly Uint8Array[]): Buffer => {
    const file = Buffer.alloc(contents.reduce((sum, { length }) => sum + RECORD_HEADER_BYTES + length, 0));
    let position = 0;
    for (const content of contents) position += writeRecord(file.subarray(position), content);
    return file;
  };

  it('loses no record but those that are damaged', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 12 }),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 4 }),
        (contents, damages) => {
          const file = fileOf(contents);
          const starts = contents.map((_, index) =>
            contents.slice(0, index).reduce((sum, { length }) => sum + RECORD_HEADER_BYTES + length, 0),
          );
          const places = damages.map(([at]) => at % file.length);
          // Two changes of one byte could undo each other.
          const distinct = new Map(places.map((place, index) => [place, damages[index]?.[1] ?? 1]));
          for (const [place, change] of distinct) file[place] = (file[place] ?? 0) ^ change;
          const whole = contents.filter((content, index) => {
            const start = starts[index] ?? 0;
            const end = start + RECORD_HEADER_BYTES + content.length;
            return ![...distinct.keys()].some((place) => place >= start && place < end);
          });
          const found = scanRecords(file).records.map(({ content }) => Buffer.from(content).toString('hex'));
          for (const content of whole) expect(found).toContain(Buffer.from(content).toString('hex'));
          expect(found.length).toBeLessThanOrEqual(contents.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('of whatever bytes is read without an error, and every byte is accounted for', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const file = Buffer.concat([Buffer.from('CRS1'), bytes]);
        const { records, damagedBytes } = scanRecords(file);
        const kept = records.reduce((sum, { content }) => sum + RECORD_HEADER_BYTES + content.length, 0);
        expect(kept + damagedBytes).toBe(file.length);
      }),
    );
  });
});
