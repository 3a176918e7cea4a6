import { workerConfig } from './config.ts';

export default workerConfig('test/mutation/worker.ts');
