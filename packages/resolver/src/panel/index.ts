/**
 * A panel in the page that says which versions are on it, and why, and switches them in this browser.
 *
 *   import { offerPanel, openPanel } from '@sluice/resolver/panel';
 *   offerPanel(); // Alt+Shift+S, or an address with `?sluice_panel`
 *   button.onclick = openPanel; // or a way of your own
 */
export { offerPanel, openPanel } from './offer-panel.js';
export { reasonInWords } from './reason-in-words.js';
