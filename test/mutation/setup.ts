import * as fc from 'fast-check';
import '../seed.ts';

// A mutant that a property holds for is asked about a thousand times: a tenth of a second must do.
fc.configureGlobal({ ...fc.readConfigureGlobal(), interruptAfterTimeLimit: 100 });
