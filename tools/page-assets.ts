import { access, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The program and the style of a page, each as one text. */
export type PageAssets = { readonly script: string; readonly style: string };

/** The pages of the tools, each with its entry. */
export const PAGES = { explain: 'main.ts', web: 'main.tsx' } as const;
export type PageName = keyof typeof PAGES;

/** As the package was built; from the sources when it was not. */
export async function pageAssets(page: PageName): Promise<PageAssets> {
  const [script, style] = ['page.js', 'page.css'].map((file) => new URL(`./${page}/page/${file}`, import.meta.url)) as [URL, URL];
  const isBuilt = await access(script).then(() => true, () => false);
  if (!isBuilt) return bundlePage(page);
  return { script: await readFile(script, 'utf8'), style: await readFile(style, 'utf8') };
}

/** Needs the development dependencies. */
export async function bundlePage(page: PageName): Promise<PageAssets> {
  const { build } = await import('esbuild');
  const text = async (file: string): Promise<string> => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL(`./${page}/page/${file}`, import.meta.url))], bundle: true, minify: true, write: false, format: 'iife', target: 'es2023', legalComments: 'none',
      jsx: 'automatic', jsxImportSource: 'preact', external: ['ws'], logLevel: 'silent',
    });
    return outputFiles[0]?.text.trim() ?? '';
  };
  const [script, style] = await Promise.all([text(PAGES[page]), text('style.css')]);
  return { script, style };
}
