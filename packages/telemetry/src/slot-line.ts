import type { Slot } from '@sluice/core';
import type { ClosedSlot } from './slot-machine.js';

/** Characters of a compact subject key: 48 bits in base64url. */
const subjectKeyLength = 8;

/** One closed slot as a line of JSON; subjects as one string of 8 characters each. */
export function lineOf(closed: ClosedSlot): string {
  return JSON.stringify({ ...closed.slot, subjects: closed.subjects.join(''), failed: closed.failedSubjects.join('') });
}

/** The slot of a line, or undefined where it is not one: it is left out and its slot counts as not seen. */
export function readLine(line: string): ClosedSlot | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { subjects, failed, ...slot } = value as Slot & { subjects?: unknown; failed?: unknown };
  if (!isSlot(slot) || typeof subjects !== 'string' || typeof failed !== 'string') return undefined;
  return { slot, subjects: keysOf(subjects), failedSubjects: keysOf(failed) };
}

function keysOf(text: string): readonly string[] {
  const keys: string[] = [];
  for (let at = 0; at + subjectKeyLength <= text.length; at += subjectKeyLength) {
    keys.push(text.slice(at, at + subjectKeyLength));
  }
  return keys;
}

function isSlot(slot: Slot): boolean {
  const numbers = [slot.id, slot.revision, slot.startMs, slot.lengthMs, slot.canary?.sessions, slot.canary?.failed];
  return (
    typeof slot.rolloutId === 'string' &&
    [...numbers, slot.baseline?.sessions, slot.baseline?.failed].every((number) => Number.isFinite(number))
  );
}
