import type { HistoryKind } from '../documents/history.js';
import type { AppId } from '../ids.js';

/** What people are told of one line of the history. */
export interface Notification {
  /** Stable: the history line's id; a receiver that sees it twice may drop the second. */
  readonly id: string;
  readonly app: AppId;
  readonly kind: HistoryKind;
  /** ISO 8601. */
  readonly at: string;
  readonly severity: 'info' | 'good' | 'warning' | 'bad';
  readonly title: string;
  /** Sentences, without markup. */
  readonly lines: readonly string[];
  readonly link?: string;
  readonly facts: Readonly<Record<string, string | number>>;
}

/** Where notifications go. */
export interface Notifier {
  /** Unique among those of a platform. */
  readonly name: string;
  /** Resolves when it was accepted; rejects when not. Not idempotent by itself: the id tells a repetition. */
  send(notification: Notification): Promise<void>;
}
