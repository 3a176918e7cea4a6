import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundlePage, PAGES, type PageName } from './page-assets.ts';

// Part of `npm run build`: the package has its pages ready made, since its users have no bundler.
for (const page of Object.keys(PAGES) as PageName[]) {
  const folder = fileURLToPath(new URL(`../dist/tools/${page}/page/`, import.meta.url));
  const { script, style } = await bundlePage(page);
  await mkdir(folder, { recursive: true });
  await Promise.all([writeFile(`${folder}page.js`, script), writeFile(`${folder}page.css`, style)]);
}
