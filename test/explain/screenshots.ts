import { mkdir, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundlePage } from '../../tools/page-assets.ts';
import { pageHtml } from '../../tools/explain/page-html.ts';
import { readTrace } from '../../tools/traces/read-trace.ts';
import { openBrowser } from '../browser.ts';
import { glare, reconnect } from './traced-calls.ts';

// `npm run screenshots`: the pictures of docs/explain.md.
const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const ghost = readTrace(readFileSync(new URL('../traces/ghost-ring-beside-a-glare.trace.json', import.meta.url), 'utf8'));
const assets = await bundlePage('explain');
const page = (body: string): { type: string; body: string } => ({ type: 'text/html', body });
await using browser = await openBrowser({
  '/glare': page(pageHtml(await glare(), assets)),
  '/reconnect': page(pageHtml(await reconnect(), assets)),
  '/ghost': page(pageHtml({ ...ghost, title: 'A ghost ring, by the rules as they were' }, assets)),
});

const PICTURES = [
  { file: 'explain-glare', path: '/glare', keys: ['c', 'c', 'c', 'c', 'c'], scheme: 'light', width: 1280, height: 800 },
  { file: 'explain-reconnect', path: '/reconnect', keys: ['p', 'c', 'c'], scheme: 'light', width: 1280, height: 1000 },
  { file: 'explain-ghost-ring', path: '/ghost', keys: ['p'], scheme: 'dark', width: 1280, height: 740 },
  { file: 'explain-phone', path: '/reconnect', keys: ['p'], scheme: 'dark', width: 390, height: 780 },
] as const;

await mkdir(folder, { recursive: true });
for (const { file, path, keys, scheme, width, height } of PICTURES) {
  const { page: open, complaints } = await browser.open(path, { viewport: { width, height }, colorScheme: scheme, reducedMotion: 'reduce' });
  for (const key of keys) await open.keyboard.press(key);
  const picture = await open.screenshot();
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  await writeFile(`${folder}${file}.png`, picture);
  console.log(`${file}.png ${String(Math.round(picture.length / 1024))} KiB`);
  await open.context().close();
}
