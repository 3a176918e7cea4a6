import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PageAssets } from '../page-assets.ts';

/** Answers for the files of the call page; everything else is not found. */
export function site({ script, style }: PageAssets): (request: IncomingMessage, response: ServerResponse) => void {
  const files = new Map([
    ['/', { type: 'text/html; charset=utf-8', body: PAGE }],
    ['/page.js', { type: 'text/javascript; charset=utf-8', body: script }],
    ['/page.css', { type: 'text/css; charset=utf-8', body: style }],
    ['/icon.svg', { type: 'image/svg+xml', body: ICON }],
  ]);
  return (request, response) => {
    const file = request.method === 'GET' || request.method === 'HEAD' ? files.get((request.url ?? '/').split('?')[0] ?? '/') : undefined;
    if (file === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('there is no such page\n');
      return;
    }
    response.writeHead(200, { 'content-type': file.type, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'content-security-policy': POLICY });
    response.end(request.method === 'HEAD' ? undefined : file.body);
  };
}

/** WebAssembly is libsodium's; styles are set on avatars. The page loads from here alone and is in nobody's frame. */
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self'; media-src 'self' blob: mediastream:; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>callcore</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/page.css">
</head>
<body>
<noscript><p>Calls are made by this page itself, which needs JavaScript.</p></noscript>
<script src="/page.js" defer></script>
</body>
</html>
`;

const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="12" fill="#2458d3"/><path d="M8 6h2.6l1 2.8-1.4 1a8 8 0 0 0 3.9 3.9l1-1.4 2.9 1V16a2 2 0 0 1-2.2 2A11 11 0 0 1 6 8.2 2 2 0 0 1 8 6z" fill="#fff"/></svg>';
