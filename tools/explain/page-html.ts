import { createHash } from 'node:crypto';
import type { TraceBundle } from '../../src/trace/index.ts';
import type { PageAssets } from '../page-assets.ts';

/**
 * One file that needs nothing else: the trace, the engine that replays it, and the page around it. Its content
 * security policy lets it load nothing and run this one script.
 */
export function pageHtml(bundle: TraceBundle, { script, style }: PageAssets): string {
  const policy = `default-src 'none'; script-src '${hash(script)}'; style-src '${hash(style)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(bundle.title)} · callcore</title>
<style>${style}</style>
</head>
<body>
<noscript><p>This page replays a recorded call in your browser, which needs JavaScript.</p></noscript>
<script type="application/json" id="trace">${JSON.stringify(bundle).replaceAll('<', '\\u003c')}</script>
<script>${script}</script>
</body>
</html>
`;
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
