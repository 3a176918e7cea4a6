import type { FlowEvent, FlowOptions, LocalDescription, MediaEngine, MediaFlow } from '../../src/mediaflow/index.ts';
import type { RoughPath } from './rough-path.ts';

/** A media engine of a device of whose flows the world sees only the fronts that a path has for them. */
export function frontedMediaEngine(engine: MediaEngine, device: string, path: RoughPath): MediaEngine {
  return {
    carries: engine.carries,
    createFlow: (options, report) => fronted(engine, options, report, device, path),
    close: () => engine.close(),
  };
}

function fronted(engine: MediaEngine, options: FlowOptions, report: (event: FlowEvent) => void, device: string, path: RoughPath): MediaFlow {
  const flow = engine.createFlow(options, report);
  const hide = async ({ sdp, ...rest }: LocalDescription): Promise<LocalDescription> => ({ ...rest, sdp: await rewritten(sdp, device, path) });
  const offer = flow.createOffer.bind(flow);
  const answer = flow.createAnswer.bind(flow);
  flow.createOffer = async () => hide(await offer());
  flow.createAnswer = async (theirs) => hide(await answer(theirs));
  return flow;
}

/** One IPv4 candidate is enough, and its front is what the peer is told. */
async function rewritten(sdp: string, device: string, path: RoughPath): Promise<string> {
  const found = /^a=candidate:(\S+) 1 udp (\d+) ([\d.]+) (\d+) typ host.*$/m.exec(sdp);
  if (found === null) return sdp;
  const [, foundation = '', priority = '', host = '', port = ''] = found;
  const front = await path.front(device, host, Number(port));
  const lines = sdp.split('\r\n').filter((line) => !line.startsWith('a=candidate:'));
  const at = lines.findIndex((line) => line.startsWith('c='));
  lines.splice(at + 1, 0, `a=candidate:${foundation} 1 udp ${priority} ${front.host} ${front.port} typ host generation 0`);
  return lines.join('\r\n');
}
