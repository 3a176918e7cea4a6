import { access, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The program and the style of the call page, each as one text. */
export type PageAssets = { readonly script: string; readonly style: string };

/** As the package was built; from the sources when it was not. */
export async function pageAssets(): Promise<PageAssets> {
  const built = { script: new URL('./page/page.js', import.meta.url), style: new URL('./page/page.css', import.meta.url) };
  const isBuilt = await access(built.script).then(() => true, () => false);
  if (!isBuilt) return bundlePage();
  const [script, style] = await Promise.all([readFile(built.script, 'utf8'), readFile(built.style, 'utf8')]);
  return { script, style };
}

/** Needs the development dependencies. */
export async function bundlePage(): Promise<PageAssets> {
  const { build } = await import('esbuild');
  const text = async (file: string): Promise<string> => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL(`./page/${file}`, import.meta.url))], bundle: true, minify: true, write: false, format: 'esm', target: 'es2022', legalComments: 'none',
      jsx: 'automatic', jsxImportSource: 'preact', external: ['ws'], logLevel: 'silent',
    });
    return outputFiles[0]?.text.trim() ?? '';
  };
  const [script, style] = await Promise.all([text('main.tsx'), text('style.css')]);
  return { script, style };
}
