import { mediaFlowConformance } from '../../../src/mediaflow/conformance/flow-conformance.ts';
import { NativeMediaEngine } from '../../../src/mediaflow/native/index.ts';
import { PageStage } from './page-stage.ts';

/** Runs one check of the suite in this page, by name. */
async function check(wanted: string): Promise<void> {
  const checks = mediaFlowConformance('tracks', async () => ({
    caller: new NativeMediaEngine(),
    callee: new NativeMediaEngine(),
    pass: (span) => new Promise((resolve) => {
      setTimeout(resolve, span);
    }),
    stage: new PageStage(),
  }));
  const found = checks.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`there is no check named ${wanted}`);
  await found.run();
}

declare global {
  interface Window {
    check: typeof check;
  }
}
window.check = check;
