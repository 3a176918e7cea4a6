import { workerConfig } from '../config.ts';

export default workerConfig('test/mutation/chart/every-mutant.ts');
