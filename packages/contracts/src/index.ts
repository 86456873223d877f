/**
 * One test suite per port, run by every adapter.
 *
 *   import { storeContract } from '@sluice/contracts';
 *   storeContract({ name: 'folder', create: async () => createFolderStore({ root }) });
 */
export { checkContract, type CheckContract, type EndpointManner } from './check-contract.js';
export type { Deviation } from './deviation.js';
export {
  notifierContract,
  type NotifierContract,
  type NotifierUnderTest,
  type ReceiverManner,
} from './notifier-contract.js';
export { routerContract, type RouterContract } from './router-contract.js';
export { slotJournalContract, type SlotJournalContract } from './slot-journal-contract.js';
export { storeContract, type StoreContract } from './store-contract.js';
export { watchedRollout, type CountingSource, type Told } from './counting-source.js';
export { happenings, slotsOfSequence, type Happening } from './telemetry-sequences.js';
export { telemetrySourceContract, type TelemetrySourceContract } from './telemetry-source-contract.js';
