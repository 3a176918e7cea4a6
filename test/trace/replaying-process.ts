import { readFileSync, writeFileSync } from 'node:fs';
import { replayTexts } from './replay-texts.ts';

// Run by the Node that is to be looked at: reads traces from one file, writes their replays to another.
const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) throw new Error('usage: replaying-process <traces> <replays>');
writeFileSync(to, JSON.stringify(replayTexts(JSON.parse(readFileSync(from, 'utf8')) as readonly string[])));
console.log(process.version);
