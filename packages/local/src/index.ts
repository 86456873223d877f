/**
 * Stores in memory and in a folder.
 *
 *   import { createFolderStore, initFolderStore } from '@sluice/local';
 *   await initFolderStore({ root: '.sluice/store' });
 *   const store = await createFolderStore({ root: '.sluice/store' });
 */
export { createFolderStore, initFolderStore } from './folder-store.js';
export { createFolderJournal, createMemoryJournal } from './journal.js';
export { createFileSigner, hmacSha256, keysTakenWithinMs } from './keys/file-signer.js';
export { keepFromGit } from './keys/keep-from-git.js';
export { openKeys, rotateKeys, type DatedKey, type KeyFile } from './keys/key-file.js';
export { createMemoryRouter } from './memory-router.js';
export { createMemoryStore } from './memory-store.js';
export { createConsoleNotifier, type ConsoleNotifierOptions } from './notify/console-notifier.js';
export { createSlackNotifier, type SlackNotifierOptions } from './notify/slack-notifier.js';
export { createWebhookNotifier, type WebhookNotifierOptions } from './notify/webhook-notifier.js';
