import { telemetrySourceContract } from '@sluice/contracts';
import { countingInProcess } from './counting.fixture.js';

telemetrySourceContract({ name: 'in process', create: countingInProcess });
