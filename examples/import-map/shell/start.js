/* global sluice */
// A classic script: an import map must be there before the first module is.
const entries = { format: 'index.js', orders: 'app.js' };
const addressOf = (app, version) => `/${app}/${version}/${entries[app]}`;

start().catch((error) => {
  console.error(error);
  document.querySelector('#orders').textContent = 'The orders are not available.';
});

async function start() {
  // A library is looked at before it is named: what an import map has said once, it says for the whole page.
  const format = await sluice.loadApp('format', async (version, signal) => {
    const response = await fetch(addressOf('format', version), { signal });
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
    return addressOf('format', version);
  });
  sluice.reportReady('format');
  const map = Object.assign(document.createElement('script'), { type: 'importmap' });
  map.textContent = JSON.stringify({ imports: { format } });
  document.head.append(map);

  // Mounting is part of loading here: a canary that throws while it is shown gives way to stable as well.
  await sluice.loadApp('orders', async (version, signal) => {
    const { mount } = await import(addressOf('orders', version));
    // Stable is on screen by now where the canary took too long.
    signal.throwIfAborted();
    mount(document.querySelector('#orders'));
  });
  sluice.reportReady('orders');
}
