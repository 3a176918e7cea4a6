import { BackendAwayError, BackendRefusedError } from '../../src/transport/index.ts';
import { CommandError, EXIT, UsageError, type Command } from './command.ts';

/** Every command, in the order in which `--help` lists them; each is loaded when it is asked for. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['demo', async () => (await import('./demo.ts')).demo],
  ['backend', async () => (await import('./backend.ts')).backend],
  ['web', async () => (await import('./web.ts')).web],
  ['call', async () => (await import('./call.ts')).call],
  ['answer', async () => (await import('./answer.ts')).answer],
  ['netprobe', async () => (await import('./netprobe.ts')).netprobe],
  ['replay', async () => (await import('./replay.ts')).replay],
  ['explain', async () => (await import('./explain.ts')).explain],
  ['simulate', async () => (await import('../simulate/command.ts')).simulate],
  ['explore', async () => (await import('../explore/command.ts')).explore],
]);

/** Runs one command line and resolves with its exit code: 0 done, 1 failed, 2 not understood. */
export async function run([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return overview(args);
  const load = COMMANDS.get(name);
  if (load === undefined) return complain(`unknown command "${name}": the commands are ${[...COMMANDS.keys()].join(', ')}`, 'callcore --help');
  const command = await load();
  if (args.includes('--help') || args.includes('-h')) {
    console.log(command.help);
    return EXIT.ok;
  }
  try {
    return await command.run(args);
  } catch (problem) {
    if (problem instanceof UsageError || isParseArgsError(problem)) return complain(firstSentence(problem.message), `callcore ${name} --help`);
    if (problem instanceof CommandError || problem instanceof BackendAwayError || problem instanceof BackendRefusedError || isSystemError(problem)) {
      process.stderr.write(`callcore ${name}: ${problem.message}\n`);
      return EXIT.failed;
    }
    throw problem;
  }
}

async function overview([topic]: readonly string[]): Promise<number> {
  const asked = topic === undefined ? undefined : await COMMANDS.get(topic)?.();
  if (asked !== undefined) {
    console.log(asked.help);
    return EXIT.ok;
  }
  const commands = await Promise.all([...COMMANDS.values()].map((load) => load()));
  console.log(OVERVIEW.replace('COMMANDS', commands.map(({ name, summary }) => `  ${name.padEnd(9)}${summary}`).join('\n')));
  return EXIT.ok;
}

const OVERVIEW = `callcore — end-to-end encrypted calls from the command line

  callcore <command> [options]

COMMANDS

A call in three terminals:
  callcore backend
  callcore answer --as bob/laptop --record bob.ogg
  callcore call bob --as alice/phone --play hello.opus

"callcore <command> --help" tells more.
Exit codes: 0 done, 1 failed, 2 not understood.`;

function complain(message: string, more: string): number {
  process.stderr.write(`callcore: ${message}\n  "${more}" shows how it is used\n`);
  return EXIT.usage;
}

function isParseArgsError(problem: unknown): problem is Error {
  return problem instanceof Error && 'code' in problem && typeof problem.code === 'string' && problem.code.startsWith('ERR_PARSE_ARGS');
}

/** A file or port that the machine did not let us have; anything else that is thrown is a mistake of ours. */
function isSystemError(problem: unknown): problem is Error {
  return problem instanceof Error && 'syscall' in problem;
}

/** What `parseArgs` says after it is advice on positional arguments, which does not fit here. */
function firstSentence(message: string): string {
  return message.split('. ')[0] ?? message;
}
