// The same assertions over every home, S3 and Glue as moto plays them: `npm run test:homes`. Apart from `npm test`,
// because it needs Python packages.
import base from './jest.config.mjs';

export default {
  ...base,
  roots: ['<rootDir>/test/homes'],
  testMatch: ['**/*.homes.ts', '**/*.test.ts'],
  globalSetup: '<rootDir>/test/homes/setup.cjs',
  testTimeout: 180_000,
};
