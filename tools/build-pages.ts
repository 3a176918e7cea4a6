import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundlePage, PAGES, type PageName } from './page-assets.ts';

// Part of `npm run build`: the package has its pages ready made, since its users have no bundler.
const [target = 'dist'] = process.argv.slice(2);
for (const page of Object.keys(PAGES) as PageName[]) {
  const folder = join(target, 'tools', page, 'page');
  const { script, style } = await bundlePage(page);
  await mkdir(folder, { recursive: true });
  await Promise.all([writeFile(join(folder, 'page.js'), script), writeFile(join(folder, 'page.css'), style)]);
}
