/* global sluice */
import { addErrorHandler, registerApplication, start } from './single-spa.js';

registerApplication({
  name: 'orders',
  activeWhen: '/',
  async app() {
    const app = await sluice.loadApp('orders', (version) => import(`/orders/${version}/app.js`));
    return { ...app, mount: [app.mount, async () => sluice.reportReady('orders')] };
  },
});
// What single-spa catches, nobody else sees: an app that throws while it mounts.
addErrorHandler((error) => {
  console.error(error);
  sluice.reportError(error.appOrParcelName, error);
  document.querySelector('#orders').textContent = 'The orders are not available.';
});
start();
