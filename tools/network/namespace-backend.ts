import { startRelay } from '../backend/index.ts';

/** A backend for both sides: `host`. Says where it listens; ends with its standard input. */
const [host = ''] = process.argv.slice(2);
const relay = await startRelay({ host, openRegistration: true });
console.log(relay.url);
process.stdin.on('end', () => void relay.close()).resume();
