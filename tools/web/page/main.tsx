import { render } from 'preact';
import { App } from './app.tsx';
import { Vault } from './vault.ts';

// Two pages of one browser are one device: the second waits until the first is gone, which after a reload is at once.
const waiting = setTimeout(() => render(<main class="welcome"><p role="status">callcore is open in another tab of this browser.</p></main>, document.body), 1_500);
void navigator.locks.request('callcore', async () => {
  clearTimeout(waiting);
  const vault = new Vault();
  const known = await vault.read('profile');
  render(null, document.body);
  render(<App vault={vault} known={known} />, document.body);
  await new Promise(() => undefined);
});
