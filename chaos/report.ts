import { countOf, type Violation } from './books/verdict.js';
import { UNCHARGED_REASONS, type UnchargedReason } from './books/uncharged.js';
import type { ChaosReport, FaultReport } from './run.js';

const SHOWN_PER_RULE = 5;

/** The report as people read it. */
export function reportText(report: ChaosReport, repeatWith: string): string {
  const { faults, verdict, ownEnds } = report;
  const lines = [
    '',
    table(faults),
    '',
    `faults injected        ${faults.length}`,
    `requests               ${verdict.requests}, of which clients saw ${verdict.succeeded} succeed`,
    `refused or failed      ${refusals(verdict.refusals)}`,
    `settled                ${verdict.settled}`,
    `orphaned               ${verdict.orphaned}`,
    `released               ${verdict.released}`,
    `rightly not charged    ${sumOf(Object.values(verdict.uncharged))}`,
    ...Object.entries(UNCHARGED_REASONS).map(
      ([reason, why]) => `  ${reason.padEnd(28)} ${verdict.uncharged[reason as UnchargedReason] ?? 0}: ${why}`,
    ),
    `events seen            ${verdict.eventsSeen}, ${verdict.eventsSeenAgain} of them again`,
    `lost                   ${countOf(verdict, 'lost')}`,
    `double                 ${countOf(verdict, 'double')}`,
    `other contradictions   ${otherContradictions(report)}`,
    `ended by themselves    ${ownEnds.length === 0 ? 'no process' : ownEnds.map((end) => end.process).join(', ')}`,
    ...report.proofs.map(
      ({ spoilage, rule, found }) => `after '${spoilage}'`.padEnd(23) + `${found} ${rule}, as there should be`,
    ),
    `time to recover        ${longest(faults, 'servedMs')} at most until requests were answered, ` +
      `${longest(faults, 'bookedMs')} until all that had succeeded was in the books`,
    `books agreed after     ${seconds(report.settledMs)} without calls`,
    `the run took           ${seconds(report.durationMs)}`,
    `repeat with            ${repeatWith}`,
    ...contradictions(verdict.violations),
    ...faults.filter(({ servedMs, bookedMs }) => servedMs === null || bookedMs === null).map(notRecovered),
  ];
  if (!isSound(report)) lines.push('', `The processes' lines are in ${report.logs}`);
  return `${lines.join('\n')}\n`;
}

/** Whether every check passed, and those that were tried on spoiled books did not. */
export function isSound({ verdict, faults, proofs }: ChaosReport): boolean {
  const hasRecovered = faults.every(({ servedMs, bookedMs }) => servedMs !== null && bookedMs !== null);
  return verdict.violations.length === 0 && hasRecovered && proofs.every(({ found }) => found > 0);
}

function table(faults: readonly FaultReport[]): string {
  const width = Math.max(...faults.map(({ name }) => name.length), 5);
  const head = `${'fault'.padEnd(width)}   served after   booked after`;
  const rows = faults.map(
    ({ name, servedMs, bookedMs }) =>
      `${name.padEnd(width)} ${seconds(servedMs).padStart(14)} ${seconds(bookedMs).padStart(14)}`,
  );
  return [head, ...rows].join('\n');
}

function longest(faults: readonly FaultReport[], what: 'servedMs' | 'bookedMs'): string {
  const times = faults.map((fault) => fault[what]);
  return times.includes(null) ? 'never' : seconds(Math.max(0, ...times.filter((time) => time !== null)));
}

function otherContradictions({ verdict }: ChaosReport): string {
  const others = verdict.violations.filter(({ rule }) => rule !== 'lost' && rule !== 'double');
  const counts = Map.groupBy(others, ({ rule }) => rule);
  if (counts.size === 0) return '0';
  return [...counts].map(([rule, found]) => `${found.length} ${rule}`).join(', ');
}

function contradictions(violations: readonly Violation[]): readonly string[] {
  const lines: string[] = [];
  for (const [rule, found] of Map.groupBy(violations, (violation) => violation.rule)) {
    lines.push('', `${rule}: ${found.length}`);
    for (const { about, says } of found.slice(0, SHOWN_PER_RULE)) {
      lines.push(`  ${about}`, ...Object.entries(says).map(([book, said]) => `    ${book.padEnd(13)}${said}`));
    }
    if (found.length > SHOWN_PER_RULE) {
      lines.push(
        `  and ${found
          .slice(SHOWN_PER_RULE)
          .map(({ about }) => about)
          .join(' ')}`,
      );
    }
  }
  return lines;
}

function notRecovered({ name, servedMs, failure }: FaultReport): string {
  const reason = failure ?? (servedMs === null ? 'not every gateway answered again' : 'the books did not catch up');
  return `\nno recovery from '${name}': ${reason}`;
}

function refusals(byStatus: Readonly<Record<number, number>>): string {
  const parts = Object.entries(byStatus).map(
    ([status, count]) => `${count} ${status === '0' ? 'without an answer' : `with ${status}`}`,
  );
  return parts.length === 0 ? '0' : parts.join(', ');
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function seconds(milliseconds: number | null): string {
  return milliseconds === null ? 'never' : `${(milliseconds / 1_000).toFixed(1)} s`;
}
