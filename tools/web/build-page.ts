import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundlePage } from './page-assets.ts';

// Part of `npm run build`: the package has the page ready made, since its users have no bundler.
const folder = fileURLToPath(new URL('../../dist/tools/web/page/', import.meta.url));
const { script, style } = await bundlePage();
await mkdir(folder, { recursive: true });
await Promise.all([writeFile(`${folder}page.js`, script), writeFile(`${folder}page.css`, style)]);
