import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Begun last, the calls with AVS would be played on one core long after the other has nothing left to do. */
const LONGEST = '/test/interop/avs.test.ts';

/** vitest's own order, with the file that takes longest by far in front. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(({ moduleId }) => moduleId.endsWith(LONGEST)), ...sorted.filter(({ moduleId }) => !moduleId.endsWith(LONGEST))];
  }
}
